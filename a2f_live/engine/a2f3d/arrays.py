"""The .npz files of a model folder: arrays by name, checked."""

import contextlib
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a2f_live.engine.a2f3d.documents import fits
from a2f_live.engine.base import Array
from a2f_live.errors import EngineUnavailable


class Arrays:
    """The arrays of one file."""

    def __init__(self, path: Path, archive: Any) -> None:
        self._path = path
        self._archive = archive

    def __contains__(self, name: str) -> bool:
        return name in self._archive

    def floats(self, name: str, *shape: int) -> Array:
        """An array of numbers as float32 in that shape; -1 stands for any size. Raises `EngineUnavailable`."""
        array = self._load(name)
        if array.dtype.kind not in "fiu" or not fits(array.shape, shape):
            raise self._wrong(name, f"is {array.dtype} {array.shape} but must be numbers of {shape}")
        wide = np.ascontiguousarray(array, np.float32).reshape(shape)
        if not np.isfinite(wide).all():
            raise self._wrong(name, "holds numbers that are not finite")
        return wide

    def indexes(self, name: str) -> NDArray[np.int64]:
        """An array of one dimension of whole numbers."""
        array = self._load(name)
        if array.dtype.kind not in "iu" or array.ndim != 1:
            raise self._wrong(name, f"is {array.dtype} {array.shape} but must be one row of whole numbers")
        return array.astype(np.int64)

    def texts(self, name: str) -> list[str]:
        """An array of one dimension of texts; the published files hold bytes."""
        array = self._load(name)
        if array.dtype.kind not in "SU" or array.ndim != 1:
            raise self._wrong(name, f"is {array.dtype} {array.shape} but must be one row of texts")
        return [each.decode() if isinstance(each, bytes) else str(each) for each in array.tolist()]

    def _load(self, name: str) -> NDArray[Any]:
        if name not in self._archive:
            raise self._wrong(name, "is missing")
        with _told(self._path):
            array: NDArray[Any] = self._archive[name]
        return array

    def _wrong(self, name: str, what: str) -> EngineUnavailable:
        return EngineUnavailable(f"{self._path}: the array {name} {what}: get the file anew")


@contextlib.contextmanager
def open_arrays(path: Path) -> Iterator[Arrays]:
    """The arrays of a file, open for the while. Raises `EngineUnavailable`."""
    with contextlib.ExitStack() as stack:
        with _told(path):
            file = stack.enter_context(path.open("rb"))  # numpy leaves one that it opened open where it fails
            archive = np.load(file, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise EngineUnavailable(f"{path} is no .npz archive: get the file anew")
        yield Arrays(path, stack.enter_context(archive))


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        pointer = "; it may be a Git LFS pointer instead of the file itself" if _is_pointer(path) else ""
        raise EngineUnavailable(f"{path} cannot be read as .npz{pointer}: get it anew ({error})") from error


def _is_pointer(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(40).startswith(b"version https://git-lfs")
    except OSError:
        return False
