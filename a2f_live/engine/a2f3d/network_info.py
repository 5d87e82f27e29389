"""network_info.json: what goes into a network, what comes out of it, and what the numbers mean."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.a2f3d.documents import Section, read_json
from a2f_live.errors import EngineUnavailable

JAW: Final = 15
"""Five points, x, y and z of each."""
EYES: Final = 4
"""Pitch and yaw of the right eye and of the left one, in degrees."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Where each part is in an output of the network, which has them one after the other."""

    skin: slice
    tongue: slice
    jaw: slice
    eyes: slice

    @property
    def size(self) -> int:
        """Numbers in an output."""
        return int(self.eyes.stop)


@dataclass(frozen=True, slots=True)
class RegressionInfo:
    """A network that hears a window and tells the pose at its centre, as amounts of known shapes."""

    implicit: int
    emotions: tuple[str, ...]
    default_emotion: tuple[float, ...]
    skin_vertices: int
    tongue_vertices: int
    parts: Parts
    window_samples: int
    centre_samples: int
    """Where in the window the pose is due."""


@dataclass(frozen=True, slots=True)
class DiffusionInfo:
    """A network that hears a window and tells the vertices of many frames; those in the middle of it are good."""

    emotions: tuple[str, ...]
    default_emotion: tuple[float, ...]
    identities: tuple[str, ...]
    parts: Parts
    window_samples: int
    frames: int
    """In a window."""
    good_frames: int
    steps: int
    layers: int
    latents: int

    @property
    def first_good(self) -> int:
        """Number of the first good frame of a window."""
        return (self.frames - self.good_frames) // 2

    @property
    def fps(self) -> Fraction:
        """Frames a second."""
        return Fraction(self.frames * ENGINE_RATE_HZ, self.window_samples)


def read_network_info(path: Path) -> RegressionInfo | DiffusionInfo:
    """Read what kind of network it is. Raises `EngineUnavailable`."""
    info = read_json(path)
    identity = info.section("id")
    if identity.text("output") != "geometry":
        raise identity.wrong("output", "geometry, the only kind that is published")
    audio = info.section("audio_params")
    if audio.whole("samplerate") != ENGINE_RATE_HZ:
        raise audio.wrong("samplerate", str(ENGINE_RATE_HZ))
    kind, params = identity.text("type"), info.section("params")
    if kind == "regression":
        return _regression(params, audio)
    if kind == "diffusion":
        return _diffusion(params, audio)
    raise identity.wrong("type", "regression or diffusion")


def _regression(params: Section, audio: Section) -> RegressionInfo:
    emotions = params.texts("explicit_emotions")
    window, centre = audio.whole("buffer_len", 1), audio.whole("buffer_ofs")
    if centre > window:
        raise audio.wrong("buffer_ofs", "buffer_len or less")
    return RegressionInfo(
        implicit=params.whole("implicit_emotion_len"),
        emotions=emotions,
        default_emotion=params.numbers("default_emotion", len(emotions)),
        skin_vertices=params.whole("num_verts_skin", 1),
        tongue_vertices=params.whole("num_verts_tongue", 1),
        parts=_parts(
            params,
            params.whole("num_shapes_skin", 1),
            params.whole("num_shapes_tongue", 1),
            params.whole("result_jaw_size"),
            params.whole("result_eyes_size"),
        ),
        window_samples=window,
        centre_samples=centre,
    )


def _diffusion(params: Section, audio: Section) -> DiffusionInfo:
    emotions = params.texts("emotions")
    left, good, right = (
        params.whole(f"num_frames_{part}", 1) for part in ("left_truncate", "center", "right_truncate")
    )
    window, frames = audio.whole("buffer_len", 1), left + good + right
    published = left == right == good - left and audio.whole("padding_left") == window
    if not published or window * left % frames:
        raise EngineUnavailable(
            f"{params.place}: windows of {left}, {good} and {right} frames after {audio.whole('padding_left')} samples "
            "of silence are not as in Audio2Face-3D v3.0, and no others are known"
        )
    return DiffusionInfo(
        emotions=emotions,
        default_emotion=params.numbers("default_emotion", len(emotions)),
        identities=params.texts("identities"),
        parts=_parts(params, *(params.whole(f"{part}_size", 1) for part in ("skin", "tongue", "jaw", "eyes"))),
        window_samples=window,
        frames=frames,
        good_frames=good,
        steps=params.whole("num_diffusion_steps", 1),
        layers=params.whole("num_gru_layers", 1),
        latents=params.whole("gru_latent_dim", 1),
    )


def _parts(params: Section, skin: int, tongue: int, jaw: int, eyes: int) -> Parts:
    if (jaw, eyes) != (JAW, EYES):
        raise EngineUnavailable(f"{params.place}: jaw and eyes have {jaw} and {eyes} numbers instead of {JAW}, {EYES}")
    ends = (skin, skin + tongue, skin + tongue + jaw, skin + tongue + jaw + eyes)
    return Parts(*(slice(start, end) for start, end in zip((0, *ends[:-1]), ends, strict=True)))
