"""Documents of consecutive stretches of one clip, as `_bsweight.json` holds them, become that of the whole."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from a2f_live.errors import ConfigError

EQUAL: Final = ("exportFps", "numPoses", "facsNames", "joints")
"""Where chunks must not differ."""
JOINED: Final = ("weightMat", "rotations", "translations")
"""One entry a frame."""

Document = Mapping[str, Any]


def merge_blendshapes(first: Document, second: Document) -> dict[str, Any]:
    """Put two chunks one after the other; raises `ConfigError` if they are not of one kind."""
    return merge_blendshape_list([first, second])


def merge_blendshape_list(chunks: Sequence[Document]) -> dict[str, Any]:
    """Put chunks one after the other, in this order; raises `ConfigError` for none, or if they are not of one kind.

    What only some releases of Audio2Face write (joints and where they are) is joined where the first chunk has it.
    """
    if not chunks:
        raise ConfigError("there are no chunks to merge: give one at least")
    first = chunks[0]
    for number, chunk in enumerate(chunks):
        for key in EQUAL:
            if chunk.get(key) != first.get(key):
                raise ConfigError(f"chunk {number} differs from the first in {key}: merge chunks of one export")
    joined = {key: [row for chunk in chunks for row in chunk[key]] for key in JOINED if key in first}
    track = next((chunk["trackPath"] for chunk in chunks if chunk.get("trackPath")), "")
    return {**first, **joined, "trackPath": track, "numFrames": len(joined["weightMat"])}
