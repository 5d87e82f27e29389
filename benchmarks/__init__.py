"""Scripts that make every figure of the README."""
