"""Packages that hold recorded speech: fetched once, by the ordinary clients of their registries, and unpacked."""

import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import ZipFile

from assets.lipnet.training.cache import whole
from assets.lipnet.training.trouble import TroubleError


def unpacked(package: str, cache: Path) -> Path:
    """The folder with what a package holds. Raises `TroubleError`.

    `wheel:NAME==VERSION` and `sdist:NAME==VERSION` come by pip, `deb:NAME` by apt, in the version of this system.
    """
    folder = cache / package.replace(":", "-").replace("==", "-")
    if folder.is_dir():
        return folder
    kind, _, name = package.partition(":")
    with TemporaryDirectory() as downloads, whole(folder) as part:
        _CLIENTS[kind](name, Path(downloads))
        found = [path for path in sorted(Path(downloads).iterdir()) if path.is_file()]
        if not found:
            raise TroubleError(f"Nothing came for {package}: its registry may not have it any more.")
        part.mkdir()
        _unpack(found[0], part)
    return folder


def _wheel(name: str, downloads: Path) -> None:
    _pip(name, downloads)


def _sdist(name: str, downloads: Path) -> None:
    _pip(name, downloads, "--no-binary", name.partition("==")[0])


def _pip(name: str, downloads: Path, *more: str) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"]
    _run([*command, "--dest", str(downloads), *more, name], downloads)


def _deb(name: str, downloads: Path) -> None:
    for program in ("apt-get", "dpkg-deb"):
        if which(program) is None:
            raise TroubleError(f"{name} is a package of Debian and Ubuntu, and {program} is missing: run this there.")
    _run(["apt-get", "--quiet", "download", name], downloads)


_CLIENTS: Final[dict[str, Callable[[str, Path], None]]] = {"wheel": _wheel, "sdist": _sdist, "deb": _deb}


def _unpack(package: Path, folder: Path) -> None:
    if package.suffix == ".whl":
        with ZipFile(package) as archive:
            archive.extractall(folder)
    elif package.suffix == ".deb":
        _run(["dpkg-deb", "--extract", str(package), str(folder)], folder)
    else:
        with tarfile.open(package) as archive:
            # Python 3.11 knows filters from 3.11.4 on; before, it passes this by.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(folder)


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise TroubleError(f"`{' '.join(command)}` failed: {last}") from error
