"""From what the network says, frame by frame, to rows of weights: smoothing, solve, eyes, jaw and tongue."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from a2f_live import arkit
from a2f_live.engine.a2f3d.blendshapes import Floats
from a2f_live.engine.a2f3d.eyes import Eyes, look
from a2f_live.engine.a2f3d.face_model import FaceModel
from a2f_live.engine.a2f3d.jaw import jaw_transforms, opening_deg
from a2f_live.engine.a2f3d.network_info import Parts
from a2f_live.engine.a2f3d.options import A2F3DOptions
from a2f_live.engine.a2f3d.smoothing import settled, share, stepped
from a2f_live.engine.base import Array
from a2f_live.errors import EngineUnavailable

STRETCH = "tonguestretch"


@dataclass(frozen=True, slots=True)
class FaceState:
    """What a face remembers of the frame before."""

    stages: Floats
    """(STAGES, 2 * poses) of the smoothing."""
    skin: Floats
    """(poses,) solved weights, before multipliers and offsets."""
    tongue: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """Consecutive frames of one utterance."""

    said: Array
    """(frames, Parts.size): outputs of the network."""
    first_frame: int
    """Number within the utterance."""
    before: FaceState | None
    """None at the start of an utterance."""


class Performance:
    """Plays takes with one face."""

    def __init__(self, face: FaceModel, parts: Parts, options: A2F3DOptions, fps: float) -> None:
        self._face, self._parts, self._options = face, parts, options
        self._eyes = Eyes(face.saccades, face.config, fps)
        poses = face.skin.solver.poses
        smoothing = (face.config.upper_face_smoothing, face.config.lower_face_smoothing)
        self._shares = np.repeat([share(seconds, 1 / fps) for seconds in smoothing], poses)
        self._stretch = _stretch(face.tongue.names) if options.tongue_out else -1

    def play(self, takes: Sequence[Take]) -> list[tuple[Array, FaceState]]:
        """For each take its rows, (frames, 52) float32 in 0..1, and what is remembered.

        Where the network says what is no number, so are the rows, of that take alone.
        """
        with np.errstate(invalid="ignore", over="ignore"):
            return self._played(takes)

    def _played(self, takes: Sequence[Take]) -> list[tuple[Array, FaceState]]:
        streams = [self._begun(take) for take in takes]
        for frame in range(max(len(take.said) for take in takes)):
            self._step([stream for stream in streams if frame < len(stream.skin)], frame)
        return [(self._rows(take, stream.solved), stream.state) for take, stream in zip(takes, streams, strict=True)]

    def _begun(self, take: Take) -> "_Stream":
        skin = self._face.skin.projection.apply(take.said[:, self._parts.skin])
        return _Stream(skin, self._tongue_products(take), take.before or self._beginning(skin[0]))

    def _beginning(self, first: Floats) -> FaceState:
        poses = self._face.skin.solver.poses, self._face.tongue.solver.poses
        return FaceState(settled(first), *map(np.zeros, poses))

    def _step(self, going: Sequence["_Stream"], frame: int) -> None:
        """One frame more of all of them at once."""
        stages = [stepped(stream.state.stages, stream.skin[frame], self._shares) for stream in going]
        skin = self._solve_skin(stages, [stream.state.skin for stream in going])
        tongue = self._solve_tongue([stream.tongue[frame] for stream in going], [s.state.tongue for s in going])
        for stream, *now in zip(going, stages, skin, tongue, strict=True):
            stream.state = FaceState(*now)
            stream.solved.append(stream.state)

    def _solve_skin(self, stages: Sequence[Floats], previous: Sequence[Floats]) -> Floats:
        upper, lower = np.split(np.stack([each[-1] for each in stages]), 2, axis=1)
        return self._face.skin.solver.solve(self._face.skin_rest + upper + lower, np.stack(previous))

    def _tongue_products(self, take: Take) -> Floats:
        if self._stretch < 0:
            return np.zeros((len(take.said), 0))
        return self._face.tongue.projection.apply(take.said[:, self._parts.tongue])

    def _solve_tongue(self, products: Sequence[Floats], previous: Sequence[Floats]) -> Floats:
        """The tongue is solved for only where something of it is shown."""
        if self._stretch < 0:
            return np.stack(previous)
        return self._face.tongue.solver.solve(np.stack(products), np.stack(previous))

    def _rows(self, take: Take, solved: Sequence[FaceState]) -> Array:
        """(frames, 52): solved weights as they are shown, with what else the network says of eyes, jaw and tongue."""
        options, face = self._options, self._face
        rows = face.arkit.rows(face.skin.solver.finished(np.stack([each.skin for each in solved])))
        if options.eye_degrees:
            look(rows, self._eyes.rotations(take.said[:, self._parts.eyes], take.first_frame), options.eye_degrees)
        if options.jaw_under_closed_lips:
            rows[:, arkit.INDEX["jawOpen"]] += rows[:, arkit.INDEX["mouthClose"]]
        if options.jaw_degrees:
            transforms = jaw_transforms(take.said[:, self._parts.jaw], face.neutral_jaw, face.config)
            rows[:, arkit.INDEX["jawOpen"]] = opening_deg(transforms) / options.jaw_degrees
        if options.tongue_out:
            tongue = face.tongue.solver.finished(np.stack([each.tongue for each in solved]))
            rows[:, arkit.INDEX["tongueOut"]] = options.tongue_out * tongue[:, self._stretch]
        return np.clip(rows, 0.0, 1.0).astype(np.float32)


@dataclass(slots=True)
class _Stream:
    """A take under way."""

    skin: Floats
    """(frames, 2 * poses) of what moves, before the smoothing."""
    tongue: Floats
    """(frames, poses): right sides of the solve."""
    state: FaceState
    solved: list[FaceState] = field(default_factory=list)


def _stretch(names: Sequence[str]) -> int:
    """Which pose puts the tongue out."""
    found = [index for index, name in enumerate(names) if name.lower() == STRETCH]
    if not found:
        raise EngineUnavailable("engine 'a2f3d': the model has no TongueStretch, so tongue_out must be 0")
    return found[0]
