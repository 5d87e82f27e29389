"""The API as its clients see it: the shapes that were captured from Audio2Face, and what each call does."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.engine.base import EngineInfo
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.engine.fake import FakeEngine, FakeOptions
from a2f_live.errors import EngineDied
from a2f_live.headless import export_calls
from a2f_live.headless.scene import Cast
from tests.cli.audio import voice
from tests.headless.helpers import Clock, Door, files, opened, read

PLAYER, FACE, SOLVER, NODE = "a2f_player", "a2f_instance", "solver_node", "node_path"


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async with opened(tmp_path, EmbeddedEngine()) as door:
        yield door


async def test_the_captured_conversation(door: Door) -> None:
    """Word by word as a real Audio2Face had it."""
    voice(door.folder / "speak.wav", 1.0)
    (door.folder / "mark.usd").write_bytes(b"PXR-USDC")
    folder = str(door.folder)
    player, solver = {"a2f_player": "/World/audio2face/Player"}, {"solver_node": "/World/audio2face/BlendshapeSolve"}
    face = {"a2f_instance": "/World/audio2face/CoreFullface"}
    export: dict[str, Any] = {
        "export_directory": folder,
        "file_name": "blendshapes1",
        "format": "json",
        "batch": False,
        "fps": 30,
    }

    assert await door.get("/status") == (200, "OK")
    assert await door.post("/A2F/USD/Load", file_name=f"{folder}/mark.usd") == (
        200,
        {"status": "OK", "message": "Succeeded"},
    )
    assert (await door.get("/A2F/GetInstances"))[1] == {
        "status": "OK",
        "result": {"fullface_instances": ["/World/audio2face/CoreFullface"]},
        "message": "Succeeded",
    }
    assert (await door.post("/A2F/GetSettings", **face, settings=["a2e_streaming_live_mode"]))[1] == {
        "status": "OK",
        "result": {"a2e_streaming_live_mode": False},
    }
    assert (await door.get("/A2F/Player/GetInstances"))[1] == {
        "status": "OK",
        "result": {"regular": ["/World/audio2face/Player"], "streaming": []},
        "message": "Suceeded to retrieve Player instances",
    }
    assert (await door.post("/A2F/Player/SetRootPath", **player, dir_path=folder))[1] == {
        "status": "OK",
        "message": f"Set the audio file root to {folder}",
    }
    assert (await door.post("/A2F/Player/GetTracks", **player))[1] == {
        "status": "OK",
        "result": ["speak.wav"],
        "message": "Suceeded",
    }
    assert (await door.post("/A2F/Player/SetTrack", **player, file_name="speak.wav", time_range=[0, -1]))[1] == {
        "status": "OK",
        "message": "Set track to speak.wav",
    }
    assert (await door.get("/A2F/Exporter/GetBlendShapeSolvers"))[1] == {
        "status": "OK",
        "result": ["/World/audio2face/BlendshapeSolve"],
    }
    assert await door.post("/A2F/Exporter/ExportBlendshapes", **solver, **export) == (200, {"status": "OK"})
    written = read(door.folder / "blendshapes1_bsweight.json")
    assert written["exportFps"] == 30
    assert written["trackPath"] == f"{folder}/speak.wav"
    assert written["numPoses"] == 52
    assert written["facsNames"] == list(arkit.NAMES)
    assert written["numFrames"] == len(written["weightMat"]) == 30
    assert written["joints"] == []
    assert len(written["rotations"]) == len(written["translations"]) == 30
    assert np.max(written["weightMat"]) > 0.05


async def test_before_a_scene_is_loaded_there_is_nothing(door: Door) -> None:
    assert (await door.get("/controlport/status"))[1] == "OK"
    assert (await door.get("/A2F/GetInstances"))[1]["result"] == {"fullface_instances": []}
    assert (await door.get("/A2F/Player/GetInstances"))[1]["result"] == {"regular": [], "streaming": []}
    assert (await door.get("/A2F/Exporter/GetBlendShapeSolvers"))[1]["result"] == []
    assert (await door.get("/A2F/Exporter/GetStreamLivelinkNodes"))[1]["result"] == []
    assert "USD/Load" in await door.refused("/A2F/Player/Play", PLAYER)
    assert "no file" in await door.refused("/A2F/USD/Load", file_name=str(door.folder / "none.usd"))
    assert "no file" in await door.refused("/A2F/USD/Load", file_name=str(door.folder / ("n" * 300)))
    await door.ask("/A2F/USD/Load", file_name="omniverse://localhost/NVIDIA/Assets/mark.usd")
    assert (await door.get("/A2F/GetInstances"))[1]["result"]["fullface_instances"]


async def test_another_scene_begins_anew(door: Door) -> None:
    await door.track()
    await door.ask("/A2F/A2E/SetEmotionByName", FACE, emotions={"joy": 1.0})
    await door.load()
    assert await door.ask("/A2F/Player/GetCurrentTrack", PLAYER) == ""
    assert set((await door.ask("/A2F/A2E/GetEmotion", FACE)).values()) == {0.0}


@pytest.mark.parametrize("name", ["/World/audio2face/Player", "/audio2face/Player"])
async def test_nodes_are_known_with_and_without_the_root(door: Door, name: str) -> None:
    await door.load()
    assert await door.ask("/A2F/Player/GetTime", a2f_player=name) == 0.0


@pytest.mark.parametrize(
    ("path", "field", "extra"),
    [
        ("/A2F/Player/GetTime", "a2f_player", {}),
        ("/A2F/GetSettingNames", "a2f_instance", {}),
        ("/A2F/A2E/GetKeys", "a2f_instance", {}),
        ("/A2F/Exporter/ExportBlendshapes", "solver_node", {"export_directory": "x", "file_name": "x"}),
        ("/A2F/Exporter/ExportEmotionKeys", "a2f_node", {"export_directory": "x", "file_name": "x"}),
        ("/A2F/Exporter/IsStreamLivelinkConnected", "node_path", {}),
    ],
)
async def test_other_nodes_are_not(door: Door, path: str, field: str, extra: dict[str, Any]) -> None:
    await door.load()
    message = await door.refused(path, **{field: "/World/other"}, **extra)
    assert message == "Invalid solver node" or "/World/other not found" in message


async def test_what_http_refuses_looks_as_fastapi_has_it(door: Door) -> None:
    assert await door.get("/nowhere") == (404, {"detail": "Not Found"})
    assert await door.get("/A2F/USD/Load") == (405, {"detail": "Method Not Allowed"})
    assert (await door.send("/A2F/USD/Load", b"x" * 300_000))[0] == 413
    status, document = await door.post("/A2F/USD/Load")
    assert status == 422
    assert document == {
        "detail": [{"loc": ["body", "file_name"], "msg": "field required", "type": "value_error.missing"}]
    }


# The player


async def test_ranges_are_kept_and_frames_counted_up(door: Door) -> None:
    await door.track(2.05)
    assert await door.ask("/A2F/Player/GetRange", PLAYER) == {"default": [0.0, 2.05], "work": [0.0, 2.05]}
    assert (await door.export(fps=30))["numFrames"] == 62  # of 61.5
    await door.ask("/A2F/Player/SetRange", PLAYER, start=0.1, end=1.0)
    assert (await door.ask("/A2F/Player/GetRange", PLAYER))["work"] == [0.1, 1.0]
    assert (await door.export(fps=30))["numFrames"] == 27  # not 28 by the error of 0.9 in floating point
    assert "holds nothing" in await door.refused("/A2F/Player/SetRange", PLAYER, start=3.0, end=4.0)
    await door.ask("/A2F/Player/SetTrack", PLAYER, file_name="speak.wav", time_range=[0.5, 1.5])
    assert (await door.ask("/A2F/Player/GetRange", PLAYER))["work"] == [0.5, 1.5]
    await door.ask("/A2F/Player/SetTrack", PLAYER, file_name="speak.wav")
    assert (await door.ask("/A2F/Player/GetRange", PLAYER))["work"] == [0.0, 2.05]
    assert "time_range" in await door.refused("/A2F/Player/SetTrack", PLAYER, file_name="speak.wav", time_range=[1.0])


async def test_the_player_plays_without_a_sound(tmp_path: Path) -> None:
    clock = Clock()
    async with opened(tmp_path, clock=clock) as door:
        await door.track(4.0)
        await door.ask("/A2F/Player/Play", PLAYER)
        clock.now_s += 1.5
        assert await door.ask("/A2F/Player/GetTime", PLAYER) == 1.5
        assert await door.ask("/A2F/GetFrame", FACE) == 90.0
        assert await door.ask("/A2F/GetFrame", FACE, as_timestamp=True) == 1.5
        await door.ask("/A2F/Player/Pause", PLAYER)
        await door.ask("/A2F/SetFrame", FACE, frame=30)
        clock.now_s += 5
        assert await door.ask("/A2F/Player/GetTime", PLAYER) == 0.5
        await door.ask("/A2F/SetFrame", FACE, frame=2.5, as_timestamp=True)
        assert await door.ask("/A2F/Player/GetTime", PLAYER) == 2.5
        await door.ask("/A2F/Player/SetTime", PLAYER, time=3.0)
        await door.ask("/A2F/Player/SetLooping", PLAYER, loop_audio=True)
        await door.ask("/A2F/Player/Play", PLAYER)
        clock.now_s += 2.0
        assert await door.ask("/A2F/Player/GetTime", PLAYER) == 1.0
        await door.ask("/A2F/Player/Rewind", PLAYER)
        assert await door.ask("/A2F/Player/GetTime", PLAYER) == 0.0


async def test_tracks_are_the_wav_files_of_the_folder(door: Door) -> None:
    await door.load()
    assert "SetRootPath" in await door.refused("/A2F/Player/GetTracks", PLAYER)
    for name in ("b.wav", "A.WAV", "notes.txt"):
        (door.folder / "sound").mkdir(exist_ok=True)
        (door.folder / "sound" / name).write_bytes(b"x")
    assert "no folder" in await door.refused("/A2F/Player/SetRootPath", PLAYER, dir_path=str(door.folder / "x"))
    await door.ask("/A2F/Player/SetRootPath", PLAYER, dir_path=str(door.folder / "sound"))
    assert await door.ask("/A2F/Player/GetTracks", PLAYER) == ["A.WAV", "b.wav"]
    assert await door.ask("/A2F/Player/GetRootPath", PLAYER) == str(door.folder / "sound")
    assert "not audio" in await door.refused("/A2F/Player/SetTrack", PLAYER, file_name="b.wav")
    assert "does not exist" in await door.refused("/A2F/Player/SetTrack", PLAYER, file_name="c.wav")
    assert "SetTrack" in await door.refused("/A2F/Player/Play", PLAYER)
    voice(door.folder / "sound" / "b.wav", 0.5)
    await door.ask("/A2F/Player/SetTrack", PLAYER, file_name="b.wav")
    assert await door.ask("/A2F/Player/GetCurrentTrack", PLAYER) == "b.wav"


# The face and its emotions


async def test_settings_are_kept_and_can_be_read_back(door: Door) -> None:
    await door.load()
    names = await door.ask("/A2F/GetSettingNames", FACE)
    assert {"blink_strength", "prediction_delay", "emotion", "a2e_emotion_strength"} <= set(names)
    assert len(names) == len(set(names))
    everything = await door.ask("/A2F/GetSettings", FACE)
    assert set(everything) == set(names)
    changes = {"blink_strength": 0.5, "a2e_contrast": 2, "emotion": [1, *[0] * 9], "source_shot": "g2a_anger"}
    await door.ask("/A2F/SetSettings", FACE, settings=changes)
    assert await door.ask("/A2F/GetSettings", FACE, settings=list(changes)) == changes
    assert (await door.ask("/A2F/A2E/GetSettings", FACE))["a2e_contrast"] == 2.0
    assert "shininess" in await door.refused("/A2F/GetSettings", FACE, settings=["shininess"])
    wrong = {"blink_strength": 0.9, "a2e_contrast": "x"}
    assert "a2e_contrast" in await door.refused("/A2F/SetSettings", FACE, settings=wrong)
    assert "emotion" in await door.refused("/A2F/SetSettings", FACE, settings={"emotion": "joy"})
    assert (await door.ask("/A2F/GetSettings", FACE, settings=["blink_strength"])) == {"blink_strength": 0.5}


async def test_settings_of_emotions_may_leave_out_the_face(door: Door) -> None:
    await door.load()
    await door.ask("/A2F/A2E/SetSettings", a2e_max_emotions=3)
    assert (await door.ask("/A2F/A2E/GetSettings", FACE))["a2e_max_emotions"] == 3
    assert (await door.post("/A2F/A2E/GenerateKeys"))[0] == 422


async def test_a_strength_changes_the_weights(door: Door) -> None:
    await door.track()
    before = np.array((await door.export())["weightMat"])
    await door.ask("/A2F/SetSettings", FACE, settings={"skin_strength": 0.55})
    assert np.array((await door.export())["weightMat"]) == pytest.approx(before / 2, abs=2e-6)
    await door.ask("/A2F/SetSettings", FACE, settings={"skin_strength": 1.1, "input_strength": 0.0})
    assert np.array((await door.export())["weightMat"]).max() < before.max() / 2


async def test_emotions_are_set_and_worn(door: Door) -> None:
    await door.track()
    calm = np.array((await door.export())["weightMat"])
    assert (await door.get("/A2F/A2E/GetEmotionNames"))[1]["result"] == list(arkit.EMOTIONS)
    await door.ask("/A2F/A2E/SetEmotionByName", FACE, emotions={"sadness": 1.0})
    assert (await door.ask("/A2F/A2E/GetEmotion", FACE))["sadness"] == 1.0
    sad = np.array((await door.export())["weightMat"])
    assert np.abs(sad - calm).max() > 0.1
    await door.ask("/A2F/A2E/SetEmotion", FACE, emotion=[0.0] * 10)
    assert await door.ask("/A2F/A2E/GetEmotion", FACE, as_vector=True) == [0.0] * 10
    assert np.array_equal((await door.export())["weightMat"], calm)
    assert "bliss" in await door.refused("/A2F/A2E/SetEmotionByName", FACE, emotions={"bliss": 1.0})
    assert "10 values" in await door.refused("/A2F/A2E/SetEmotion", FACE, emotion=[1.0])


async def test_keys_are_heard_and_worn_at_their_time(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    await door.track(4.0)
    assert "SetTrack" in await _without_track(door)
    calm = np.array((await door.export(fps=10))["weightMat"])
    await door.ask("/A2F/A2E/GenerateKeys", FACE, a2e_stride=1.0, a2e_emotion_strength=0.5)
    assert await door.ask("/A2F/A2E/GetKeys", FACE, as_timestamps=True) == [1.0, 2.0, 3.0, 4.0]
    assert await door.ask("/A2F/A2E/GetKeys", FACE) == [60, 120, 180, 240]
    door.scene.emotion.set_keys(
        [(0.0, [0.0] * 10), (2.0, [0.0] * 10), (3.0, [1.0 if i == 6 else 0.0 for i in range(10)])]
    )
    assert (await door.ask("/A2F/A2E/GetEmotion", FACE, frame=2.5, as_timestamp=True))["joy"] == 0.5
    assert (await door.ask("/A2F/A2E/GetEmotion", FACE, frame=150))["joy"] == 0.5
    joyful = np.array((await door.export(fps=10))["weightMat"])
    assert np.array_equal(joyful[:22], calm[:22])
    assert np.abs(joyful[30:] - calm[30:]).max() > 0.1
    assert list(await door.ask("/A2F/A2E/GetKeyData", FACE, as_timestamps=True)) == ["0.0", "2.0", "3.0"]
    await door.ask("/A2F/A2E/RemoveKeys", FACE, keys=[180])
    assert await door.ask("/A2F/A2E/GetKeys", FACE) == [0, 120]
    await door.ask("/A2F/A2E/RemoveKeys", FACE)
    assert await door.ask("/A2F/A2E/GetKeys", FACE) == []
    await door.ask("/A2F/A2E/EnableAutoGenerateOnTrackChange", FACE, enable=True)
    await door.ask("/A2F/Player/SetTrack", PLAYER, file_name="speak.wav")
    assert len(await door.ask("/A2F/A2E/GetKeys", FACE)) == 4


async def _without_track(door: Door) -> str:
    track, door.scene.player.track = door.scene.player.track, None
    message = await door.refused("/A2F/A2E/GenerateKeys", FACE)
    door.scene.player.track = track
    return message


async def test_an_engine_that_hears_no_emotion_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path) as door:
        await door.track()
        assert "does not hear" in await door.refused("/A2F/A2E/GenerateKeys", FACE)


class Feels(FakeEngine):
    """An engine that hears emotions by itself."""

    @property
    def info(self) -> EngineInfo:
        return replace(super().info, channels=("emotions", "auto_emotion"))


async def test_an_engine_that_hears_emotions_by_itself_needs_no_keys(tmp_path: Path) -> None:
    async with opened(tmp_path, Feels(FakeOptions())) as door:
        await door.track()
        await door.ask("/A2F/A2E/GenerateKeys", FACE)
        assert await door.ask("/A2F/A2E/GetKeys", FACE) == []


async def test_emotion_keys_are_exported(door: Door) -> None:
    await door.track()
    await door.ask("/A2F/A2E/SetEmotionByName", FACE, emotions={"fear": 0.5})
    where = {"export_directory": str(door.folder), "file_name": "keys", "format": "json", "batch": False}
    await door.ask("/A2F/Exporter/ExportEmotionKeys", "a2f_node", **where)
    written = read(door.folder / "keys_emotionkey.json")
    assert written["emotions"] == list(arkit.EMOTIONS)
    assert written["emotion_keys"]["0.0"][4] == 0.5
    (door.folder / "file").touch()
    message = await door.refused(
        "/A2F/Exporter/ExportEmotionKeys", "a2f_node", **where | {"export_directory": str(door.folder / "file")}
    )
    assert "cannot be written" in message


async def test_an_engine_that_ends_while_it_hears_emotions_is_told_as_the_rest(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object) -> None:
        raise EngineDied("it is gone")

    await door.track()
    monkeypatch.setattr(door.scene.studio, "emotions", dies)
    assert await door.refused("/A2F/A2E/GenerateKeys", FACE) == "it is gone"


# The exporter


async def test_pieces_of_an_export_are_those_of_the_whole(door: Door) -> None:
    await door.track(7.3)
    whole = (await door.export(fps=15))["weightMat"]
    for start, end in [(0.0, 3.0), (3.0, 6.0), (6.0, 7.3)]:
        await door.ask("/A2F/Player/SetRange", PLAYER, start=start, end=end)
        piece = (await door.export(fps=15))["weightMat"]
        first = round(start * 15)
        assert piece == whole[first : first + len(piece)]
    assert first + len(piece) == len(whole) == 110


async def test_a_lead_brings_the_weights_forward(tmp_path: Path) -> None:
    made = []
    for lead_s in (0.0, 0.2):
        async with opened(tmp_path, EmbeddedEngine(), cast=Cast(lead_s=lead_s)) as door:
            await door.track(2.0)
            made.append((await door.export())["weightMat"])
    usual, early = made
    assert len(early) == len(usual) == 60
    assert early[:54] == usual[6:]
    assert early != usual


async def test_usd_is_written_too(door: Door) -> None:
    await door.track(1.0)
    where = {"export_directory": str(door.folder), "file_name": "animation.usd", "format": "usd", "fps": 60}
    await door.ask("/A2F/Exporter/ExportBlendshapes", SOLVER, **where)
    assert "endTimeCode = 59" in (door.folder / "animation.usd_bsweight.usd").read_text("utf-8")


async def test_clients_that_send_text_for_numbers_are_understood(door: Door) -> None:
    await door.track()
    assert (await door.export(batch="false", fps="24"))["numFrames"] == 24


async def test_an_export_has_an_end(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    await door.track(2.0)
    monkeypatch.setattr(export_calls, "MOST_FRAMES", 60)
    assert (await door.export(fps=30))["numFrames"] == 60
    where = {"export_directory": str(door.folder), "file_name": "x", "fps": 31}
    assert "62 frames" in await door.refused("/A2F/Exporter/ExportBlendshapes", SOLVER, **where)


async def test_a_batch_exports_every_track(door: Door) -> None:
    await door.track(1.0, "a.wav")
    voice(door.folder / "sound" / "b.wav", 2.0)
    where = {"export_directory": str(door.folder / "made"), "file_name": "all", "batch": True, "fps": 30}
    await door.ask("/A2F/Exporter/ExportBlendshapes", "solver_node", **where)
    made = {path.name: read(path)["numFrames"] for path in (door.folder / "made").iterdir()}
    assert made == {"all_a_bsweight.json": 30, "all_b_bsweight.json": 60}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"format": "fbx"}, "'fbx' is not known"),
        ({"fps": 0}, "out of range"),
        ({"fps": -30}, "out of range"),
        ({"fps": 1e9}, "out of range"),
        ({"export_directory": "/proc/nowhere"}, "cannot be written"),
        ({"file_name": "x" * 300}, "cannot be"),
    ],
)
async def test_what_cannot_be_exported_is_said(door: Door, body: dict[str, Any], told: str) -> None:
    await door.track()
    asked = {"export_directory": str(door.folder), "file_name": "x", "format": "json", "fps": 30.0} | body
    message = await door.refused("/A2F/Exporter/ExportBlendshapes", SOLVER, **asked)
    assert told in message


async def test_what_an_engine_cannot_do_is_said(tmp_path: Path) -> None:
    async with opened(tmp_path, FakeEngine(FakeOptions(fail_every=1))) as door:
        await door.track()
        where = {"export_directory": str(tmp_path), "file_name": "x"}
        assert "The export failed: " in await door.refused("/A2F/Exporter/ExportBlendshapes", SOLVER, **where)
        assert not [path for path in files(tmp_path) if "bsweight" in path.name]


async def test_a_file_that_has_changed_is_heard_again(door: Door) -> None:
    path = await door.track(1.0)
    before = (await door.export())["weightMat"]
    path.unlink()
    where = {"export_directory": str(door.folder), "file_name": "x"}
    assert "no such file" in await door.refused("/A2F/Exporter/ExportBlendshapes", SOLVER, **where)
    voice(path, 1.0, rate_hz=8000)
    assert (await door.export())["weightMat"] != before


async def test_exports_at_once_do_not_mix(door: Door) -> None:
    await door.track(2.0)
    made = await asyncio.gather(*(door.export(f"take{fps}", fps=fps) for fps in (15, 24, 30, 60, 25)))
    assert [document["numFrames"] for document in made] == [30, 48, 60, 120, 50]


async def test_what_is_not_there_is_refused_in_the_same_shape(door: Door) -> None:
    await door.load()
    assert "no meshes" in await door.refused(
        "/A2F/Exporter/ExportGeometryCache", meshes=[], export_directory="x", file_name="x"
    )
    assert await door.ask("/A2F/Exporter/IsStreamLivelinkConnected", NODE) is False
    assert "no streaming player" in await door.refused("/A2F/Exporter/ActivateStreamLivelink", NODE, value=True)
    await door.ask("/A2F/Exporter/ActivateStreamLivelink", NODE, value=False)
    await door.ask("/A2F/Exporter/SetStreamLivelinkSettings", NODE, values={"livelink_port": 12345})
    settings = await door.ask("/A2F/Exporter/GetStreamLivelinkSettings", NODE)
    assert settings["livelink_port"] == 12345
    assert settings["livelink_subject"] == "Audio2Face"
    await door.ask("/A2F/A2E/EnableStreaming", FACE, enable=False)
