"""Builds the page into dist/ if it is missing or older than what it is made of: ``python web_demo/build.py``.

Needs Node and npm. Where they are not there, an older build stays in use, and it is said what is missing; the exit
status is 1 only if Node is there and the build fails.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).resolve().parent
DIST = PAGE / "dist"
BUILT = (DIST / "index.html", DIST / "client" / "a2f-live.js")
FACES = PAGE.parent / "assets" / "faces"
LOCK = PAGE / "package-lock.json"
INSTALLED = PAGE / "node_modules" / ".package-lock.json"
MADE = {"dist", "node_modules", "test", "examples", "contact-sheet", "__pycache__"}
"""Folders that the page is not made of."""

NO_NODE = (
    "the page of the server has to be built, and Node is not here (Debian, Ubuntu: apt install nodejs npm; "
    "Node 20.19 or newer): the server works without it, and every wheel of a2f-live has it built"
)


def main() -> int:
    """Build if need be; gives the exit status."""
    if not stale():
        return 0
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        print(f"a2f-live: {NO_NODE}", file=sys.stderr)
        return 0
    print("a2f-live: building the page", file=sys.stderr)
    install(npm)
    return run(npm, "run", "build", "--silent")


def stale() -> bool:
    """Whether a part of the page is missing, or something that it is made of is newer."""
    if not all(path.is_file() for path in BUILT):
        return True
    return min(path.stat().st_mtime for path in BUILT) < max(path.stat().st_mtime for path in sources())


def sources() -> Iterator[Path]:
    """Everything that the page is made of."""
    for folder in (PAGE, FACES):
        for path in folder.rglob("*") if folder.is_dir() else ():
            if path.is_file() and not MADE.intersection(path.relative_to(folder).parts[:-1]):
                yield path


def install(npm: str) -> None:
    """Install what the lock file names, once for each state of it."""
    if not INSTALLED.is_file() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
        run(npm, "ci", "--no-audit", "--no-fund", "--silent")


def run(*command: str) -> int:
    """Run in the folder of the page, with what it prints shown as ours would be."""
    return subprocess.run(command, cwd=PAGE, stdout=sys.stderr, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
