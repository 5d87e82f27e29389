"""The audio of a call, given back frame by frame; pure."""

from a2f_live.server.nim_grpc.limits import BYTES_PER_SAMPLE, FPS


class Echo:
    """Bytes in as they come, and out the part that belongs to each frame."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._kept = bytearray()
        self._start = 0
        """Index of the first byte that is kept."""

    def push(self, pcm: bytes) -> None:
        """Take what was heard."""
        self._kept += pcm

    def part(self, frame: int) -> tuple[float, bytes]:
        """What was not given yet and sounds before the frame after this one: seconds of its begin, and the bytes."""
        end = (frame + 1) * self._rate_hz // FPS * BYTES_PER_SAMPLE
        return self._cut(end - self._start)

    def rest(self) -> tuple[float, bytes]:
        """Whole samples that are left."""
        return self._cut(len(self._kept) - len(self._kept) % BYTES_PER_SAMPLE)

    def _cut(self, count: int) -> tuple[float, bytes]:
        begin_s = self._start / BYTES_PER_SAMPLE / self._rate_hz
        whole = min(max(count, 0), len(self._kept) - len(self._kept) % BYTES_PER_SAMPLE)
        pcm = bytes(self._kept[:whole])
        del self._kept[:whole]
        self._start += whole
        return begin_s, pcm
