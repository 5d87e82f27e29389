"""A file becomes motion, as it is directed."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from a2f_live import arkit, take
from a2f_live.audio.files import AudioFile, open_audio
from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.engine.fake import FakeEngine, FakeOptions
from a2f_live.errors import EngineUnavailable, FileError
from a2f_live.frames import Array
from a2f_live.motion.profile import Profile
from a2f_live.offline import render
from a2f_live.take import Direction, hear_emotions, record
from tests.cli.audio import voice

RATE = Fraction(60)
JOY = {"joy": 1.0}


@pytest.fixture
def sound(tmp_path: Path) -> Iterator[AudioFile]:
    with open_audio(voice(tmp_path / "voice.wav", 6.05, 22_050)) as sound:
        yield sound


def weights(path: Path, direction: Direction, rate: Fraction = RATE) -> Array:
    with open_audio(path) as sound:
        return record(EmbeddedEngine(), sound, rate, direction).weights


def test_a_take_has_the_frames_that_a_stream_has(sound: AudioFile, tmp_path: Path) -> None:
    curve = record(EmbeddedEngine(), sound, RATE, Direction(idle="speech", lookahead_ms=40))
    with open_audio(tmp_path / "voice.wav") as again:
        pcm = np.concatenate(list(again.blocks())).tobytes()
    config = StreamConfig(AudioFormat("pcm_f32le", 22_050), RATE)
    streamed = np.concatenate([f.weights for f in render(EmbeddedEngine(), config, Profile.neutral(), [pcm])])
    assert np.array_equal(curve.weights, streamed)
    assert curve.duration_s == Fraction(len(pcm) // 4, 22_050)


@pytest.mark.parametrize("at_s", [0.0, 1.0, 2.97, 5.0])
def test_a_cue_comes_at_its_time(tmp_path: Path, at_s: float) -> None:
    path = voice(tmp_path / "voice.wav", 6.0)
    plain, cued = weights(path, Direction()), weights(path, Direction(cues=[(at_s, JOY)]))
    first = int(np.flatnonzero((plain != cued).any(axis=1))[0])
    assert at_s - 0.02 <= first / 60 <= at_s + 0.1
    joyful = weights(path, Direction(emotions=JOY))
    settled = round((at_s + 0.6) * 60)
    assert np.abs(cued[settled:] - joyful[settled:]).max() < 0.02


def test_cues_that_never_come_change_nothing(tmp_path: Path) -> None:
    path = voice(tmp_path / "voice.wav", 1.0)
    assert np.array_equal(weights(path, Direction()), weights(path, Direction(cues=[(5.0, JOY)])))


def test_sound_that_is_too_long_is_refused(sound: AudioFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(take, "LONGEST_S", 1)
    with pytest.raises(FileError, match="longer than"):
        record(EmbeddedEngine(), sound, RATE, Direction())


def test_a_step_can_end_it(sound: AudioFile) -> None:
    def enough() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        record(EmbeddedEngine(), sound, RATE, Direction(), enough)


def test_emotions_are_heard_at_every_stride(sound: AudioFile) -> None:
    heard = hear_emotions(EmbeddedEngine(), sound, 1.5)
    assert [time_s for time_s, _ in heard] == pytest.approx([1.5, 3.0, 4.5, 6.0])
    assert {len(strengths) for _, strengths in heard} == {len(arkit.EMOTIONS)}


def test_an_excited_voice_is_heard_as_such(tmp_path: Path) -> None:
    time_s = np.arange(16_000 * 8) / 16_000
    pitch_hz = 180 * 2 ** (np.sin(2 * np.pi * 0.6 * time_s))
    phase = np.cumsum(2 * np.pi * pitch_hz / 16_000)
    voiced = sum(np.sin(phase * harmonic) / harmonic for harmonic in range(1, 12))
    soundfile.write(tmp_path / "wild.wav", 0.2 * voiced * (1.1 + np.sin(2 * np.pi * 5 * time_s)), 16_000)
    with open_audio(tmp_path / "wild.wav") as sound:
        heard = hear_emotions(EmbeddedEngine(), sound, 1.0)
    assert max(max(strengths) for _, strengths in heard) > 0.05


def test_of_a_short_sound_there_is_one_key(tmp_path: Path) -> None:
    with open_audio(voice(tmp_path / "short.wav", 0.2)) as sound:
        assert hear_emotions(EmbeddedEngine(), sound, 1.0) == [(0.0, [0.0] * 10)]


def test_an_engine_that_does_not_hear_how_people_speak_is_told(sound: AudioFile) -> None:
    with pytest.raises(EngineUnavailable, match="fake"):
        hear_emotions(FakeEngine(FakeOptions()), sound, 1.0)
