"""What a request to process a file brings: the file, spooled to disk, and its wishes, checked."""

import asyncio
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, cast

from aiohttp import BodyPartReader, web
from aiohttp.http import HttpProcessingError

from a2f_live import arkit
from a2f_live.config import FPS_RANGE
from a2f_live.errors import ConfigError

CHUNK_RANGE_S: Final = (Fraction(1, 10), Fraction(60))
_IN_MEMORY_BYTES: Final = 1024 * 1024
_FIELD_BYTES: Final = 16 * 1024
"""Largest field beside the file."""
_PIECE_BYTES: Final = 64 * 1024


@dataclass(slots=True)
class Upload:
    """The parts of the form."""

    file: BinaryIO
    name: str = ""
    """As the client calls the file; empty until it has come."""
    emotions: str = ""


def new_file() -> BinaryIO:
    """Kept in memory while small, then in a temporary file; gone when closed."""
    return cast(BinaryIO, SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES))


async def read_upload(request: web.Request, file: BinaryIO, largest_bytes: int) -> Upload:
    """Read the form. Raises `ConfigError` for what is missing and HTTP 413 for what is too large."""
    if request.content_type != "multipart/form-data":
        raise ConfigError("the body must be multipart/form-data with the sound file as audio_file", code="bad_request")
    upload = Upload(file)
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise ConfigError("a form within a form cannot be read: send audio_file directly", code="bad_request")
            await _take(part, upload, largest_bytes)
    except (ValueError, AssertionError, HttpProcessingError) as error:
        raise ConfigError("the form cannot be read: send multipart/form-data", code="bad_request") from error
    if not upload.name:
        raise ConfigError("there is no file: send the sound file as the form field audio_file", code="bad_request")
    return upload


async def _take(part: BodyPartReader, upload: Upload, largest_bytes: int) -> None:
    if part.name == "audio_file":
        upload.name = part.filename or "audio_file"
        await _spool(part, upload.file, largest_bytes)
    elif part.name == "emotions":
        upload.emotions = (await _read(part, _FIELD_BYTES)).decode("utf-8", "replace")
    else:
        await _read(part, largest_bytes)


async def _spool(part: BodyPartReader, file: BinaryIO, largest_bytes: int) -> None:
    size = 0
    while piece := await part.read_chunk(_PIECE_BYTES):
        size += len(piece)
        _require_size(size, largest_bytes)
        if size > _IN_MEMORY_BYTES:
            await asyncio.to_thread(file.write, piece)
        else:
            file.write(piece)


async def _read(part: BodyPartReader, largest_bytes: int) -> bytes:
    read = bytearray()
    while piece := await part.read_chunk(_PIECE_BYTES):
        read += piece
        _require_size(len(read), largest_bytes)
    return bytes(read)


def _require_size(size: int, largest_bytes: int) -> None:
    if size > largest_bytes:
        raise web.HTTPRequestEntityTooLarge(max_size=largest_bytes, actual_size=size)


def read_fps(query: Mapping[str, str]) -> Fraction:
    """Frames a second, 60 if not asked for. Raises `ConfigError`."""
    return _read_fraction(query, "fps", Fraction(60), FPS_RANGE, "frames a second")


def read_chunk_s(query: Mapping[str, str]) -> Fraction:
    """Seconds of audio in one chunk, 1 if not asked for. Raises `ConfigError`."""
    return _read_fraction(query, "chunk_s", Fraction(1), CHUNK_RANGE_S, "seconds")


def _read_fraction(
    query: Mapping[str, str], name: str, default: Fraction, allowed: tuple[Fraction, Fraction], unit: str
) -> Fraction:
    text = query.get(name)
    if text is None:
        return default
    low, high = allowed
    try:
        value = Fraction(text) if len(text) <= 32 and "e" not in text.lower() else None
    except (ValueError, ZeroDivisionError):
        value = None
    if value is None or not low <= value <= high:
        raise ConfigError(f"{name} cannot be used: ask for {float(low):g} to {float(high):g} {unit}")
    return value


def read_emotions(text: str) -> dict[str, float]:
    """Emotion to 0..1, of a JSON map or of a list of ten in the order of `arkit.EMOTIONS`. Raises `ConfigError`.

    Names and range are checked by `StreamConfig`.
    """
    if not text.strip():
        return {}
    try:
        values: Any = json.loads(text)
    except (ValueError, RecursionError):
        values = None
    if isinstance(values, list) and len(values) == len(arkit.EMOTIONS):
        values = dict(zip(arkit.EMOTIONS, values, strict=True))
    if not isinstance(values, dict) or not all(map(_is_number, values.values())):
        raise ConfigError("emotions cannot be used: send a JSON map of names to 0..1, or a list of ten numbers")
    return {name: float(value) for name, value in values.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
