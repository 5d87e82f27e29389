"""From what the network says, frame by frame, to rows of weights: smoothing, solve, eyes, jaw and tongue."""

from collections.abc import Sequence
from dataclasses import dataclass

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
        skins, states = self._solve(takes)
        return [(self._rows(take, *solved), state) for take, solved, state in zip(takes, skins, states, strict=True)]

    def _solve(self, takes: Sequence[Take]) -> tuple[list[tuple[Floats, Floats]], list[FaceState]]:
        """Weights of skin and tongue of all frames, the same frame of all takes at once; and what is remembered."""
        skins = [self._face.skin.projection.apply(take.said[:, self._parts.skin]) for take in takes]
        tongues = [self._tongue_products(take) for take in takes]
        states = [take.before or self._beginning(skin[0]) for take, skin in zip(takes, skins, strict=True)]
        solved: list[list[FaceState]] = [[] for _ in takes]
        for frame in range(max(len(take.said) for take in takes)):
            going = [number for number, take in enumerate(takes) if frame < len(take.said)]
            before = [states[number] for number in going]
            stages = [
                stepped(each.stages, skins[n][frame], self._shares) for each, n in zip(before, going, strict=True)
            ]
            skin = self._solve_skin(stages, before)
            tongue = self._solve_tongue([tongues[number][frame] for number in going], before)
            for place, number in enumerate(going):
                states[number] = FaceState(stages[place], skin[place], tongue[place])
                solved[number].append(states[number])
        weights = [(np.stack([each.skin for each in of]), np.stack([each.tongue for each in of])) for of in solved]
        return weights, states

    def _beginning(self, first: Floats) -> FaceState:
        return FaceState(
            settled(first), np.zeros(self._face.skin.solver.poses), np.zeros(self._face.tongue.solver.poses)
        )

    def _solve_skin(self, stages: Sequence[Floats], before: Sequence[FaceState]) -> Floats:
        upper, lower = np.split(np.stack([each[-1] for each in stages]), 2, axis=1)
        previous = np.stack([each.skin for each in before])
        return self._face.skin.solver.solve(self._face.skin_rest + upper + lower, previous)

    def _tongue_products(self, take: Take) -> Floats:
        if self._stretch < 0:
            return np.zeros((len(take.said), 0))
        return self._face.tongue.projection.apply(take.said[:, self._parts.tongue])

    def _solve_tongue(self, products: Sequence[Floats], before: Sequence[FaceState]) -> Floats:
        """The tongue is solved for only where something of it is shown."""
        previous = np.stack([each.tongue for each in before])
        return previous if self._stretch < 0 else self._face.tongue.solver.solve(np.stack(products), previous)

    def _rows(self, take: Take, skin: Floats, tongue: Floats) -> Array:
        """(frames, 52): solved weights as they are shown, with what else the network says of eyes, jaw and tongue."""
        options, face = self._options, self._face
        rows = face.arkit.rows(face.skin.solver.finished(skin))
        if options.eye_degrees:
            look(rows, self._eyes.rotations(take.said[:, self._parts.eyes], take.first_frame), options.eye_degrees)
        if options.jaw_under_closed_lips:
            rows[:, arkit.INDEX["jawOpen"]] += rows[:, arkit.INDEX["mouthClose"]]
        if options.jaw_degrees:
            transforms = jaw_transforms(take.said[:, self._parts.jaw], face.neutral_jaw, face.config)
            rows[:, arkit.INDEX["jawOpen"]] = opening_deg(transforms) / options.jaw_degrees
        if options.tongue_out:
            stretched = face.tongue.solver.finished(tongue)[:, self._stretch]
            rows[:, arkit.INDEX["tongueOut"]] = options.tongue_out * stretched
        return np.clip(rows, 0.0, 1.0).astype(np.float32)


def _stretch(names: Sequence[str]) -> int:
    """Which pose puts the tongue out."""
    found = [index for index, name in enumerate(names) if name.lower() == STRETCH]
    if not found:
        raise EngineUnavailable("engine 'a2f3d': the model has no TongueStretch, so tongue_out must be 0")
    return found[0]
