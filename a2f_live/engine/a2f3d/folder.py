"""A model folder as NVIDIA publishes it: which files it has, which are missing, and where they are to be had."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from a2f_live.engine.a2f3d.documents import Section, read_json
from a2f_live.errors import EngineUnavailable

MODEL: Final = "model.json"
PUBLISHED: Final = (
    "nvidia/Audio2Face-3D-v2.3-Mark",
    "nvidia/Audio2Face-3D-v2.3.1-Claire",
    "nvidia/Audio2Face-3D-v2.3.1-James",
    "nvidia/Audio2Face-3D-v3.0",
)
"""Repositories on Hugging Face, under the NVIDIA Open Model License."""
WHERE: Final = (
    f"`hf download {PUBLISHED[1]} --local-dir DIR` fetches such a folder (others: {', '.join(PUBLISHED[::2])}, "
    f"{PUBLISHED[3]}), and --model-dir DIR names it"
)


@dataclass(frozen=True, slots=True)
class ShapeFiles:
    """The blendshapes of one part of the face, and how they are solved for."""

    config: Path
    data: Path


@dataclass(frozen=True, slots=True)
class FaceFiles:
    """The files of one face; a diffusion model has several."""

    config: Path
    data: Path
    skin: ShapeFiles
    tongue: ShapeFiles


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """The files of a model; all are there."""

    network: Path
    network_info: Path
    faces: tuple[FaceFiles, ...]
    emotions: Path | None
    """The implicit ones; a diffusion model has none."""


def open_folder(path: str) -> ModelFolder:
    """Find the files of a model. Raises `EngineUnavailable`, which names every one that is missing."""
    if not path:
        raise EngineUnavailable(f"engine 'a2f3d' needs a model: {WHERE}")
    folder = Path(path).expanduser()
    folder = folder.parent if folder.name == MODEL else folder
    if not folder.is_dir():
        raise EngineUnavailable(f"the model folder {folder} is not there: {WHERE}")
    if not (folder / MODEL).is_file():
        raise EngineUnavailable(f"{folder} has no {MODEL}, so it is no model folder: {WHERE}")
    model = _files(folder, read_json(folder / MODEL))
    missing = [file.name for file in _all(model) if not file.is_file()]
    if missing:
        raise EngineUnavailable(f"the model folder {folder} lacks {', '.join(missing)}: {WHERE}")
    return model


def _files(folder: Path, model: Section) -> ModelFolder:
    several = "modelDataPaths" in model.values
    if several:
        configs, datas = model.texts("modelConfigPaths"), model.texts("modelDataPaths")
        shapes = model.sections("blendshapePaths")
    else:
        configs, datas = (model.text("modelConfigPath"),), (model.text("modelDataPath"),)
        shapes = [model.section("blendshapePaths")]
    if not configs or not len(configs) == len(datas) == len(shapes):
        raise model.wrong("modelConfigPaths", "as many as modelDataPaths and blendshapePaths")
    return ModelFolder(
        network=_network(folder / model.text("networkPath")),
        network_info=folder / model.text("networkInfoPath"),
        faces=tuple(
            FaceFiles(folder / config, folder / data, _shapes(folder, each, "skin"), _shapes(folder, each, "tongue"))
            for config, data, each in zip(configs, datas, shapes, strict=True)
        ),
        emotions=None if several else folder / model.text("emotionDatabasePath"),
    )


def _network(path: Path) -> Path:
    """model.json names what TensorRT makes of the network; what is published is the network itself."""
    return path.with_suffix(".onnx")


def _shapes(folder: Path, shapes: Section, part: str) -> ShapeFiles:
    files = shapes.section(part)
    return ShapeFiles(folder / files.text("config"), folder / files.text("data"))


def _all(model: ModelFolder) -> Iterator[Path]:
    yield from (model.network, model.network_info)
    yield from filter(None, (model.emotions,))
    for face in model.faces:
        yield from (face.config, face.data, face.skin.config, face.skin.data, face.tongue.config, face.tongue.data)
