"""The client of old: what it takes and gives, in this process and over a server."""

import asyncio
import inspect
import json
import math
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import a2f_live
from a2f_live import arkit
from a2f_live.client.a2f import A2FClient, instance_spec, merge_blendshape_list, url_of
from a2f_live.client.rest_door import is_rest_door
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.errors import ConfigError, EngineFailed, EngineUnavailable, FileError, LocalProtocolError
from a2f_live.headless.app import Access
from tests.cli.audio import voice
from tests.headless.helpers import opened
from tests.server.helpers import serving

FPS = 15
HERE = "ws://localhost:8190/v1/stream"
CHUNK_S = 3.0


@pytest.fixture
def client(tmp_path: Path) -> A2FClient:
    client = A2FClient()
    client.set_audio(voice(tmp_path / "voice.wav", 7.37, 44_100, 2))
    return client


def chunks_of(client: A2FClient, **options: Any) -> list[dict[str, Any]]:
    assert client.duration is not None
    starts = [CHUNK_S * index for index in range(math.ceil(client.duration / CHUNK_S))]
    return [
        client.generate_blendshapes(start, min(start + CHUNK_S, client.duration), fps=FPS, **options)["blendshapes"]
        for start in starts
    ]


def test_the_result_has_the_known_fields(client: A2FClient, tmp_path: Path) -> None:
    result = client.generate_blendshapes(start=0.5, end=1.0, fps=30)
    assert result["status"] == "OK"
    blendshapes = result["blendshapes"]
    assert blendshapes["exportFps"] == 30
    assert blendshapes["trackPath"] == str(tmp_path / "voice.wav")
    assert blendshapes["numPoses"] == 52
    assert blendshapes["numFrames"] == len(blendshapes["weightMat"]) == 15
    assert blendshapes["facsNames"] == list(arkit.NAMES)
    assert blendshapes["joints"] == []
    assert blendshapes["rotations"] == blendshapes["translations"] == [[]] * 15
    json.dumps(result)


def test_arguments_are_those_of_old() -> None:
    parameters = list(inspect.signature(A2FClient).parameters)
    assert parameters[:5] == ["output_dir", "usd_model", "headless_script", "base_url", "port"]
    asked = inspect.signature(A2FClient.generate_blendshapes).parameters
    assert {name: asked[name].default for name in list(asked)[1:]} == {
        "start": 0.0,
        "end": -1.0,
        "fps": 30,
        "use_a2e": False,
    }
    assert A2FClient("out", "face.usd", "a2f.sh", None, 8192).output_dir == "out"
    assert a2f_live.A2FClient is A2FClient


@pytest.mark.parametrize("emotions", [{}, {"joy": 0.8, "sadness": 0.2}])
def test_chunks_equal_the_whole(client: A2FClient, emotions: dict[str, float]) -> None:
    client.set_emotions(emotions)
    whole = client.generate_blendshapes(fps=FPS)["blendshapes"]
    assert whole["numFrames"] == math.ceil(7.37 * FPS)
    assert merge_blendshape_list(chunks_of(client)) == whole
    assert np.max(whole["weightMat"]) > 0.05


def test_emotions_replace_those_before(client: A2FClient) -> None:
    calm = client.generate_blendshapes(end=1.0)
    client.set_emotions({"sadness": 1.0})
    sad = client.generate_blendshapes(end=1.0)
    assert sad != calm
    client.set_emotions()
    assert client.generate_blendshapes(end=1.0) == calm


def test_another_file_is_another_face(client: A2FClient, tmp_path: Path) -> None:
    before = client.generate_blendshapes(end=0.5)["blendshapes"]
    client.set_audio(str(voice(tmp_path / "other.wav", 0.5, 8_000)))
    after = client.generate_blendshapes(end=0.5)["blendshapes"]
    assert client.duration == 0.5
    assert after["trackPath"] != before["trackPath"]
    assert after["weightMat"] != before["weightMat"]


Attempt = Callable[[A2FClient], object]


@pytest.mark.parametrize(
    ("attempt", "error", "told"),
    [
        (lambda client: A2FClient().generate_blendshapes(), LocalProtocolError, "set_audio"),
        (lambda client: client.set_audio("nowhere.wav"), FileError, "does not exist"),
        (lambda client: client.set_emotions({"bliss": 1.0}), ConfigError, "bliss"),
        (lambda client: client.set_emotions({"joy": 2.0}), ConfigError, "0 to 1"),
        (lambda client: client.generate_blendshapes(3.0, 2.0), ConfigError, "nothing"),
        (lambda client: client.generate_blendshapes(9.0), ConfigError, "nothing"),
        (lambda client: client.generate_blendshapes(fps=0), ConfigError, "0 fps"),
        (lambda client: client.generate_blendshapes(fps="quick"), ConfigError, "frame rate"),
        (lambda client: A2FClient(engine="magic"), EngineUnavailable, "magic"),
        (lambda client: A2FClient(base_url="localhost"), ConfigError, "base_url"),
    ],
)
def test_what_cannot_be_done_is_said(client: A2FClient, attempt: Attempt, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        attempt(client)


def test_an_engine_that_hears_no_emotion_says_so(tmp_path: Path) -> None:
    with A2FClient(engine="fake") as client:
        client.set_audio(voice(tmp_path / "voice.wav"))
        with pytest.raises(ConfigError, match="use_a2e"):
            client.generate_blendshapes(use_a2e=True)
        assert client.generate_blendshapes()["blendshapes"]["numFrames"] == 15


def test_faults_of_the_engine_change_nothing(tmp_path: Path) -> None:
    path = voice(tmp_path / "voice.wav")
    made = []
    for engine in ("fake:max_batch=4", "fake:max_batch=4,fail_every=3", "fake:max_batch=4,nonsense_every=3"):
        with A2FClient(engine=engine) as client:
            client.set_audio(path)
            made.append(client.generate_blendshapes())
    assert made[0] == made[1] == made[2]
    with A2FClient(engine="fake:fail_every=1") as client:
        client.set_audio(path)
        with pytest.raises(EngineFailed, match="fail_every"):
            client.generate_blendshapes()


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("http://localhost", "ws://localhost:8000/v1/stream"),
        ("https://face.example/", "wss://face.example:8000/v1/stream"),
        ("ws://[::1]", "ws://[::1]:8000/v1/stream"),
    ],
)
def test_a_server_is_found_by_its_web_address(base_url: str, url: str) -> None:
    assert url_of(base_url, 8000) == url


async def test_a_server_gives_what_an_engine_in_this_process_gives(client: A2FClient, tmp_path: Path) -> None:
    async with serving(engine="embedded") as server:
        there = await asyncio.to_thread(_over, server.port, tmp_path / "voice.wav")
    client.set_emotions({"joy": 0.5})
    assert there == client.generate_blendshapes(fps=Fraction(FPS))
    assert there["blendshapes"]["numFrames"] == 111


def _over(port: int, path: Path) -> dict[str, Any]:
    with A2FClient(base_url="http://127.0.0.1", port=port) as client:
        client.set_audio(path)
        client.set_emotions({"joy": 0.5})
        whole = client.generate_blendshapes(fps=FPS)
        assert merge_blendshape_list(chunks_of(client)) == whole["blendshapes"]
    return whole


@pytest.mark.parametrize("emotions", [{}, {"joy": 1.0}])
async def test_audio2face_itself_is_driven_where_old_code_points_at_it(
    tmp_path: Path, emotions: dict[str, float]
) -> None:
    path = voice(tmp_path / "voice.wav", 7.37, 44_100, 2)
    async with opened(tmp_path, EmbeddedEngine()) as door:
        await door.load()
        await door.ask("/A2F/Player/SetRootPath", "a2f_player", dir_path=str(tmp_path))
        await door.ask("/A2F/Player/SetTrack", "a2f_player", file_name="voice.wav")
        await door.ask("/A2F/A2E/SetEmotionByName", "a2f_instance", emotions=emotions)
        said = np.array((await door.export(fps=30))["weightMat"])
        answer = await asyncio.to_thread(_driven, door.url, path, emotions)
    driven = np.array(answer["blendshapes"]["weightMat"])
    assert driven.shape == said.shape
    assert np.mean(np.abs(driven - said) > 0.1) < 0.01
    assert np.max(driven) > 0.05


async def test_a_scene_is_loaded_where_there_is_none(tmp_path: Path) -> None:
    path, scene = voice(tmp_path / "voice.wav"), tmp_path / "arkit.usd"
    scene.write_bytes(b"#usda 1.0")
    async with opened(tmp_path, EmbeddedEngine()) as door:
        assert (await asyncio.to_thread(_driven, door.url, path, {}, usd_model=str(scene)))["status"] == "OK"
        assert door.scene.usd == str(scene)


def _driven(url: str, path: Path, emotions: dict[str, float], **options: Any) -> dict[str, Any]:
    base_url, _, port = url.rpartition(":")
    with A2FClient(base_url=base_url, port=port, **options) as client:
        client.set_audio(path)
        client.set_emotions(emotions)
        return client.generate_blendshapes(fps=30)


async def test_audio2face_behind_a_token_is_told_of(tmp_path: Path) -> None:
    path = voice(tmp_path / "voice.wav")
    async with opened(tmp_path, EmbeddedEngine(), access=Access(tokens=("secret-token",))) as door:
        with pytest.raises(ConfigError, match="leave base_url out"):
            await asyncio.to_thread(_driven, door.url, path, {}, token="secret-token")


@pytest.mark.parametrize(
    ("url", "token"),
    [("ws://face.example:8190/v1/stream", None), ("wss://localhost:8190/v1/stream", None), (HERE, "token")],
)
def test_audio2face_elsewhere_cannot_be_driven(url: str, token: str | None) -> None:
    with pytest.raises(ConfigError, match=r":8190 has the REST API of Audio2Face.*leave base_url out"):
        instance_spec(url, token, None, auto_emotion=False)


def test_emotions_are_heard_where_they_are_asked_for() -> None:
    for asked in (False, True):
        assert instance_spec(HERE, None, None, auto_emotion=asked).options["generate_keys"] is asked


async def test_a_server_that_is_no_audio2face_is_none(tmp_path: Path) -> None:
    async with serving() as server, opened(tmp_path) as door:
        for port, told in ((server.port, False), (int(door.url.rpartition(":")[2]), True)):
            assert await asyncio.to_thread(is_rest_door, f"ws://127.0.0.1:{port}/v1/stream") is told
    for nobody in ("127.0.0.1:1", "127.0.0.1:x", ":80", "foo bar:80", "foo\x7f:80"):
        assert not is_rest_door(f"ws://{nobody}/v1/stream")


def test_the_client_of_a_server_knows_no_engine() -> None:
    code = "import sys, a2f_live.client; sys.exit(any(name.startswith('a2f_live.engine') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
