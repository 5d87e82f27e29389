"""The 15 visemes of Oculus as JSON, one object a line, for avatars with `viseme_aa` and its like.

`{"utterance": 0, "index": 12, "time": 0.2, "viseme": "aa", "weights": {"sil": 0.01, ..., "U": 0.02}}`; `viseme` is the
strongest, the weights add up to 1.
"""

import json
from typing import ClassVar

from a2f_live import speech
from a2f_live.frames import Frames
from a2f_live.outputs.animation_json import rounded
from a2f_live.outputs.base import DECIMALS, Clip, times


class OculusVisemes:
    """A line for each frame that carries visemes."""

    suffix: ClassVar[str] = ".visemes.jsonl"

    def begin(self, clip: Clip) -> str:
        """Give nothing: there is no head."""
        return ""

    def rows(self, frames: Frames) -> str:
        """Give a line for each frame; nothing where the engine told no visemes."""
        if frames.visemes is None:
            return ""
        rows = zip(times(frames), frames.visemes.argmax(axis=1), rounded(frames.visemes), strict=True)
        lines = []
        for row, (time_s, strongest, weights) in enumerate(rows):
            line = {
                "utterance": frames.utterance,
                "index": frames.index + row,
                "time": round(float(time_s), DECIMALS),
                "viseme": speech.VISEMES[int(strongest)],
                "weights": dict(zip(speech.VISEMES, weights, strict=True)),  # type: ignore[call-overload]
            }
            lines.append(json.dumps(line) + "\n")
        return "".join(lines)

    def end(self) -> str:
        """Give nothing."""
        return ""
