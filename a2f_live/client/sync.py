"""The blocking twin of the client, for scripts: the same stream, on an event loop in a thread of its own."""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from a2f_live.client.aio import DEFAULT_URL, Face
from a2f_live.client.options import Options, Pcm, Whole
from a2f_live.config import StreamConfig
from a2f_live.frames import Cleared, Flushed, Frames
from a2f_live.wire.messages import Ready, Stats

T = TypeVar("T")


def connect_sync(url: str = DEFAULT_URL, **options: Unpack[Options]) -> "BlockingFace":
    """A stream to a server, to be used as ``with connect_sync(url) as face``; `Options` says what can be asked for."""
    return BlockingFace(url, options)


class BlockingFace:
    """One live stream for code without asyncio; every method means what it means on `Face`, and blocks."""

    def __init__(self, url: str, options: Options) -> None:
        self._face = Face(url, options)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="a2f-live client", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self._call(self._face.__aenter__())
        except BaseException:
            self._end_loop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._call(self._face.__aexit__(kind, error, trace))
        finally:
            self._end_loop()

    def send(self, pcm: Pcm) -> None:
        """Send speech: bytes of PCM, or an array in the sample type of the encoding; any number of samples."""
        self._call(self._face.send(pcm))

    def flush(self) -> Flushed | None:
        """End the utterance, and wait until all its frames have come. None if a clear came first."""
        return self._call(self._face.flush())

    def clear(self) -> Cleared:
        """Barge-in: forget the audio that has no frames yet, and let the face ease to rest."""
        return self._call(self._face.clear())

    def marker(self) -> float:
        """Seconds until all audio sent so far has been answered: the round trip through the engine."""
        return self._call(self._face.marker())

    def configure(self, **changes: Any) -> StreamConfig:
        """Change `emotions`, `auto_emotion`, `idle`, `profile` or `fps` from the next frame on."""
        return self._call(self._face.configure(**changes))

    def stream(self, pcm: Pcm | Iterable[Pcm]) -> Iterator[Frames]:
        """Send one whole utterance, in one piece or many, and give its frames while they come."""
        frames = self._face.stream(pcm if isinstance(pcm, Whole) else _in_threads(pcm))
        try:
            while (block := self._call(_next(frames))) is not None:
                yield block
        finally:
            self._call(frames.aclose())

    def close(self) -> None:
        """Let everything that was sent be answered, then end the stream; the frames that still come can be iterated."""
        self._call(self._face.close())

    def __iter__(self) -> Iterator[Frames]:
        while (frames := self._call(_next(self._face))) is not None:
            yield frames

    @property
    def ready(self) -> Ready:
        """What the server said first: `session`, `engine`, `names`, `limits` and the rest."""
        return self._face.ready

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the weights, in the order of every row."""
        return self._face.names

    @property
    def viseme_names(self) -> tuple[str, ...]:
        """Names of the visemes, in the order of every row; empty where frames carry none."""
        return self._face.viseme_names

    @property
    def config(self) -> StreamConfig:
        """The effective configuration, kept up to date."""
        return self._face.config

    @property
    def stats(self) -> Stats | None:
        """The newest figures of the server, where `stats` was asked for."""
        return self._face.stats

    @property
    def utterance(self) -> int:
        """Number of the utterance that takes audio now."""
        return self._face.utterance

    @property
    def dropped(self) -> int:
        """Frames that were dropped because nobody read them in time."""
        return self._face.dropped

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run on the loop's thread and wait; an interrupted wait cancels the work."""
        result = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return result.result()
        except BaseException:
            result.cancel()
            raise

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _next(frames: AsyncIterator[Frames]) -> Frames | None:
    return await anext(frames, None)


async def _in_threads(blocks: Iterable[Pcm]) -> AsyncIterator[Pcm]:
    """Blocks of an iterable that may itself block, such as one that keeps real time."""
    source = iter(blocks)
    while (block := await asyncio.to_thread(next, source, None)) is not None:
        yield block
