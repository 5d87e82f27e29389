"""`POST /process-audio/`: a sound file in, one JSON line for each chunk of frames as soon as it is done."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

from aiohttp import web

from a2f_live.audio.files import open_audio
from a2f_live.config import StreamConfig
from a2f_live.driver import Driver
from a2f_live.errors import A2FError, EngineFailed
from a2f_live.frames import Array, Event, Flushed, Frames, Notice
from a2f_live.server.answers import error_document
from a2f_live.server.chunks import Chunks
from a2f_live.server.options import ServerParts
from a2f_live.server.session import find_profile
from a2f_live.server.state import STATE
from a2f_live.server.upload import new_file, read_chunk_s, read_emotions, read_fps, read_upload

log: Final = logging.getLogger(__name__)

BLOCK_FRAMES: Final = 16_384
"""Decoded at once: little enough not to keep live streams waiting."""
FRAMES_HELD: Final = "frames_held"
"""Code of the notice that frames were made up because no engine answered."""


async def process_audio(request: web.Request) -> web.StreamResponse:
    """Read the form, refuse what cannot be heard, then stream the frames."""
    state = request.app[STATE]
    state.require_token(request)
    fps, chunk_s = read_fps(request.query), read_chunk_s(request.query)
    with state.uploading(), new_file() as file:
        upload = await read_upload(request, file, state.options.upload_bytes)
        emotions = read_emotions(upload.emotions)
        with await asyncio.to_thread(open_audio, file, upload.name) as sound:
            config = StreamConfig(audio=sound.audio, fps=fps, pace="file", emotions=emotions)
            blocks = sound.blocks(BLOCK_FRAMES)
            first = await _decode(blocks)  # before the answer begins: a file that is no sound is still refused by 415
            rendering = Rendering(state.parts, config, Chunks(fps, chunk_s))
            try:
                return await _answer(request, rendering.run(first, blocks))
            finally:
                rendering.close()


class Rendering:
    """One file on its way through a driver; gives the documents of its chunks."""

    def __init__(self, parts: ServerParts, config: StreamConfig, chunks: Chunks) -> None:
        _, pool = parts.pool(None)
        self._chunks = chunks
        self._events: list[Event] = []
        self._news = asyncio.Event()
        self._driver = Driver(pool, config, find_profile(None, parts.profiles), self._deliver)

    async def run(self, first: Array | None, blocks: Iterator[Array]) -> AsyncIterator[dict[str, Any]]:
        """Push the file block by block; give each chunk once it is whole. Raises `FileError` and `EngineFailed`."""
        driver, samples = self._driver, 0
        block = first
        while block is not None:
            samples += len(block)
            driver.push_audio(block.tobytes())
            await driver.room()
            for document in self._take():
                yield document
            block = await _decode(blocks)
        driver.flush()
        while not self._events or not isinstance(self._events[-1], Flushed):
            self._news.clear()
            await self._news.wait()
        for document in self._take():
            yield document
        for document in self._chunks.finish(Fraction(samples, driver.config.audio.sample_rate)):
            yield document

    def close(self) -> None:
        """Stop the driver. Safe to call twice."""
        self._driver.close()

    def _deliver(self, events: Sequence[Event]) -> None:
        self._events.extend(events)
        self._news.set()

    def _take(self) -> Iterator[dict[str, Any]]:
        events, self._events = self._events, []
        for event in events:
            if isinstance(event, Frames):
                yield from self._chunks.push(event)
            elif isinstance(event, Notice) and event.code == FRAMES_HELD:
                raise EngineFailed(event.message)


async def _answer(request: web.Request, documents: AsyncIterator[dict[str, Any]]) -> web.StreamResponse:
    """One JSON line each; what goes wrong after the first is told in a last line."""
    response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    await response.prepare(request)
    try:
        async for document in documents:
            await _write(response, document)
    except A2FError as error:
        await _write(response, error_document(error.code, error.message))
    except ConnectionError:
        raise
    except Exception:
        log.exception("a file could not be processed by a mistake of the server")
        await _write(response, error_document("internal", "the server made a mistake, which it has logged"))
    await response.write_eof()
    return response


async def _write(response: web.StreamResponse, document: dict[str, Any]) -> None:
    await response.write(json.dumps(document, separators=(",", ":")).encode() + b"\n")


async def _decode(blocks: Iterator[Array]) -> Array | None:
    """The next block, None at the end of the file. Raises `FileError`."""
    return await asyncio.to_thread(next, blocks, None)
