"""Frames of one face to any number of programs that show it, at a steady rate."""

from a2f_live.relay.building import build
from a2f_live.relay.relay import Relay

__all__ = ["Relay", "build"]
