"""Which files a client may have read and written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PureWindowsPath

from a2f_live.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders that are open to clients; without any, all that the user of this process may open."""

    allowed: Sequence[Path] = ()
    """Resolved, as `of` makes them."""

    @classmethod
    def of(cls, paths: Sequence[Path]) -> "Folders":
        """Open these folders alone; symbolic links are followed now."""
        return cls(tuple(path.resolve() for path in paths))

    def resolve(self, path: str | Path) -> Path:
        """Give the real path, every symbolic link followed; raises `NotAllowed` for one outside, there or not."""
        asked = Path(path)
        if self.allowed and is_elsewhere(asked, self.allowed):
            raise _outside(path)
        try:
            real = asked.resolve()
        except (OSError, ValueError, RuntimeError) as error:  # a null character, too long, links in a circle
            raise NotAllowed("this path cannot be followed: check it") from error
        if self.allowed and not any(real.is_relative_to(folder) for folder in self.allowed):
            raise _outside(path)
        return real


def is_elsewhere(path: PurePath, allowed: Sequence[PurePath]) -> bool:
    r"""Tell whether Windows would ask another machine, or a device, for a path, and no allowed folder is there.

    To follow `\\host\share\x` is to connect to that host, and to tell it the user's name: it must not be tried.
    """
    if not isinstance(path, PureWindowsPath) or not str(path).startswith(("\\\\", "\\??\\")):
        return False
    return path.anchor.casefold() not in {folder.anchor.casefold() for folder in allowed if folder.drive[:1] == "\\"}


def is_there(kind: Callable[[], bool]) -> bool:
    """Whether a path is what it should be: `path.is_file`, `path.is_dir`. One that may not be looked at is not."""
    try:
        return kind()
    except OSError:  # below a folder that is closed to us, or too long
        return False


def _outside(path: str | Path) -> NotAllowed:
    return NotAllowed(f"{path} lies outside the folders that this server may open: start it with --allow-folder")
