"""What a voice is taken for: small, slow, and in the direction that people agree on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.arkit import EMOTIONS
from a2f_live.frames import Array
from a2f_live.motion.mood import MOST, NEWS_S, Mood
from tests.motion.voices import prosody

FRAME_S = 1 / 50


def guessed(voice: Array) -> dict[str, float]:
    mood = Mood()
    for row in voice.tolist():
        mood.hear(row, FRAME_S)
    return dict(zip(EMOTIONS, mood.guess().tolist(), strict=True))


def changed(louder: float = 0.0, livelier: float = 1.0, higher: float = 0.0, seconds: float = 15.0) -> Array:
    """A usual voice, made louder, with larger steps of pitch, and higher (in semitones)."""
    voice = prosody(seconds)
    voice[:, 0] = np.clip(voice[:, 0] + louder * (voice[:, 3] < 0.5), 0, 1)
    voice[:, 1] = voice[:, 2] * (voice[:, 1] * livelier + higher)
    return voice


def test_a_usual_voice_is_taken_for_nothing_much() -> None:
    assert sum(guessed(changed()).values()) < 0.1


@pytest.mark.parametrize(
    ("voice", "emotion"),
    [
        (changed(louder=0.1, livelier=2.5, higher=3), "joy"),
        (changed(louder=0.35), "anger"),
        (changed(louder=-0.2, livelier=0.2, higher=-3), "sadness"),
        (changed(livelier=0.1, higher=5), "fear"),
        (changed(louder=-0.1, livelier=4.0, higher=1), "amazement"),
    ],
)
def test_a_voice_is_taken_for_what_it_sounds_like(voice: Array, emotion: str) -> None:
    guess = guessed(voice)
    assert max(guess, key=lambda name: guess[name]) == emotion
    assert 0.05 < guess[emotion] <= MOST


@given(
    st.lists(
        st.tuples(*[st.floats(-10, 10), st.floats(-60, 60), st.floats(-1, 2), st.floats(-1, 2)]),
        min_size=1,
        max_size=50,
    ),
    st.sampled_from([1 / 120, 1 / 25, 1.0]),
)
def test_a_guess_is_small_whatever_is_heard(heard: list[tuple[float, ...]], frame_s: float) -> None:
    mood = Mood()
    for row in heard * 10:
        mood.hear(list(row), frame_s)
    guess = mood.guess()
    assert np.isfinite(guess).all()
    assert (guess >= 0).all()
    assert guess.sum() <= MOST + 1e-9


def test_news_come_now_and_then_and_not_from_the_first_word() -> None:
    mood = Mood()
    news = [mood.hear(row, FRAME_S) for row in changed(louder=0.4, seconds=12.0).tolist()]
    told = [guess for guess in news if guess is not None]
    assert len(told) == 12 // NEWS_S
    assert told[0].sum() < told[-1].sum()


def test_a_pause_forgets_little_and_a_long_one_says_nothing_new() -> None:
    mood = Mood()
    for row in changed(louder=0.4).tolist():
        mood.hear(row, FRAME_S)
    before = mood.guess()
    for _ in range(100):
        mood.hear([0.0, 0.0, 0.0, 1.0], FRAME_S)
    assert np.abs(mood.guess() - before).max() < 0.05
