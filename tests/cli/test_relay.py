"""`a2f-live relay` and the outputs of `a2f-live serve` as a user starts them; a receiver stands at the other end."""

import json
import signal
import socket
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from a2f_live.outputs.track import read_track
from tests.cli.audio import voice
from tests.cli.helpers import SCALE, a2f_live, assert_one_sentence, clean_environment
from tests.cli.test_serve import served
from tests.outputs.reading import LiveLink, live_link, osc
from tests.relay.helpers import received, receiver


def faces(udp: socket.socket) -> list[LiveLink]:
    return list(map(live_link, received(udp)))


def weights(told: list[LiveLink]) -> np.ndarray:
    return np.array([face.values[:52] for face in told], np.float32)


def rests_at_the_end(told: list[LiveLink]) -> bool:
    return not weights(told)[-1].any()


def test_a_file_moves_faces_in_several_programs(tmp_path: Path) -> None:
    speech = voice(tmp_path / "speech.wav", seconds=1.0)
    with served(tmp_path, "--engine", "fake") as server, receiver() as (unreal, at_unreal), receiver() as (vrm, at_vrm):
        outputs = ["--to", f"livelink://127.0.0.1:{at_unreal}?subject=Ana", "--to", f"vmc://127.0.0.1:{at_vrm}"]
        url = ["--url", server.url.replace("localhost", "127.0.0.1")]
        done = a2f_live("relay", str(speech), *outputs, *url, "--idle", "off", "--fps", "30", folder=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "30 frames for 1.00 s of audio" in done.stdout
        told, bundles = faces(unreal), received(vrm)
    assert {(face.subject, face.rate) for face in told} == {("Ana", (30, 1))}
    assert {after.frame - before.frame for before, after in pairwise(told)} >= {1}
    assert weights(told).max() > 0.1
    assert rests_at_the_end(told)
    applied = sum(address == "/VMC/Ext/Blend/Apply" for bundle in bundles for address, _ in osc(bundle))
    assert applied == len(bundles) / 2
    assert applied == pytest.approx(len(told), abs=3)


def test_a_track_needs_no_server(tmp_path: Path) -> None:
    speech = voice(tmp_path / "speech.wav", seconds=0.5)
    assert a2f_live("convert", str(speech), "-o", ".", "--format", "plain", folder=tmp_path).returncode == 0
    with receiver() as (udp, port):
        done = a2f_live("relay", "speech.csv", "--to", f"livelink://127.0.0.1:{port}", folder=tmp_path)
        assert done.returncode == 0, done.stderr
        told = weights(faces(udp))
    expected = read_track(tmp_path / "speech.csv").weights
    nearest = [np.abs(told - row).max(axis=1).min() for row in expected]
    assert np.median(nearest) < 1e-4


def test_lines_of_another_program_are_shown(tmp_path: Path) -> None:
    row = [0.0] * 17 + [0.5] + [0.0] * 34
    lines = [{"type": "frame", "utterance": 0, "index": i, "time": i / 60, "weights": row} for i in range(30)]
    with receiver() as (udp, port):
        done = subprocess.run(
            [sys.executable, "-m", "a2f_live", "relay", "frames:-", "--to", f"livelink://127.0.0.1:{port}"],
            input="".join(json.dumps(line) + "\n" for line in lines),
            cwd=tmp_path,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=60 * SCALE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told = faces(udp)
    assert max(face.values[17] for face in told) == 0.5
    assert rests_at_the_end(told)


def test_visemes_on_standard_output_are_all_that_is_there(tmp_path: Path) -> None:
    speech = voice(tmp_path / "speech.wav")
    with served(tmp_path) as server:
        url = server.url.replace("localhost", "127.0.0.1")
        done = a2f_live("relay", str(speech), "--to", "oculus-visemes:-", "--url", url, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["index"] for line in lines] == list(range(30))
    assert all(sum(line["weights"].values()) == pytest.approx(1, abs=1e-3) for line in lines)
    assert "30 frames" in done.stderr or "frames for 0.50 s" in done.stderr


def test_interrupted_it_leaves_a_face_at_rest(tmp_path: Path) -> None:
    """Standard input never ends; Ctrl-C does."""
    with receiver() as (udp, port):
        process = subprocess.Popen(
            [sys.executable, "-m", "a2f_live", "relay", "frames:-", "--to", f"livelink://127.0.0.1:{port}"],
            cwd=tmp_path,
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            assert process.stdin is not None
            rows = [
                {"type": "frame", "utterance": 0, "index": i, "time": i / 60, "weights": [0.5] * 52} for i in range(600)
            ]
            process.stdin.write("".join(json.dumps(row) + "\n" for row in rows).encode())
            process.stdin.flush()
            told: list[LiveLink] = []
            udp.settimeout(30 * SCALE)
            while not told or told[-1].values[0] < 0.5:
                told.append(live_link(udp.recv(4096)))
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=20 * SCALE)
            assert process.returncode == 0, errors
            udp.setblocking(False)
            assert rests_at_the_end(faces(udp))
        finally:
            process.kill()
            process.communicate()


def test_a_server_shows_whoever_speaks(tmp_path: Path) -> None:
    speech = voice(tmp_path / "speech.wav", seconds=1.0)
    with receiver() as (udp, port):
        output = f"livelink://127.0.0.1:{port}?subject=Ben"
        with served(tmp_path, "--engine", "fake", "--output", output, "--output-fps", "30") as server:
            assert output in server.lines[0]
            url = server.url.replace("localhost", "127.0.0.1")
            assert a2f_live("stream", str(speech), "--url", url, "--fps", "30", folder=tmp_path).returncode == 0
            server.process.terminate()
            assert server.end()[0] == 0
        told = faces(udp)
    assert {face.subject for face in told} == {"Ben"}
    assert weights(told).max() > 0.1
    assert rests_at_the_end(told)


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["speech.wav"], 2, "--to livelink://localhost"),
        (["speech.wav", "--to", "unreal://x"], 2, "is no output"),
        (["speech.wav", "--to", "livelink://localhost?subjekt=x"], 2, "has no subjekt"),
        (["gone.wav", "--to", "livelink://localhost"], 1, "gone.wav"),
        (["gone.csv", "--to", "livelink://localhost"], 1, "gone.csv"),
        (["frames:-", "--to", "oculus-visemes:nowhere/x"], 1, "nowhere"),
        (["frames:-", "--to", "azure-visemes:-", "--fps", "30"], 2, "--fps 60"),
        (["frames:-", "--to", "livelink://nobody.invalid"], 2, "nobody.invalid"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(arguments: list[str], status: int, told: str, tmp_path: Path) -> None:
    assert_one_sentence(a2f_live("relay", *arguments, folder=tmp_path), status, told)


def test_an_output_of_a_server_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    result = a2f_live("serve", "--port", "0", "--output", "unreal://localhost", folder=tmp_path)
    assert_one_sentence(result, 2, "is no output")
