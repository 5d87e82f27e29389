import numpy as np
import pytest

from a2f_live.engine.embedded.visemes import PHONES, viseme_map
from a2f_live.speech import VISEMES
from assets.lipnet.training.phones import PHONES as TAUGHT
from assets.lipnet.training.phones import SILENCE


def test_every_phone_that_is_taught_is_seen_as_one_viseme() -> None:
    phones = sorted({*TAUGHT, SILENCE})
    assert sorted(phone for seen in PHONES.values() for phone in seen) == phones
    assert tuple(PHONES) == VISEMES
    assert (viseme_map(phones).sum(axis=1) == 1).all()


@pytest.mark.parametrize(("phone", "viseme"), [("M", "PP"), ("SIL", "sil"), ("OW", "O"), ("SH", "CH")])
def test_a_phone_is_seen_as_its_viseme(phone: str, viseme: str) -> None:
    assert VISEMES[int(np.argmax(viseme_map([phone])[0]))] == viseme
