"""The regression models, v2.3: one window of sound for each frame, which is due at its centre."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.a2f3d.emotions import Explicit, implicit_emotion
from a2f_live.engine.a2f3d.face_model import FaceModel, read_face
from a2f_live.engine.a2f3d.folder import ModelFolder
from a2f_live.engine.a2f3d.network import Network, in_runs
from a2f_live.engine.a2f3d.network_info import RegressionInfo
from a2f_live.engine.a2f3d.options import A2F3DOptions
from a2f_live.engine.a2f3d.performance import FaceState, Performance, Take
from a2f_live.engine.base import Array, EngineInfo, Result, Window
from a2f_live.errors import EngineUnavailable

SAMPLES_PER_MS: Final = ENGINE_RATE_HZ // 1000
PROCESSOR_LIMIT_S: Final = 10.0
"""A full batch is 36 frames, at 25 to 170 ms each."""


@dataclass(frozen=True, slots=True)
class RegressionState:
    """What travels from window to window."""

    face: FaceState
    felt: Array
    """(emotions,) of the last frame."""


class Regression:
    """Frames of a regression model."""

    def __init__(self, folder: ModelFolder, info: RegressionInfo, options: A2F3DOptions) -> None:
        """Raises `EngineUnavailable`."""
        face = read_face(folder.faces[0], info)
        inputs = len(info.emotions) + info.implicit
        self.network = Network(
            folder.network,
            options,
            {"input": (None, 1, info.window_samples), "emotion": (None, 1, inputs)},
            {"result": (None, 1, info.parts.size)},
        )
        self._network_info = info
        self._frames_a_run = options.frames_a_run
        self._input_strength = np.float32(face.config.input_strength)
        self._implicit = _implicit(folder, face, info)
        self._explicit = Explicit(info.emotions, info.default_emotion, options.fps)
        self._performance = Performance(face, info.parts, options, options.fps)
        self._due = [row * ENGINE_RATE_HZ // options.fps for row in range(options.rows_per_hop)]
        self.info = self._engine_info(options)

    def answer(self, batch: Sequence[Window]) -> list[Result]:
        """Rows of every window. Raises `EngineFailed`."""
        felt = [self._felt(window) for window in batch]
        heard = [self._heard(window) for window in batch]
        said = self._say(np.concatenate(heard), np.concatenate(felt))
        takes, start = [], 0
        for window, sounds in zip(batch, heard, strict=True):
            before = None if window.state is None else window.state.face
            first = window.first_hop * self.info.rows_per_hop
            takes.append(Take(said[start : start + len(sounds)], first, before))
            start += len(sounds)
        played = self._performance.play(takes)
        return [
            Result(rows, RegressionState(face, emotions[-1]))
            for (rows, face), emotions in zip(played, felt, strict=True)
        ]

    def _felt(self, window: Window) -> Array:
        """(frames, emotions): what is felt in each."""
        last = None if window.state is None else window.state.felt
        frames = window.hops * self.info.rows_per_hop
        return self._explicit.eased(last, self._explicit.target(window.emotions), frames)

    def _heard(self, window: Window) -> Array:
        """(frames, window samples): what is heard for each frame, around the sample at which it is due."""
        length = self._network_info.window_samples
        starts = [hop * self.info.hop_samples + due for hop in range(window.hops) for due in self._due]
        return np.stack([window.samples[start : start + length] for start in starts])

    def _say(self, heard: Array, felt: Array) -> Array:
        """(frames, Parts.size). Implicit emotions come first, then those that are asked for."""
        emotions = np.concatenate((np.tile(self._implicit, (len(felt), 1)), felt), axis=1)
        rows = {"input": (heard * self._input_strength)[:, None], "emotion": emotions[:, None]}
        answers = [self.network.run(**piece)[0][:, 0] for piece in in_runs(rows, self._frames_a_run)]
        return np.concatenate(answers)[: len(heard)]

    def _engine_info(self, options: A2F3DOptions) -> EngineInfo:
        info = self._network_info
        lookahead_ms = -(-(info.window_samples - info.centre_samples + self._due[-1]) // SAMPLES_PER_MS)
        on_card = options.provider != "cpu"
        return EngineInfo(
            name="a2f3d",
            context_samples=info.centre_samples + lookahead_ms * SAMPLES_PER_MS,
            hop_samples=options.rows_per_hop * ENGINE_RATE_HZ // options.fps,
            rows_per_hop=options.rows_per_hop,
            lookaheads_ms=(lookahead_ms,),
            stateful=True,
            max_batch=32 if on_card else 4,
            max_hops=10 if on_card else 3,
            channels=("emotions", "brows"),
            call_limit_s=0.0 if on_card else PROCESSOR_LIMIT_S,
        )


def _implicit(folder: ModelFolder, face: FaceModel, info: RegressionInfo) -> Array:
    if folder.emotions is None:
        return np.zeros(info.implicit, np.float32)
    shot, frame = face.config.source_shot, face.config.source_frame
    if not shot or frame is None:
        raise EngineUnavailable(
            f"{folder.faces[0].config}: source_shot or source_frame is missing, so nobody knows which implicit emotion "
            "the network is to have: get the file anew"
        )
    return implicit_emotion(folder.emotions, shot, frame, info.implicit)
