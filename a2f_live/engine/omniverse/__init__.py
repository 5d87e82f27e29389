"""Omniverse Audio2Face 2023.x headless instances as an engine: a window becomes a track, its export becomes rows."""

from a2f_live.engine.omniverse.engine import OmniverseEngine

__all__ = ["OmniverseEngine"]
