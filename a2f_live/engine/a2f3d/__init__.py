"""The engine `a2f3d`: the open Audio2Face-3D models in this process, by onnxruntime."""

from a2f_live.engine.a2f3d.engine import A2F3DEngine, A2F3DOptions

__all__ = ["A2F3DEngine", "A2F3DOptions"]
