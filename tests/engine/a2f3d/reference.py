"""What Audio2Face-3D does, in the plainest way: whole faces, vertex by vertex, a frame at a time, solved by SciPy.

Slow, and apart from the engine: it reads no file and shares no line with it. `mistakes` turns single steps into what
published ports of the model do instead.
"""

from collections.abc import Collection, Mapping
from math import ceil

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit
from tests.engine.a2f3d.layout import (
    CENTRE,
    EMOTIONS,
    FACE_CONFIG,
    RATE_HZ,
    SHOT_START,
    SOURCE_FRAME,
    TONGUE_POSES,
    WINDOW,
    skin_config,
    tongue_config,
)
from tests.engine.a2f3d.made_models import (
    DIFFUSION_WINDOW,
    LATENTS,
    SKIN_SHAPES,
    TONGUE_SHAPES,
    DiffusionNetwork,
    MadeModel,
    RegressionNetwork,
)
from tests.engine.a2f3d.reference_solver import PoseSolver

Floats = NDArray[np.float64]
Array = NDArray[np.float32]

CHUNK_S = 0.25
"""Of those who pad every chunk by itself."""
OTHER_ORDER = ("grief", "joy", "disgust", "anger", "sadness", "fear", "amazement", "cheekiness", "outofbreath", "pain")


def regression_frames(
    model: MadeModel,
    samples: Array,
    fps: int = 30,
    emotions: Mapping[str, float] | None = None,
    mistakes: Collection[str] = (),
) -> list[Floats]:
    """What the network says for each frame of the samples."""
    assert isinstance(model.network, RegressionNetwork)
    frames = len(samples) * fps / RATE_HZ
    count = round(frames) if "frame count rounded" in mistakes else ceil(frames)
    felt = emotion_input(model, emotions, mistakes)
    return [model.network.say(heard(model, samples, frame, fps, mistakes), felt) for frame in range(count)]


def heard(model: MadeModel, samples: Array, frame: int, fps: int, mistakes: Collection[str] = ()) -> Floats:
    """(WINDOW,): the sound around the time of a frame, silence outside the utterance."""
    centre = frame * RATE_HZ // fps
    first, last = 0, len(samples)
    if "every chunk padded by itself" in mistakes:
        chunk = int(CHUNK_S * RATE_HZ)
        first = centre // chunk * chunk
        last = min(first + chunk, len(samples))
    if "frame at the start of its window" in mistakes:
        centre += CENTRE
    if "a frame each 4160 samples" in mistakes:
        centre = frame * CENTRE
    window = np.zeros(WINDOW)
    for place in range(WINDOW):
        if first <= centre - CENTRE + place < last:
            window[place] = samples[centre - CENTRE + place]
    if "sound made as loud as it can be" in mistakes:
        window /= max(np.abs(samples).max(), 1e-9)
    if "no input strength" not in mistakes:
        window *= setting(model, "input_strength")
    return window


def emotion_input(model: MadeModel, emotions: Mapping[str, float] | None, mistakes: Collection[str] = ()) -> Floats:
    """Implicit emotions, then explicit ones in the order of the network."""
    assert model.emotion_table is not None
    start = 0 if "frame of the table instead of the take" in mistakes else SHOT_START
    implicit = model.emotion_table[start + SOURCE_FRAME].astype(np.float64)
    order = OTHER_ORDER if "wrong order of emotions" in mistakes else EMOTIONS
    explicit = np.array([(emotions or {}).get(name, 0.0) for name in order])
    if "implicit emotion left at zero" in mistakes:
        implicit = np.zeros_like(implicit)
    if "explicit emotion before implicit" in mistakes:
        return np.concatenate((explicit, implicit))
    return np.concatenate((implicit, explicit))


def diffusion_frames(
    model: MadeModel, samples: Array, noise: Floats, emotions: Mapping[str, float] | None = None
) -> list[Floats]:
    """What the network says for each frame of the samples: windows half a second apart from a second before them."""
    assert isinstance(model.network, DiffusionNetwork)
    felt = np.array([[(emotions or {}).get(name, 0.0) for name in EMOTIONS]] * 30)
    padded = np.concatenate((np.zeros(DIFFUSION_WINDOW), samples.astype(np.float64), np.zeros(3 * DIFFUSION_WINDOW)))
    latents = np.zeros((2, 2, 1, LATENTS))
    kept: list[Floats] = []
    count = ceil(len(samples) * 60 / RATE_HZ)
    number = 0
    while len(kept) < count + 45:
        window = padded[number * 8000 :][:DIFFUSION_WINDOW] * setting(model, "input_strength")
        said, latents = model.network.say(window, model.identity, felt, latents, noise)
        kept += list(said[15:45])
        number += 1
    return kept[45 : count + 45]


def rows(model: MadeModel, frames: list[Floats], fps: int, mistakes: Collection[str] = (), **shown: float) -> Floats:
    """(frames, 52) in 0..1; `shown` are `eye_degrees`, `jaw_degrees` and `tongue_out` of the engine."""
    face = Face(model, fps, mistakes)
    return np.stack([face.row(frame, number, shown) for number, frame in enumerate(frames)])


class Face:
    """One face, from frame to frame."""

    def __init__(self, model: MadeModel, fps: int, mistakes: Collection[str]) -> None:
        self._model, self._fps, self._mistakes = model, fps, mistakes
        self._skin = PoseSolver(
            {**skin_config(), **model.settings.skin},
            model.face.neutral_skin,
            model.face.skin_poses,
            model.face.mask,
            mistakes,
        )
        self._tongue = PoseSolver(
            {**tongue_config(), **model.settings.tongue}, model.face.neutral_tongue, model.face.tongue_poses, None, ()
        )
        self._filters: dict[str, list[Floats]] = {}

    def row(self, said: Floats, frame: int, shown: Mapping[str, float]) -> Floats:
        """(52,) of one frame."""
        skin, tongue, jaw, eyes = self._parts(said)
        weights = self._skin.weights(self._skin_pose(skin))
        tongue_weights = self._tongue.weights(self._tongue_pose(tongue))
        if "sigmoid of the coefficients as weights" in self._mistakes:
            weights = 1 / (1 + np.exp(-said[: len(weights)]))
        row = weights.copy()
        if "eye_degrees" in shown:
            self._look(row, eyes, frame, shown["eye_degrees"])
        if "jaw_degrees" in shown:
            row[arkit.INDEX["jawOpen"]] = self._opening(jaw) / shown["jaw_degrees"]
        if "tongue_out" in shown:
            row[arkit.INDEX["tongueOut"]] = shown["tongue_out"] * tongue_weights[TONGUE_POSES.index("tongueStretch")]
        return np.clip(row, 0, 1)

    def _parts(self, said: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        face = self._model.face
        if face.skin_shapes is None or face.tongue_shapes is None:
            skin, tongue = face.mean_skin.size, face.mean_tongue.size
            deltas = said[:skin].reshape(-1, 3), said[skin : skin + tongue].reshape(-1, 3)
            return *deltas, said[skin + tongue : -4].reshape(5, 3), said[-4:]
        skin_delta, tongue_delta = np.zeros(face.mean_skin.shape), np.zeros(face.mean_tongue.shape)
        for amount, shape in zip(said[:SKIN_SHAPES], face.skin_shapes, strict=True):
            skin_delta += amount * shape
        if "mean added to the movement" in self._mistakes:
            skin_delta += face.mean_skin
        for amount, shape in zip(said[SKIN_SHAPES : SKIN_SHAPES + TONGUE_SHAPES], face.tongue_shapes, strict=True):
            tongue_delta += amount * shape
        return skin_delta, tongue_delta, said[SKIN_SHAPES + TONGUE_SHAPES : -4].reshape(5, 3), said[-4:]

    def _skin_pose(self, moved: Floats) -> Floats:
        face = self._model.face
        pose = setting(self._model, "skin_strength") * moved
        pose = pose - setting(self._model, "eyelid_open_offset") * face.eye_close
        pose = pose + setting(self._model, "lip_open_offset") * face.lip_open
        height = face.mean_skin[:, 1].astype(np.float64)
        height = (height - height.min()) / (height.max() - height.min())
        steepness = (setting(self._model, "face_mask_level") - height) / setting(self._model, "face_mask_softness")
        lower = (1 / (1 + np.exp(-np.clip(steepness, -700, 700))))[:, None]
        if "upper and lower face exchanged" in self._mistakes:
            lower = 1 - lower
        upper_part = self._filtered("upper_face", pose) * setting(self._model, "upper_face_strength") * (1 - lower)
        lower_part = self._filtered("lower_face", pose) * setting(self._model, "lower_face_strength") * lower
        whole: Floats = face.mean_skin + upper_part + lower_part
        return whole

    def _filtered(self, name: str, pose: Floats) -> Floats:
        smoothing_s = setting(self._model, f"{name}_smoothing")
        share = 1 - 0.5 ** (1 / self._fps / smoothing_s) if smoothing_s else 1.0
        stages = self._filters.setdefault(name, [pose, pose])
        stages[0] = stages[0] + share * (pose - stages[0])
        if "one filter instead of two" in self._mistakes:
            return stages[0]
        stages[1] = stages[1] + share * (stages[0] - stages[1])
        return stages[1]

    def _tongue_pose(self, moved: Floats) -> Floats:
        pose = self._model.face.mean_tongue + setting(self._model, "tongue_strength") * moved
        pose[:, 1] += setting(self._model, "tongue_height_offset")
        pose[:, 2] += setting(self._model, "tongue_depth_offset")
        whole: Floats = pose
        return whole

    def _look(self, row: Floats, said: Floats, frame: int, full_look_deg: float) -> None:
        table = self._model.face.saccades
        place = int(setting(self._model, "eye_saccade_seed") + frame * 30 / self._fps + 1e-9) % len(table)
        for eye, side in enumerate(("right", "left")):
            angles = []
            for axis in range(2):
                angle = setting(self._model, f"{side}_eye_rot_{'xy'[axis]}_offset")
                angle += setting(self._model, "eyeballs_strength") * said[2 * eye + axis]
                angles.append(angle + setting(self._model, "saccade_strength") * table[place, axis])
            name = side.capitalize()
            toward_left = ("In", "Out") if side == "right" else ("Out", "In")
            for look, angle in (
                ("Down", angles[0]),
                ("Up", -angles[0]),
                (toward_left[0], angles[1]),
                (toward_left[1], -angles[1]),
            ):
                row[arkit.INDEX[f"eyeLook{look}{name}"]] = max(angle, 0) / full_look_deg

    def _opening(self, said: Floats) -> float:
        """Degrees about x of the rotation that fits best, found by quaternions (Horn 1987)."""
        rest = self._model.face.neutral_jaw.astype(np.float64)
        moved = rest + setting(self._model, "lower_teeth_strength") * said
        s = (rest - rest.mean(axis=0)).T @ (moved - moved.mean(axis=0))
        (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = s
        n = np.array(
            [
                [xx + yy + zz, yz - zy, zx - xz, xy - yx],
                [yz - zy, xx - yy - zz, xy + yx, zx + xz],
                [zx - xz, xy + yx, -xx + yy - zz, yz + zy],
                [xy - yx, zx + xz, yz + zy, -xx - yy + zz],
            ]
        )
        w, x, y, z = np.linalg.eigh(n)[1][:, -1]
        return float(np.degrees(np.arctan2(2 * (y * z + w * x), w * w - x * x - y * y + z * z)))


def setting(model: MadeModel, name: str) -> float:
    """A setting of model_config.json."""
    return float({**FACE_CONFIG, **model.settings.face}[name])
