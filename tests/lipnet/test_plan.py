"""The plan: the same for the same seed, every voice in turn, some voices kept for checking."""

from collections import Counter
from itertools import islice
from random import Random

import pytest

from assets.lipnet.training import plan
from assets.lipnet.training.plan import FLITE_VOICES, GUEST_VOICES, HELD_OUT, KOKORO_VOICES, SPEEDS, Utterance


@pytest.fixture(scope="module")
def planned() -> list[Utterance]:
    return list(islice(plan.kokoro(5), 1000))


def test_a_plan_is_repeatable_and_names_are_its_own(planned: list[Utterance]) -> None:
    assert list(islice(plan.kokoro(5), 100)) == planned[:100]
    assert len({utterance.name for utterance in planned}) == 1000


def test_every_voice_speaks_as_often_as_any_other(planned: list[Utterance]) -> None:
    heard = Counter(utterance.voice for utterance in planned)
    assert set(KOKORO_VOICES) == heard.keys() - {"mix"}
    assert max(heard[voice] for voice in KOKORO_VOICES) - min(heard[voice] for voice in KOKORO_VOICES) <= 1
    assert 0.4 < heard["mix"] / 1000 < 0.6
    assert {utterance.voice for utterance in islice(plan.flite(5), 20)} == set(FLITE_VOICES)


def test_held_out_voices_are_in_no_mix_and_in_no_training(planned: list[Utterance]) -> None:
    assert set(KOKORO_VOICES) | set(FLITE_VOICES) > HELD_OUT
    trained = {voice for utterance in planned if utterance.split == "train" for voice, _ in utterance.style}
    assert trained == set(KOKORO_VOICES + GUEST_VOICES) - HELD_OUT


@pytest.mark.parametrize("seed", range(20))
def test_shares_of_a_mix_add_up(seed: int) -> None:
    style = plan.mixed(Random(seed))
    assert sum(share for _, share in style) == pytest.approx(1)
    assert min(share for _, share in style) > 0.05


def test_speeds_are_within_bounds(planned: list[Utterance]) -> None:
    speeds = [utterance.speed for utterance in planned]
    assert SPEEDS[0] <= min(speeds) < 0.82
    assert 1.28 < max(speeds) <= SPEEDS[1]


def test_whatever_changes_the_sound_changes_the_name() -> None:
    said = Utterance("kokoro", (("af_sky", 1.0),), 1.0, "Hello.")
    other = [
        Utterance("kokoro", (("af_sky", 1.0),), 1.01, "Hello."),
        Utterance("kokoro", (("af_sky", 1.0),), 1.0, "Hello!"),
        Utterance("kokoro", (("af_bella", 1.0),), 1.0, "Hello."),
    ]
    assert said.name.startswith("kokoro/af_sky/")
    assert len({utterance.name for utterance in [said, *other]}) == 4
