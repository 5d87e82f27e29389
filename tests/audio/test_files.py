import io
import os
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pytest
import soundfile

from a2f_live.audio.files import AudioFile, open_audio
from a2f_live.errors import FileError
from a2f_live.frames import Array
from tests.audio.helpers import noise

KINDS = {"WAV": "PCM_16", "FLAC": "PCM_16", "OGG": "VORBIS", "MP3": "MPEG_LAYER_III"}
READ_ME = "give WAV, FLAC, OGG or MP3"


def sound(kind: str = "WAV", rate_hz: int = 16_000, channels: int = 1, frames: int = 16_000) -> bytes:
    """A sound file as bytes."""
    samples = 0.5 * noise(frames * channels).reshape(-1, channels)
    stream = io.BytesIO()
    soundfile.write(stream, samples, rate_hz, format=kind, subtype=KINDS[kind])
    return stream.getvalue()


def listen(file: AudioFile, frames: int = 1_000) -> Array:
    return np.concatenate([np.empty((0, file.channels), np.float32), *file.blocks(frames)])


def refusal(source: Path | BinaryIO, name: str | None = None) -> str:
    """The one sentence with which it is refused."""
    with pytest.raises(FileError) as caught:
        open_audio(source, name)
    return caught.value.message


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channels", [1, 2])
def test_a_path_and_its_bytes_are_heard_alike(kind: str, channels: int, tmp_path: Path) -> None:
    data = sound(kind, 24_000, channels, 12_000)
    path = tmp_path / "speech"
    path.write_bytes(data)
    with open_audio(path) as by_path, open_audio(io.BytesIO(data), "speech") as by_stream:
        for file in (by_path, by_stream):
            assert (file.sample_rate, file.channels, file.seconds) == (24_000, channels, Fraction(1, 2))
            assert (file.audio.encoding, file.audio.sample_rate) == ("pcm_f32le", 24_000)
        heard = listen(by_path)
        assert heard.tobytes() == listen(by_stream, 777).tobytes()
    assert heard.dtype == np.float32
    assert heard.shape == (12_000, channels)
    if kind in ("WAV", "FLAC"):
        np.testing.assert_allclose(heard[:, 0], 0.5 * noise(12_000 * channels)[::channels], atol=4e-5)


def test_blocks_are_of_the_length_asked_for_and_stay_as_they_are() -> None:
    with open_audio(io.BytesIO(sound(frames=2_500))) as file:
        blocks = list(file.blocks(1_000))
    assert [len(block) for block in blocks] == [1_000, 1_000, 500]
    assert not np.array_equal(blocks[0], blocks[1])


def test_a_stream_is_read_from_its_start_and_left_open() -> None:
    stream = io.BytesIO(sound(frames=800))
    stream.read(300)
    with open_audio(stream) as file:
        assert len(listen(file)) == 800
    assert not stream.closed


def test_a_path_is_closed_with_the_file_and_when_refused(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(sound())
    file = open_audio(path)
    file.close()
    file.close()
    path.write_bytes(b"no sound at all")
    refusal(path)  # an open file left behind would warn, and warnings are errors


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty: give a sound file"),
        (b"these are words, " * 100, f"is not audio that can be read: {READ_ME}"),
        (b"RIFF", f"is not audio that can be read: {READ_ME}"),
        (sound()[:30], f"is not audio that can be read: {READ_ME}"),
        (sound(frames=0), "holds no samples: give a sound file with something to hear"),
        (sound(rate_hz=1), "a sample rate of 1 Hz cannot be used: send 8000 to 192000 Hz"),
        (sound(rate_hz=7_999), "a sample rate of 7999 Hz cannot be used: send 8000 to 192000 Hz"),
        (sound(rate_hz=384_000), "a sample rate of 384000 Hz cannot be used: send 8000 to 192000 Hz"),
        (sound(channels=9), "9 channels cannot be used: send 1 to 8 interleaved channels"),
    ],
)
@pytest.mark.parametrize("suffix", [".wav", ".txt", ""])
def test_a_file_that_cannot_be_used_says_why_and_what_to_do(
    content: bytes, says: str, suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    for message in (refusal(path, "x"), refusal(io.BytesIO(content), "x")):
        assert message in (f"x {says}", f"x: {says}")


def test_samples_without_a_header(tmp_path: Path) -> None:
    path = tmp_path / "x.raw"
    path.write_bytes(bytes(1_000))
    assert refusal(path, "x.raw") == f"x.raw is not audio that can be read: {READ_ME}"


def test_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "gone.wav"
    assert refusal(path) == f"{path} does not exist: check the path"


def test_a_directory(tmp_path: Path) -> None:
    assert refusal(tmp_path, "clips") == "clips is a directory: give a sound file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_that_might_never_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe", "pipe") == "pipe is not a regular file: give a sound file"


def test_a_file_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.wav"
    path.write_bytes(sound())

    def denied(*_: object) -> BinaryIO:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert refusal(path, "s") == "s cannot be opened (Permission denied): check the path and its permissions"


def test_a_path_that_no_system_takes() -> None:
    assert refusal(Path("a\0b"), "a").startswith("a cannot be opened (")


def test_a_stream_that_cannot_be_wound_back() -> None:
    class OneWay(io.RawIOBase):
        def readable(self) -> bool:
            return True

    assert refusal(cast(BinaryIO, OneWay())) == (
        "the audio cannot be read from its start again: save it to a file first"
    )


def test_a_damaged_file_is_told_of_when_it_is_reached() -> None:
    data = sound("FLAC")
    with open_audio(io.BytesIO(data[: len(data) // 2]), "x.flac") as file, pytest.raises(FileError) as caught:
        listen(file)
    assert caught.value.message == "x.flac is damaged and cannot be read to its end: give a whole file"


def test_a_wav_cut_short_is_read_as_far_as_it_goes() -> None:
    with open_audio(io.BytesIO(sound()[:16_044])) as file:
        assert 7_900 < len(listen(file)) <= 8_000


def test_a_long_file_is_not_loaded_whole() -> None:
    class Watched(io.BytesIO):
        most_read = 0

        def readinto(self, buffer: object) -> int:
            count = super().readinto(cast(bytearray, buffer))
            self.most_read = max(self.most_read, self.tell())
            return count

    stream = Watched(sound(frames=400_000))
    with open_audio(stream) as file:
        next(file.blocks(1_000))
        assert stream.most_read < 100_000
