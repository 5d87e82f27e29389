import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.engine.base import Array
from a2f_live.engine.embedded import mouth
from a2f_live.engine.embedded.engine import EmbeddedEngine
from tests.engine.embedded.helpers import VOWELS, hiss, vowel
from tests.engine.helpers import answer


def held(sound: Array) -> dict[str, float]:
    """The mouth after the sound has been heard for a while."""
    rows = answer(EmbeddedEngine(), sound, 40, [50])
    return dict(zip(arkit.NAMES, rows[12:20].mean(axis=0).tolist(), strict=True))


@pytest.mark.parametrize("pitch_hz", [110.0, 215.0])
def test_vowels_differ_as_they_do_on_a_face(pitch_hz: float) -> None:
    faces = {name: held(vowel(formants, pitch_hz)) for name, formants in VOWELS.items()}
    jaw = {name: face["jawOpen"] for name, face in faces.items()}
    assert jaw["AA"] > 0.25
    assert jaw["AA"] >= jaw["EH"] > jaw["UW"] > jaw["M"]
    assert jaw["EH"] > jaw["IY"] > jaw["M"]

    assert faces["UW"]["mouthPucker"] > 0.2
    assert max(faces[name]["mouthPucker"] for name in ("AA", "IY", "EH")) < 0.12
    assert faces["IY"]["mouthSmileLeft"] > 0.08
    assert faces["UW"]["mouthSmileLeft"] < 0.02


def test_a_nasal_shuts_the_mouth() -> None:
    nasal = held(vowel(VOWELS["M"]))
    assert nasal["jawOpen"] < 0.05
    assert nasal["mouthPressLeft"] > 0.04
    assert nasal["mouthPucker"] < 0.2


def test_sibilants_keep_the_jaw_up_and_sh_rounds() -> None:
    s, sh = held(hiss(5000, 7900)), held(hiss(2500, 5000))
    assert max(s["jawOpen"], sh["jawOpen"]) < 0.12
    assert s["mouthLowerDownLeft"] > 0.1
    assert sh["mouthPucker"] > s["mouthPucker"] + 0.2
    assert s["mouthSmileLeft"] > sh["mouthSmileLeft"] + 0.05


@pytest.mark.parametrize("level", [0.02, 0.1, 0.4])
def test_soft_and_loud_speakers_open_alike(level: float) -> None:
    usual = held(vowel(VOWELS["AA"], level=0.1))
    assert held(vowel(VOWELS["AA"], level=level))["jawOpen"] == pytest.approx(usual["jawOpen"], abs=0.08)


@pytest.mark.parametrize(("lookahead_ms", "late_ms"), [(0, (0, 40)), (40, (-20, 20)), (80, (-20, 20))])
def test_the_mouth_opens_with_the_sound(lookahead_ms: int, late_ms: tuple[int, int]) -> None:
    sound = np.concatenate((np.zeros(8000, np.float32), vowel(VOWELS["AA"])))
    jaw = answer(EmbeddedEngine(), sound, lookahead_ms, [50])[:, arkit.INDEX["jawOpen"]]
    half_ms = 20 * np.interp(jaw.max() / 2, jaw[20:35], np.arange(20, 35))
    assert late_ms[0] <= half_ms - 500 <= late_ms[1]


@pytest.mark.parametrize("kernel", mouth.KERNELS.values(), ids=str)
def test_smoothing_neither_adds_nor_takes(kernel: tuple[float, ...]) -> None:
    assert len(kernel) == mouth.TAPS
    assert sum(kernel) == pytest.approx(1)
    assert min(kernel) >= 0


def test_no_cues_can_ask_for_more_than_a_whole_shape() -> None:
    everything = mouth.pose(np.ones((1, 1, mouth.CUES), np.float32))
    assert everything.max() <= 1
    assert mouth.pose(np.zeros((1, 1, mouth.CUES), np.float32)).max() == 0


def test_both_sides_move_alike() -> None:
    row = mouth.pose(np.ones((1, 1, mouth.CUES), np.float32))[0, 0]
    for name in arkit.NAMES:
        if name.endswith("Left"):
            assert row[arkit.INDEX[name]] == row[arkit.INDEX[name[:-4] + "Right"]]
