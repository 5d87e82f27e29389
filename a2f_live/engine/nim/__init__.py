"""The back end `nim`: a client of the Audio2Face-3D NIM, one streaming call an utterance."""

from a2f_live.engine.nim.engine import NimEngine
from a2f_live.engine.nim.options import NimOptions

__all__ = ["NimEngine", "NimOptions"]
