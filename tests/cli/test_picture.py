"""What a picture is of is gathered as it passes by, and drawn only when all went well."""

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from a2f_live.audio.files import open_audio
from a2f_live.cli.picture import ChartWriter, Listener, painter, pcm_blocks, read_sound
from a2f_live.config import AudioFormat
from a2f_live.errors import ConfigError
from tests.cli.audio import voice
from tests.outputs.helpers import clip


@pytest.mark.parametrize(("rate_hz", "channels"), [(16_000, 1), (44_100, 2)])
def test_sound_is_kept_at_16_khz_and_passes_unchanged(rate_hz: int, channels: int, tmp_path: Path) -> None:
    path = voice(tmp_path / "voice.wav", 1.5, rate_hz, channels)
    samples, _ = soundfile.read(path, dtype="float32", always_2d=True)
    with open_audio(path) as sound:
        listener = Listener(sound.audio)
        assert b"".join(listener.listening(pcm_blocks(sound))) == samples.tobytes()
    heard = listener.sound()
    assert heard.rate_hz == 16_000
    assert heard.seconds == pytest.approx(1.5, abs=1e-4)
    assert np.abs(heard.samples).max() == pytest.approx(0.6, abs=0.02)
    assert read_sound(path).samples.tobytes() == heard.samples.tobytes()


def test_a_chart_is_left_only_when_all_went_well(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra `plot` is needed to draw pictures")
    listener = Listener(AudioFormat("pcm_f32le", 16_000, 1))

    def write(name: str, *, fail: bool) -> None:
        with ChartWriter(tmp_path / name, "clip", listener, None) as writer:
            writer.write(clip(10)[0])
            if fail:
                raise ZeroDivisionError

    write("good.png", fail=False)
    with pytest.raises(ZeroDivisionError):
        write("bad.png", fail=True)
    assert [path.name for path in tmp_path.iterdir()] == ["good.png"]


@pytest.mark.parametrize("name", ["chart", "strip"])
def test_a_missing_extra_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [module for module in sys.modules if module.startswith(("matplotlib", "a2f_live.plot."))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ConfigError, match=r"pip install 'a2f-live\[plot\]'"):
        painter(name)


def test_another_missing_module_is_a_bug_and_stays_one() -> None:
    with pytest.raises(ModuleNotFoundError):
        painter("nothing")
