"""The engine: a model folder in, rows of weights out."""

import os
from collections.abc import Sequence
from typing import ClassVar

from a2f_live.engine.a2f3d.diffusion import Diffusion
from a2f_live.engine.a2f3d.folder import open_folder
from a2f_live.engine.a2f3d.network_info import DiffusionInfo, read_network_info
from a2f_live.engine.a2f3d.options import MODEL_DIR_VARIABLE, A2F3DOptions
from a2f_live.engine.a2f3d.regression import Regression
from a2f_live.engine.base import EngineInfo, Result, Window
from a2f_live.errors import EngineFailed

__all__ = ["A2F3DEngine", "A2F3DOptions"]


class A2F3DEngine:
    """An open Audio2Face-3D model by onnxruntime. Its state is explicit, so any instance can serve any window."""

    Options: ClassVar = A2F3DOptions

    def __init__(self, options: A2F3DOptions | None = None) -> None:
        """Raises `EngineUnavailable` where the model or what runs it is not there."""
        options = options or A2F3DOptions()
        folder = open_folder(options.model_dir or _named())
        info = read_network_info(folder.network_info)
        self._model: Regression | Diffusion = (
            Diffusion(folder, info, options) if isinstance(info, DiffusionInfo) else Regression(folder, info, options)
        )

    @staticmethod
    def survey() -> str:
        """Whether there is a model. Raises `EngineUnavailable`, which says what of it is missing and where it is."""
        open_folder(_named())
        return ""

    @property
    def info(self) -> EngineInfo:
        """What it needs and gives."""
        return self._model.info

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        """Answer every window. Raises `EngineFailed`."""
        for window in batch:
            self._require_fit(window)
        return self._model.answer(batch) if batch else []

    def abort(self) -> None:
        """Let a run of the network in another thread, or else the next one, raise soon."""
        self._model.network.abort()

    def close(self) -> None:
        """Give back the network. Safe to call twice."""
        self._model.network.close()

    def _require_fit(self, window: Window) -> None:
        info = self.info
        asked = info.context_samples + (window.hops - 1) * info.hop_samples
        if window.hops < 1 or window.samples.shape != (asked,):
            raise EngineFailed("a window does not fit the engine a2f3d: cut it as its info says")


def _named() -> str:
    """The folder that the environment names."""
    return os.environ.get(MODEL_DIR_VARIABLE, "")
