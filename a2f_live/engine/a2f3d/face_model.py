"""Everything of one face that is worked out once: read from the folder, made ready for frames."""

from dataclasses import dataclass

from a2f_live.engine.a2f3d.arkit_rows import ArkitRows
from a2f_live.engine.a2f3d.arrays import Arrays, open_arrays
from a2f_live.engine.a2f3d.blendshapes import Floats, read_blendshapes
from a2f_live.engine.a2f3d.face import FaceConfig, read_face_config
from a2f_live.engine.a2f3d.folder import FaceFiles
from a2f_live.engine.a2f3d.jaw import POINTS
from a2f_live.engine.a2f3d.network_info import DiffusionInfo, RegressionInfo
from a2f_live.engine.a2f3d.projection import Basis, Projection, skin_projection, tongue_projection
from a2f_live.engine.a2f3d.solver import Solver
from a2f_live.engine.base import Array


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the face that is solved for."""

    projection: Projection
    solver: Solver
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FaceModel:
    """One face, ready."""

    config: FaceConfig
    skin: Part
    skin_rest: Floats
    """What of the right side of the solve is the same in every frame, (poses,)."""
    tongue: Part
    arkit: ArkitRows
    neutral_jaw: Array
    """(5, 3)."""
    saccades: Array
    """(frames, 2) degrees."""


def read_face(files: FaceFiles, info: RegressionInfo | DiffusionInfo) -> FaceModel:
    """Read a face and work out what can be. Raises `EngineUnavailable`."""
    config = read_face_config(files.config)
    with open_arrays(files.data) as arrays:
        skin_basis, tongue_basis = _bases(arrays, info)
        vertices = len(skin_basis.mean)
        lip_open, eye_close = (
            arrays.floats(name, vertices * 3) for name in ("lip_open_pose_delta", "eye_close_pose_delta")
        )
        neutral_jaw, saccades = arrays.floats("neutral_jaw", POINTS, 3), arrays.floats("saccade_rot_matrix", -1, 2)
    skin = read_blendshapes(files.skin, vertices)
    tongue = read_blendshapes(files.tongue, len(tongue_basis.mean))
    projection, rest = skin_projection(skin_basis, lip_open, eye_close, config, skin)
    return FaceModel(
        config=config,
        skin=Part(projection, Solver(skin), skin.names),
        skin_rest=rest,
        tongue=Part(tongue_projection(tongue_basis, config, tongue), Solver(tongue), tongue.names),
        arkit=ArkitRows(skin.names),
        neutral_jaw=neutral_jaw,
        saccades=saccades,
    )


def _bases(arrays: Arrays, info: RegressionInfo | DiffusionInfo) -> tuple[Basis, Basis]:
    """Of skin and tongue."""
    if isinstance(info, DiffusionInfo):
        sizes = ("skin", info.parts.skin), ("tongue", info.parts.tongue)
        skin, tongue = (arrays.floats(f"neutral_{name}", (part.stop - part.start) // 3, 3) for name, part in sizes)
        return Basis(skin, None), Basis(tongue, None)
    return (
        _shaped(arrays, "skin", info.parts.skin, info.skin_vertices),
        _shaped(arrays, "tongue", info.parts.tongue, info.tongue_vertices),
    )


def _shaped(arrays: Arrays, name: str, part: slice, vertices: int) -> Basis:
    mean = arrays.floats(f"shapes_mean_{name}", vertices, 3)
    return Basis(mean, arrays.floats(f"shapes_matrix_{name}", part.stop - part.start, vertices * 3))
