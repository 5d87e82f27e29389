"""Live speech in, 52 ARKit blendshape weights a frame out."""

__version__ = "0.1.0"
