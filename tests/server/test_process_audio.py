"""A sound file becomes lines of frames: the same frames as a whole conversion, in chunks without seams."""

import asyncio
import io
import itertools
import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import aiohttp
import numpy as np
import pytest
import soundfile

from a2f_live import arkit
from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.engine.registry import create, parse_spec
from a2f_live.motion.profile import Profile
from a2f_live.offline import render
from a2f_live.server import process_audio
from tests.server.helpers import Served, quick, serving, speech, until


def sound_file(seconds: float, kind: str = "WAV", rate_hz: int = 16_000, channels: int = 1) -> bytes:
    mono = np.frombuffer(speech(seconds, rate_hz), "<i2").astype(np.float32) / 32768
    file = io.BytesIO()
    soundfile.write(file, np.repeat(mono[:, None], channels, axis=1), rate_hz, format=kind)
    return file.getvalue()


def form(file: bytes, **fields: str) -> aiohttp.FormData:
    data = aiohttp.FormData()
    data.add_field("audio_file", io.BytesIO(file), filename="speech.wav", content_type="audio/wav")
    for name, value in fields.items():
        data.add_field(name, value)
    return data


async def post(served: Served, data: Any, path: str = "/process-audio/", **arguments: Any) -> tuple[int, list[Any]]:
    async with served.http.post(served.url + path, data=data, **arguments) as answer:
        return answer.status, [json.loads(line) for line in (await answer.read()).splitlines()]


def converted(file: bytes, fps: Fraction, emotions: Mapping[str, float] | None = None) -> np.ndarray[Any, Any]:
    samples, rate_hz = soundfile.read(io.BytesIO(file), dtype="float32", always_2d=True)
    audio = AudioFormat("pcm_f32le", rate_hz, samples.shape[1])
    config = StreamConfig(audio=audio, fps=fps, pace="file", emotions=emotions or {})
    frames = render(create(parse_spec("fake")), config, Profile.neutral(), [samples.tobytes()])
    return np.concatenate([frame.weights for frame in frames])


@pytest.mark.parametrize("query", ["", "?fps=30", "?fps=29.97", "?fps=120&chunk_s=0.7", "?fps=1&chunk_s=0.25"])
async def test_chunks_are_the_whole_conversion_without_seams(query: str) -> None:
    file = sound_file(3.3, rate_hz=22_050, channels=2)
    fps = Fraction(query.partition("fps=")[2].partition("&")[0] or 60)
    async with serving() as served:
        status, lines = await post(served, form(file), "/process-audio/" + query)
        await served.settled()
    assert status == 200
    assert [line["chunk_id"] for line in lines] == list(range(len(lines)))
    results = [line["result"] for line in lines]
    rows = [row for result in results for row in result["weightMat"]]
    np.testing.assert_array_equal(np.array(rows, np.float32), converted(file, fps))
    for line, result in zip(lines, results, strict=True):
        assert line["fps"] == result["exportFps"] == float(fps)
        assert (result["numPoses"], result["numFrames"]) == (52, len(result["weightMat"]))
        assert result["facsNames"] == list(arkit.NAMES)
    assert lines[0]["start"] == 0
    assert lines[-1]["end"] == pytest.approx(3.3, abs=1e-4)
    assert all(earlier["end"] == later["start"] for earlier, later in itertools.pairwise(lines))


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3"])
async def test_the_usual_kinds_of_files_are_read(kind: str) -> None:
    async with serving() as served:
        status, lines = await post(served, form(sound_file(1.0, kind)), "/process-audio?fps=30")
    assert status == 200
    assert sum(line["result"]["numFrames"] for line in lines) >= 30


@pytest.mark.parametrize(
    ("emotions", "felt"),
    [
        ('{"joy": 0.5}', {"joy": 0.5}),
        (json.dumps([0.1] * 10), dict.fromkeys(arkit.EMOTIONS, 0.1)),
        ("", {}),
        ("{}", {}),
    ],
)
async def test_emotions_are_a_map_or_ten_numbers_and_are_worn(emotions: str, felt: dict[str, float]) -> None:
    file, fps = sound_file(0.6), Fraction(60)
    async with serving() as served:
        status, lines = await post(served, form(file, emotions=emotions))
    assert status == 200
    rows = np.array([row for line in lines for row in line["result"]["weightMat"]], np.float32)
    np.testing.assert_array_equal(rows, converted(file, fps, felt))
    assert (rows != converted(file, fps)).any() == bool(felt)


BAD: list[tuple[Callable[[], Any], str, int, str]] = [
    (lambda: form(b"no sound at all"), "", 415, "bad_file"),
    (lambda: form(b""), "", 415, "bad_file"),
    (lambda: form(sound_file(0.2)[:30]), "", 415, "bad_file"),
    (lambda: form(sound_file(0.2)), "?fps=0", 400, "bad_setting"),
    (lambda: form(sound_file(0.2)), "?fps=121", 400, "bad_setting"),
    (lambda: form(sound_file(0.2)), "?fps=1e999999999", 400, "bad_setting"),
    (lambda: form(sound_file(0.2)), "?fps=nan", 400, "bad_setting"),
    (lambda: form(sound_file(0.2)), "?chunk_s=0", 400, "bad_setting"),
    (lambda: form(sound_file(0.2), emotions="{"), "", 400, "bad_setting"),
    (lambda: form(sound_file(0.2), emotions="[1,2]"), "", 400, "bad_setting"),
    (lambda: form(sound_file(0.2), emotions='{"rage": 1}'), "", 400, "bad_setting"),
    (lambda: form(sound_file(0.2), emotions='{"joy": 2}'), "", 400, "bad_setting"),
    (lambda: form(sound_file(0.2), emotions='{"joy": true}'), "", 400, "bad_setting"),
    (lambda: form(sound_file(0.2), emotions="[" * 10_000), "", 400, "bad_setting"),
    (lambda: form(sound_file(0.2), emotions="1" * 20_000), "", 413, "too_big"),
    (lambda: form(sound_file(40)), "", 413, "too_big"),
    (lambda: {"other": "field"}, "", 400, "bad_request"),
    (lambda: b"{}", "", 400, "bad_request"),
]


@pytest.mark.parametrize(("make", "query", "status", "code"), BAD)
async def test_what_cannot_be_processed_is_refused_in_one_sentence(
    make: Callable[[], Any], query: str, status: int, code: str
) -> None:
    async with serving(quick(upload_bytes=1024 * 1024)) as served:
        got, lines = await post(served, make(), "/process-audio/" + query)
        assert got == status
        assert lines[0]["error"]["code"] == code
        assert served.state.uploads == 0


async def test_a_broken_form_is_refused() -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    async with serving() as served:
        for body in (b"--y\r\n\r\n", b"--x\r\nbroken", b"--x\r\nContent-Length: z\r\n\r\n", b""):
            status, lines = await post(served, body, headers=headers)
            assert (status, lines[0]["error"]["code"]) == (400, "bad_request"), body


async def test_a_token_is_needed_where_tokens_are_on() -> None:
    async with serving(quick(tokens=("a-token-that-is-good",))) as served:
        status, lines = await post(served, form(sound_file(0.2)))
        assert (status, lines[0]["error"]["code"]) == (401, "bad_token")
        status, _ = await post(served, form(sound_file(0.2)), "/process-audio/?token=a-token-that-is-good")
        assert status == 200


async def test_the_engine_that_fails_in_the_middle_is_told_in_the_last_line() -> None:
    async with serving(engine="fake:fail_every=1", give_up_s=0.5) as served:
        status, lines = await post(served, form(sound_file(0.5)))
        assert status == 200
        assert lines[-1]["error"]["code"] == "engine_failed"


async def test_who_leaves_ends_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(quick(max_uploads=1), engine="fake:delay_ms=50") as served:
        async with served.http.post(served.url + "/process-audio/", data=form(sound_file(60))) as answer:
            await answer.content.readline()
            status, lines = await post(served, form(sound_file(0.2)))
            assert (status, lines[0]["error"]["code"]) == (503, "server_full")
            answer.close()
        async with asyncio.timeout(5):
            await until(lambda: served.state.uploads == 0)


async def test_a_damaged_file_is_told_in_the_last_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_audio, "BLOCK_FRAMES", 1000)
    flac = bytearray(sound_file(2, "FLAC"))
    flac[len(flac) // 2 :] = bytes(len(flac) // 4)
    async with serving() as served:
        status, lines = await post(served, form(bytes(flac)))
    assert status == 200
    assert lines[-1]["error"]["code"] == "bad_file" or sum(line["result"]["numFrames"] for line in lines) < 120
