import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any, Self

import pytest

from a2f_live.cli.main import main
from tests.client.server import FakeServer, served

DEVICES = [
    {"index": 0, "name": "Speakers", "max_input_channels": 0, "default_samplerate": 44_100.0},
    {"index": 1, "name": "Headset", "max_input_channels": 1, "default_samplerate": 48_000.0},
    {"index": 2, "name": "Desk", "max_input_channels": 2, "default_samplerate": 16_000.0},
]


class PortAudioError(Exception):
    pass


class Microphone:
    """Stands for sounddevice.RawInputStream: a thread calls back with blocks of silence."""

    def __init__(self, *, samplerate: int, blocksize: int, callback: Callable[..., None], **options: Any) -> None:
        self.block = bytearray(blocksize * 2)
        self.options = {"samplerate": samplerate, "blocksize": blocksize, **options}
        self._callback = callback
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._record)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _record(self) -> None:
        while not self._stop.wait(0.001):
            self._callback(memoryview(self.block), len(self.block) // 2, None, None)


def sound_system(devices: list[dict[str, Any]]) -> Any:
    module: Any = ModuleType("sounddevice")

    def query_devices(device: int | str | None = None, kind: str | None = None) -> Any:
        if kind is None:
            return devices
        inputs = [found for found in devices if found["max_input_channels"]]
        for found in inputs:
            if device in (None, found["index"]) or str(device) in found["name"]:
                return found
        raise PortAudioError("no such device") if device is None else ValueError("no such device")

    def opened(**options: Any) -> Microphone:
        module.microphone = microphone = Microphone(**options)
        return microphone

    module.query_devices = query_devices
    module.PortAudioError = PortAudioError
    module.RawInputStream = opened
    module.default = type("Default", (), {"device": (1, 0)})
    return module


@pytest.fixture
def sounddevice(monkeypatch: pytest.MonkeyPatch) -> Any:
    module = sound_system(DEVICES)
    monkeypatch.setitem(sys.modules, "sounddevice", module)
    return module


def test_microphones_are_listed_with_the_default_marked(sounddevice: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mic", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["*  1  Headset  (1 in, 48000 Hz)", "   2  Desk  (2 in, 16000 Hz)"]


@pytest.mark.parametrize(
    ("device", "rate_hz"), [((), 48_000), (("--device", "2"), 16_000), (("--device", "Desk"), 16_000)]
)
def test_the_microphone_moves_the_face(
    device: tuple[str, ...], rate_hz: int, sounddevice: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    server = FakeServer()
    with served(server):
        assert main(["mic", "--url", server.url, "--seconds", "0.5", *device]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("30 frames for 0.50 s of audio")
    assert server.hellos[0].config.audio.sample_rate == rate_hz
    assert len(server.sessions[0].audio[0]) == rate_hz
    options = sounddevice.microphone.options
    assert options["blocksize"] == rate_hz // 50
    assert (options["channels"], options["dtype"]) == (1, "int16")


def test_without_sounddevice_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    assert main(["mic"]) == 1
    error = capsys.readouterr().err
    assert "a2f-live[mic]" in error
    assert "libportaudio2" in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["--list"], [], ["--device", "9"]])
def test_without_a_microphone_it_says_so(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", sound_system(DEVICES[:1]))
    assert main(["mic", *arguments]) == 1
    error = capsys.readouterr().err
    assert "there is no microphone" in error
    assert len(error.splitlines()) == 1


def test_a_microphone_that_cannot_be_opened_is_one_sentence(
    sounddevice: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: Any) -> None:
        raise PortAudioError("device busy")

    monkeypatch.setattr(sounddevice, "RawInputStream", refuse)
    with served(FakeServer()) as server:
        assert main(["mic", "--url", server.url]) == 1
    assert "device busy" in capsys.readouterr().err


def test_an_interrupt_is_the_way_to_end_it(
    sounddevice: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(work: Any) -> None:
        work.close()
        raise KeyboardInterrupt

    monkeypatch.setattr("a2f_live.cli.mic.asyncio.run", interrupt)
    assert main(["mic"]) == 0
    assert not capsys.readouterr().err
