"""The blendshapes of a part of the face, and how they are to be solved for: bs_*.npz and bs_*_config.json."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from a2f_live.engine.a2f3d.arrays import open_arrays
from a2f_live.engine.a2f3d.documents import Section, read_json
from a2f_live.engine.a2f3d.folder import ShapeFiles
from a2f_live.engine.base import Array
from a2f_live.errors import EngineUnavailable

NEUTRAL = "neutral"
L1, L2, TEMPORAL, SYMMETRY, TEMPLATE_SIZE = 1.0, 3.5, 0.0, 100.0, 54.7
"""Where a file names none: the defaults of the Audio2Face-3D SDK."""

Floats = NDArray[np.float64]
Indexes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SolveConfig:
    """How weights are solved for, by the names of NVIDIA."""

    l1: float
    l2: float
    temporal: float
    symmetry: float
    template_size: float
    """Size of the head that these strengths are meant for."""
    active: Indexes
    """Poses that are solved for; the others stay at 0."""
    cancel: tuple[tuple[int, int], ...]
    """Pairs of active poses of which only the larger is kept."""
    symmetric: tuple[tuple[int, int], ...]
    """Pairs of active poses that are drawn towards each other. In both, numbers count the active poses."""
    multipliers: Floats
    offsets: Floats
    """For every pose."""


@dataclass(frozen=True, slots=True)
class Blendshapes:
    """Poses of one part of the face."""

    names: tuple[str, ...]
    neutral: Array
    """(vertices, 3)."""
    deltas: Array
    """(active poses, coordinates) of the vertices that count: differences from neutral, as the file has them."""
    coordinates: Indexes
    """Which of vertices * 3 numbers those are; a vertex may count twice."""
    config: SolveConfig


def read_blendshapes(files: ShapeFiles, vertices: int) -> Blendshapes:
    """Read the shapes of a part with so many vertices. Raises `EngineUnavailable`."""
    with open_arrays(files.data) as arrays:
        names = arrays.texts("poseNames")
        if len(names) < 2 or names[0] != NEUTRAL:
            raise EngineUnavailable(f"{files.data}: poseNames must begin with {NEUTRAL!r}: get the file anew")
        poses = names[1:]
        config = _solve_config(read_json(files.config), len(poses))
        neutral = arrays.floats(NEUTRAL, vertices, 3)
        kept = arrays.indexes("frontalMask") if "frontalMask" in arrays else np.arange(vertices)
        if not len(kept) or kept.min() < 0 or kept.max() >= vertices:
            raise EngineUnavailable(f"{files.data}: frontalMask names vertices that are not there: get the file anew")
        deltas = [arrays.floats(poses[pose], vertices, 3)[kept].reshape(-1) for pose in config.active]
    coordinates = (kept[:, None] * 3 + np.arange(3)).reshape(-1)
    return Blendshapes(tuple(poses), neutral, np.stack(deltas), coordinates, config)


def _solve_config(document: Section, poses: int) -> SolveConfig:
    params = document.section("blendshape_params")
    if params.whole("numPoses") != poses:
        raise params.wrong("numPoses", f"{poses}, as many as the shapes beside it")
    active = np.flatnonzero(params.wholes("bsSolveActivePoses", poses))
    if not len(active):
        raise params.wrong("bsSolveActivePoses", "1 for at least one pose")
    return SolveConfig(
        l1=params.number("strengthL1regularization", 0, 1e6, L1),
        l2=params.number("strengthL2regularization", 0, 1e6, L2),
        temporal=params.number("strengthTemporalSmoothing", 0, 1e6, TEMPORAL),
        symmetry=params.number("strengthSymmetry", 0, 1e6, SYMMETRY),
        template_size=params.number("templateBBSize", 1e-6, 1e6, TEMPLATE_SIZE),
        active=active,
        cancel=_pairs(params, "bsSolveCancelPoses", poses, active),
        symmetric=_pairs(params, "bsSolveSymmetryPoses", poses, active),
        multipliers=np.array(params.numbers("bsWeightMultipliers", poses)),
        offsets=np.array(params.numbers("bsWeightOffsets", poses)),
    )


def _pairs(params: Section, key: str, poses: int, active: Indexes) -> tuple[tuple[int, int], ...]:
    """The list gives each pose the number of a group: two poses of the same number are a pair, -1 is in none."""
    groups = params.wholes(key, poses)
    if any(count != 2 for count in _members(groups).values()):
        raise params.wrong(key, "group numbers that two poses each have, or -1")
    members = defaultdict(list)
    for number, pose in enumerate(active):
        members[groups[pose]].append(number)
    return tuple((pair[0], pair[1]) for group, pair in members.items() if group != -1 and len(pair) == 2)


def _members(groups: Sequence[int]) -> dict[int, int]:
    return {group: groups.count(group) for group in groups if group != -1}
