"""A network in onnxruntime: opened on the provider that is asked for, run, stopped."""

import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from a2f_live.engine.a2f3d.options import PROVIDERS, A2F3DOptions
from a2f_live.engine.base import Array
from a2f_live.errors import EngineFailed, EngineUnavailable

ERRORS = 3
"""Severity from which onnxruntime logs: its warnings tell of optimisations."""

Shape = Sequence[int | None]
"""None stands for the batch."""


class Network:
    """One network. Made for one thread, but `abort` may come from another."""

    def __init__(
        self, path: Path, options: A2F3DOptions, inputs: Mapping[str, Shape], outputs: Mapping[str, Shape]
    ) -> None:
        """Raises `EngineUnavailable` where the file, the provider or the tensors are not as they must be."""
        self._path = path
        self._outputs = list(outputs)
        self._session: Any = _open(path, options)
        self._run_options = onnxruntime.RunOptions()
        _require(path, "takes", inputs, self._session.get_inputs())
        _require(path, "gives", outputs, self._session.get_outputs())

    def run(self, **inputs: Array) -> list[Array]:
        """The outputs, in the order of those that were asked for. Raises `EngineFailed`."""
        session = self._session
        if session is None:
            raise EngineFailed("the engine a2f3d has been closed: create another one")
        try:
            answers: list[Array] = session.run(self._outputs, inputs, self._run_options)
        except Exception as error:  # onnxruntime has many, and raises what a provider raises
            raise EngineFailed(f"{self._path.name} failed in onnxruntime: {_first_line(error)}") from error
        finally:
            if self._run_options.terminate:
                self._run_options = onnxruntime.RunOptions()
        return answers

    def abort(self) -> None:
        """Let a run in another thread, or else the next one, raise soon."""
        self._run_options.terminate = True

    def close(self) -> None:
        """Give back what the session holds."""
        self._session = None


def in_runs(rows: Mapping[str, Array], frames_a_run: int) -> list[dict[str, Array]]:
    """The rows of each input in pieces of one fixed size, the last filled up with zeros.

    With other sizes a library adds up in another order, and the bits of a frame would depend on its company.
    """
    count = len(next(iter(rows.values())))
    pieces = []
    for start in range(0, count, frames_a_run):
        piece = {name: each[start : start + frames_a_run] for name, each in rows.items()}
        missing = frames_a_run - min(frames_a_run, count - start)
        pieces.append({name: _filled(each, missing) for name, each in piece.items()} if missing else piece)
    return pieces


def _filled(rows: Array, missing: int) -> Array:
    return np.concatenate((rows, np.zeros((missing, *rows.shape[1:]), np.float32)))


def _open(path: Path, options: A2F3DOptions) -> Any:
    provider = PROVIDERS[options.provider]
    available = onnxruntime.get_available_providers()
    if provider not in available:
        raise EngineUnavailable(
            f"engine 'a2f3d': this onnxruntime has no {provider}, only {', '.join(available)}: "
            "install onnxruntime-gpu in the place of onnxruntime, or use provider=cpu"
        )
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    settings.log_severity_level = ERRORS
    try:
        with contextlib.redirect_stdout(sys.stderr):  # onnxruntime tells there what it does not find
            session = onnxruntime.InferenceSession(str(path), settings, providers=_providers(options))
    except Exception as error:  # onnxruntime has many, and raises what a provider raises
        raise EngineUnavailable(f"{path} cannot be opened by onnxruntime: {_first_line(error)}") from error
    if session.get_providers()[0] != provider:
        raise EngineUnavailable(
            f"engine 'a2f3d': onnxruntime has {provider} but could not start it here, so its libraries or its card are "
            "missing: see its log above, or use provider=cpu"
        )
    return session


def _providers(options: A2F3DOptions) -> list[tuple[str, dict[str, str]]]:
    """What onnxruntime is to run on, and after it what takes the operators that it has not."""
    if options.provider == "cpu":
        return [(PROVIDERS["cpu"], {})]
    onnxruntime.preload_dlls()  # the libraries of NVIDIA that came as Python packages, where there are any
    device = {"device_id": str(options.device)}
    cuda = (PROVIDERS["cuda"], device)
    if options.provider == "cuda":
        return [cuda]
    # TensorRT takes minutes to build its own form of a network, so that is kept.
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "a2f-live" / "tensorrt"
    cache.mkdir(parents=True, exist_ok=True)
    kept = {"trt_engine_cache_enable": "True", "trt_engine_cache_path": str(cache)}
    return [(PROVIDERS["tensorrt"], {**device, **kept}), cuda]


def _require(path: Path, what: str, wanted: Mapping[str, Shape], found: Sequence[Any]) -> None:
    shapes = {each.name: tuple(each.shape) for each in found}
    for name, shape in wanted.items():
        if name not in shapes or not _same(shapes[name], shape):
            shown = ", ".join(f"{each} {list(size)}" for each, size in shapes.items())
            raise EngineUnavailable(
                f"{path} {what} {shown}, but {name} {['batch' if size is None else size for size in shape]} is needed: "
                "it is not the network of this network_info.json"
            )


def _same(found: Sequence[int | str | None], wanted: Shape) -> bool:
    """Sizes that may vary have a name, or none."""
    return len(found) == len(wanted) and all(
        size is None or not isinstance(have, int) or have == size for have, size in zip(found, wanted, strict=True)
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
