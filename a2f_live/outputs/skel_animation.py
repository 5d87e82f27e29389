"""A USD file of weights: the `SkelAnimation` that Audio2Face exports for scenes with blendshapes."""

from typing import ClassVar, Final

from a2f_live import arkit
from a2f_live.frames import Frames
from a2f_live.outputs.animation_json import rounded
from a2f_live.outputs.base import Clip

PRIM: Final = "anim_a2f_export"
"""As Audio2Face calls it, below `/World`."""


class SkelAnimation:
    """One file of a clip of `count` frames; frame `i` is time code `i`.

    Of the USD format it takes the text form, which every reader knows in a `.usd` file.
    """

    suffix: ClassVar[str] = "_bsweight.usd"

    def __init__(self, count: int) -> None:
        self._last = max(0, count - 1)
        self._code = 0

    def begin(self, clip: Clip) -> str:
        """Give the header and the names, and open the table of weights."""
        rate = f"{float(clip.fps):.9g}"
        names = ", ".join(f'"{name}"' for name in arkit.NAMES)
        return f"""#usda 1.0
(
    doc = "Weights of {_plain(clip.name)}"
    defaultPrim = "World"
    endTimeCode = {self._last}
    framesPerSecond = {rate}
    metersPerUnit = 0.01
    startTimeCode = 0
    timeCodesPerSecond = {rate}
)

def Xform "World"
{{
    def SkelAnimation "{PRIM}"
    {{
        uniform token[] blendShapes = [{names}]
        float[] blendShapeWeights.timeSamples = {{
"""

    def rows(self, frames: Frames) -> str:
        """Give the weights of each frame, one a line."""
        first = self._code
        self._code += frames.count
        return "".join(f"            {code}: {row},\n" for code, row in enumerate(rounded(frames.weights), first))

    def end(self) -> str:
        """Close everything."""
        return "        }\n    }\n}\n"


def _plain(text: str) -> str:
    """What may stand within a string of USD: whatever might end it, or is no plain character, goes."""
    return "".join(letter if letter.isprintable() and letter not in '"\\' else "_" for letter in text)
