"""The engine that ships: a small neural network, in numpy."""

from a2f_live.engine.embedded.engine import EmbeddedEngine as EmbeddedEngine
