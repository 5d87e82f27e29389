"""From rows at the rate of the engine to a living face at the rate of the client."""
