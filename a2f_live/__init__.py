"""Live speech in, 52 ARKit blendshape weights a frame out."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.errors import A2FError
from a2f_live.frames import Cleared, Flushed, Frames, Notice

if TYPE_CHECKING:
    from a2f_live.client import BlockingFace, Face, connect, connect_sync
    from a2f_live.client.a2f import A2FClient

__version__ = "0.1.0"
__all__ = [
    "A2FClient",
    "A2FError",
    "AudioFormat",
    "BlockingFace",
    "Cleared",
    "Face",
    "Flushed",
    "Frames",
    "Notice",
    "StreamConfig",
    "connect",
    "connect_sync",
]

_CLIENT = {
    **dict.fromkeys(("BlockingFace", "Face", "connect", "connect_sync"), "a2f_live.client"),
    "A2FClient": "a2f_live.client.a2f",
}


def __getattr__(name: str) -> Any:
    """The client, imported when it is first asked for: a server does without it."""
    if name in _CLIENT:
        return getattr(import_module(_CLIENT[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
