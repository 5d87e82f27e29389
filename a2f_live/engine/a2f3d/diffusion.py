"""The diffusion model, v3.0: a window of a second every half second, the frames in its middle, and what it remembers.

A hop is a quarter of a second: half of the good frames of a window. Hop k of an utterance spans the samples from k * H
on. The window that ends at (k + 3) * H has as its good frames those of the hops k and k + 1; windows are so placed that
k is odd. So an odd hop hears a window, and the even hop after it shows what that window said beforehand. The first hop
of all is the second half of the window that begins two hops before the utterance; NVIDIA runs one more window before
that, of silence alone, which brings the network into its stride.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.a2f3d.emotions import Explicit
from a2f_live.engine.a2f3d.face_model import read_face
from a2f_live.engine.a2f3d.folder import ModelFolder
from a2f_live.engine.a2f3d.network import Network
from a2f_live.engine.a2f3d.network_info import DiffusionInfo
from a2f_live.engine.a2f3d.options import A2F3DOptions
from a2f_live.engine.a2f3d.performance import FaceState, Performance, Take
from a2f_live.engine.base import Array, EngineInfo, Result, Window
from a2f_live.errors import EngineUnavailable

SAMPLES_PER_MS: Final = ENGINE_RATE_HZ // 1000
CALL_LIMIT_S: Final = 60.0
"""A network of 180 million weights is run up to three times in a call, on a processor if need be."""
AHEAD_HOPS: Final = 3
"""Hops from the start of an odd one to the end of its window."""


@dataclass(frozen=True, slots=True)
class DiffusionState:
    """What travels from window to window."""

    latents: Array
    """What the network remembers, (steps, layers, 1, latents)."""
    face: FaceState | None
    felt: Array
    """(emotions,) of the last frame that the network was asked for."""
    ready: Array
    """(frames, 52): rows of the hop `ready_for`, shown beforehand; none after an even hop."""
    ready_for: int


class Diffusion:
    """Frames of a diffusion model."""

    def __init__(self, folder: ModelFolder, info: DiffusionInfo, options: A2F3DOptions) -> None:
        """Raises `EngineUnavailable`."""
        who = _identity(info, options.identity)
        if len(folder.faces) != len(info.identities):
            raise EngineUnavailable(
                f"{folder.network_info}: {len(info.identities)} faces, {len(folder.faces)} in model.json"
            )
        face = read_face(folder.faces[who], info)
        self.network = Network(folder.network, options, *_tensors(info))
        self._network_info = info
        self._identity = np.eye(len(info.identities), dtype=np.float32)[who : who + 1]
        self._input_strength = np.float32(face.config.input_strength)
        self._explicit = Explicit(info.emotions, info.default_emotion, float(info.fps))
        self._performance = Performance(face, info.parts, options, float(info.fps))
        self._noise_shape = (1, info.steps + 1, info.frames, info.parts.size)
        self._noise_seed = options.noise_seed
        self._noise = self._drawn(0) if options.constant_noise else None
        self._hop_rows = info.good_frames // 2
        self.info = self._engine_info()

    def answer(self, batch: Sequence[Window]) -> list[Result]:
        """Rows of every window. Raises `EngineFailed`."""
        return [self._answer(window) for window in batch]

    def _answer(self, window: Window) -> Result:
        state, rows = window.state or self._warm(window), []
        for number in range(window.hops):
            hop, start = window.first_hop + number, number * self.info.hop_samples
            heard = window.samples[start : start + self.info.context_samples]
            shown, state = self._hop(hop, heard, window, state)
            rows.append(shown)
        return Result(np.concatenate(rows), state)

    def _hop(self, hop: int, heard: Array, window: Window, state: DiffusionState) -> tuple[Array, DiffusionState]:
        """The rows of a hop, for which the window is heard that ends with what is needed for an odd one."""
        if hop % 2:
            said, state = self._say(hop, heard, window, state)
            rows, face = self._play(said, hop, state.face)
            ready = rows[self._hop_rows :]
            return rows[: self._hop_rows], replace(state, face=face, ready=ready, ready_for=hop + 1)
        if state.ready_for == hop:
            return state.ready, replace(state, ready=state.ready[:0], ready_for=-1)
        # The hop before this one was not asked for: the start of an utterance, or hops that were given up.
        missing = np.zeros(self.info.hop_samples, np.float32)
        earlier = np.concatenate((missing, heard[: -self.info.hop_samples]))
        said, state = self._say(hop - 1, earlier, window, state)
        rows, face = self._play(said[self._hop_rows :], hop, state.face)
        return rows, replace(state, face=face, ready=rows[:0], ready_for=-1)

    def _play(self, said: Array, hop: int, face: FaceState | None) -> tuple[Array, FaceState]:
        ((rows, after),) = self._performance.play([Take(said, hop * self._hop_rows, face)])
        return rows, after

    def _warm(self, window: Window) -> DiffusionState:
        """As after the window of silence that comes before an utterance."""
        info = self._network_info
        latents = np.zeros((info.steps, info.layers, 1, info.latents), np.float32)
        felt = self._explicit.target(window.emotions)
        cold = DiffusionState(latents, None, felt, np.zeros((0, 0), np.float32), -1)
        _, state = self._say(-AHEAD_HOPS, np.zeros(info.window_samples, np.float32), window, cold)
        return state

    def _say(self, hop: int, heard: Array, window: Window, state: DiffusionState) -> tuple[Array, DiffusionState]:
        """(good frames, Parts.size) of the window of an odd hop, and what is remembered after it."""
        info = self._network_info
        felt = self._explicit.eased(state.felt, self._explicit.target(window.emotions), info.good_frames)
        said, latents = self.network.run(
            window=(heard * self._input_strength)[None],
            identity=self._identity,
            emotion=felt[None],
            input_latents=state.latents,
            noise=self._drawn(hop) if self._noise is None else self._noise,
        )
        good = said[0, info.first_good : info.first_good + info.good_frames]
        return good, replace(state, latents=latents, felt=felt[-1])

    def _drawn(self, hop: int) -> Array:
        """The noise of a window: the same for the same hop and seed."""
        chance = np.random.default_rng((self._noise_seed, hop + AHEAD_HOPS))
        return chance.standard_normal(self._noise_shape, np.float32)

    def _engine_info(self) -> EngineInfo:
        info = self._network_info
        hop = info.window_samples * self._hop_rows // info.frames
        if hop * AHEAD_HOPS % SAMPLES_PER_MS:
            raise EngineUnavailable(f"windows of {info.window_samples} samples do not divide into whole milliseconds")
        return EngineInfo(
            name="a2f3d",
            context_samples=info.window_samples,
            hop_samples=hop,
            rows_per_hop=self._hop_rows,
            lookaheads_ms=(AHEAD_HOPS * hop // SAMPLES_PER_MS,),
            stateful=True,
            max_batch=1,
            max_hops=2,
            channels=("emotions", "brows"),
            call_limit_s=CALL_LIMIT_S,
        )


def _identity(info: DiffusionInfo, asked: str) -> int:
    names = [name.lower() for name in info.identities]
    if not asked:
        return 0
    if asked.lower() not in names:
        raise EngineUnavailable(f"the model has no face {asked!r}: use one of {', '.join(info.identities)}")
    return names.index(asked.lower())


def _tensors(info: DiffusionInfo) -> tuple[dict[str, tuple[int | None, ...]], dict[str, tuple[int | None, ...]]]:
    """What the network takes, and what it gives."""
    remembered = (info.steps, info.layers, None, info.latents)
    taken: dict[str, tuple[int | None, ...]] = {
        "window": (None, info.window_samples),
        "identity": (None, len(info.identities)),
        "emotion": (None, info.good_frames, len(info.emotions)),
        "input_latents": remembered,
        "noise": (None, info.steps + 1, info.frames, info.parts.size),
    }
    return taken, {"prediction": (None, info.frames, info.parts.size), "output_latents": remembered}
