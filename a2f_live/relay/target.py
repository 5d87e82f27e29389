"""What a relay sends to."""

from dataclasses import dataclass

from a2f_live.frames import Frames
from a2f_live.outputs.pose import Pose


@dataclass(frozen=True, slots=True)
class Wants:
    """What a target shows only if the stream brings it."""

    head: bool = False
    visemes: bool = False


class Target:
    """One program or file. Those that show a face live hear `show`, those that keep frames hear `write`.

    Neither waits. What a target cannot do without (a file, an address) it tells by an `A2FError`; a program that is
    away is no error: it may come back.
    """

    wants = Wants()

    async def open(self) -> None:
        """Get ready. Raises `A2FError`."""

    def show(self, pose: Pose, tick: int) -> None:
        """Show a pose now, at the tick of this number."""

    def write(self, frames: Frames) -> None:
        """Keep frames, as they came. Raises `FileError`."""

    async def close(self) -> None:
        """Give everything back. Safe to call twice."""
