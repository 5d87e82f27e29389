"""The engine that ships: it hears the levels of a few bands and guesses the mouth from them. It is heuristic."""

from a2f_live.engine.embedded.engine import EmbeddedEngine as EmbeddedEngine
