import argparse
import io
import json
import subprocess
import sys
import wave
from pathlib import Path
from types import SimpleNamespace

import pytest

from a2f_live.cli import stream
from a2f_live.cli.main import main
from a2f_live.cli.stream import raw_format
from a2f_live.config import AudioFormat
from a2f_live.errors import ConfigError
from tests.client.server import FakeServer, served

ROOT = Path(__file__).parents[2]
SAMPLES = 8_161


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    path = tmp_path / "speech.wav"
    with wave.open(str(path), "wb") as wav:
        wav.setparams((1, 2, 16_000, 0, "NONE", ""))
        wav.writeframes(bytes(range(256)) * (SAMPLES * 2 // 256) + bytes(SAMPLES * 2 % 256))
    return path


def command(*arguments: str, server: FakeServer | None = None) -> int:
    with served(server or FakeServer()) as running:
        return main(["stream", *arguments, "--url", running.url])


@pytest.mark.parametrize("pace", [(), ("--fast",)])
def test_a_file_is_streamed_and_the_figures_come_last(
    pace: tuple[str, ...], speech: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = FakeServer()
    assert command(str(speech), *pace, server=server) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("31 frames for 0.51 s of audio, the first after ")
    assert server.sessions[0].audio_bytes == 0
    assert len(server.sessions[0].audio[0]) == SAMPLES * 4
    assert server.hellos[0].config.pace == ("file" if pace else "live")


def test_json_lines_hold_every_frame(speech: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(str(speech), "--fast", "--json", "--fps", "30") == 0
    ready, *frames, figures = map(json.loads, capsys.readouterr().out.splitlines())
    assert (ready["type"], len(ready["names"])) == ("ready", 52)
    assert [frame["index"] for frame in frames] == list(range(16))
    assert [frame["time"] for frame in frames] == [round(i / 30, 6) for i in range(16)]
    assert {len(frame["weights"]) for frame in frames} == {52}
    assert (figures["frames"], figures["dropped"]) == (16, 0)


@pytest.mark.parametrize("raw", [("--raw", "s16le:16000:1"), ()])
def test_standard_input_is_streamed(
    raw: tuple[str, ...], speech: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = speech.read_bytes()[44:] if raw else speech.read_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    server = FakeServer()
    assert command("-", "--fast", *raw, server=server) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("31 frames for 0.51 s")
    if raw:
        assert bytes(server.sessions[0].audio[0]) == data


@pytest.mark.parametrize("raw", [("--raw", "s16le:16000:1"), ()])
def test_closed_standard_input_is_one_sentence(
    raw: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert command("-", *raw) == 1
    assert capsys.readouterr().err == "a2f-live: there is no standard input: give the name of a sound file\n"


def test_options_reach_the_server(speech: Path, tmp_path: Path) -> None:
    profile = tmp_path / "wide.json"
    profile.write_text("{}")
    server = FakeServer()
    options = ("--lookahead-ms", "0", "--idle", "off", "--engine", "other", "--token", "abc", "--profile", str(profile))
    assert command(str(speech), "--fast", *options, server=server) == 0
    config = server.hellos[0].config
    assert (config.lookahead_ms, config.idle, config.engine) == (0, "off", "other")
    assert not isinstance(config.profile, str)
    assert server.requests[0].headers["Authorization"] == "Bearer abc"


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("missing.wav",), 1, "missing.wav does not exist"),
        (("missing.raw", "--raw", "s16le"), 1, "missing.raw cannot be opened"),
        ((__file__,), 1, "is not audio"),
        (("{speech}", "--fps", "fast"), 2, "'fast' is no frame rate"),
        (("{speech}", "--idle", "wild"), 2, "'wild' is not known"),
        (("{speech}", "--raw", "s24le"), 2, "s16le:16000:1"),
        (("{speech}", "--raw", "s16le:1:1"), 2, "sample rate of 1 Hz"),
        (("{speech}", "--profile", "none.json"), 2, "none.json"),
    ],
)
def test_bad_input_is_one_sentence(
    arguments: tuple[str, ...], status: int, told: str, speech: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(*(argument.format(speech=speech) for argument in arguments)) == status
    error = capsys.readouterr().err
    assert told in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(("refusal", "told"), [(401, "token"), (503, "no room"), (404, "HTTP 404")])
def test_a_server_that_refuses_is_one_sentence(
    refusal: int, told: str, speech: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(str(speech), server=FakeServer(refusals=[refusal])) != 0
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s16le:48000:2", AudioFormat("pcm_s16le", 48_000, 2)),
        ("f32le:8000", AudioFormat("pcm_f32le", 8_000, 1)),
        ("mulaw", AudioFormat("mulaw", 16_000, 1)),
    ],
)
def test_raw_formats_are_read(text: str, expected: AudioFormat) -> None:
    assert raw_format(text) == expected


@pytest.mark.parametrize("text", ["", "s16le:a:1", "s16le:16000:1:1", "s24le:16000:1", "s16le:16000:9"])
def test_other_raw_formats_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="--raw"):
        raw_format(text)


def test_an_interrupt_ends_it_even_while_standard_input_waits() -> None:
    parser = argparse.ArgumentParser()
    stream.add_parser(parser.add_subparsers())
    assert parser.parse_args(["stream", "-"]).run is stream.run
    with served(FakeServer()) as server:
        arguments = [sys.executable, "-m", "a2f_live", "stream", "-", "--raw", "s16le", "--url", server.url]
        process = subprocess.Popen(
            arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdout is not None
        assert b"frames a second" in process.stdout.readline()
        process.send_signal(2)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert b"0 frames" in out
