from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.client.retained import PIECE_BYTES, Said, Unanswered
from a2f_live.config import AudioFormat
from a2f_live.errors import SessionExpired
from a2f_live.frames import Marker
from a2f_live.wire.messages import Audio, Clear, Configure, Flush

AUDIO = AudioFormat("mulaw", 8000, 1)
"""A byte a sample, so that bytes are easily counted."""


@dataclass
class Ear:
    """What a server makes of what it gets: the audio of each utterance, and what else it was told, in order."""

    utterance: int = 0
    audio: dict[int, bytes] = field(default_factory=dict)
    heard: list[Said] = field(default_factory=list)

    def hear(self, message: Said) -> None:
        if isinstance(message, Audio):
            self.audio[self.utterance] = self.audio.get(self.utterance, b"") + message.pcm
            return
        self.heard.append(message)
        if isinstance(message, Flush | Clear) and self.audio_bytes:
            self.utterance += 1

    @property
    def audio_bytes(self) -> int:
        return len(self.audio.get(self.utterance, b""))


def send_all(log: Unanswered, ear: Ear) -> None:
    while log.next is not None:
        ear.hear(log.take())


audio = st.binary(min_size=1, max_size=30_000).map(Audio)
others = st.sampled_from([Flush(), Clear(), Marker(None), Configure({"idle": "off"})])
steps = st.one_of(
    st.tuples(st.just("say"), st.one_of(audio, others)),
    st.tuples(st.just("send"), st.integers(1, 5)),
    st.tuples(st.just("cut"), st.integers(0, 5)),
    st.tuples(st.just("answer"), st.floats(0, 1)),
)


@given(st.lists(steps, max_size=60))
def test_the_server_hears_exactly_what_was_said_wherever_it_is_cut(story: Sequence[tuple[str, object]]) -> None:
    log, ear, said, on_the_way = Unanswered(AUDIO), Ear(), Ear(), list[Said]()
    for number, (step, value) in enumerate(story):
        if step == "say":
            message = value if isinstance(value, Audio | Configure) else type(value)(number)  # type: ignore[call-arg]
            log.append(message)  # type: ignore[arg-type]
            said.hear(message)  # type: ignore[arg-type]
        elif step == "send":
            on_the_way += [log.take() for _ in range(int(value)) if log.next is not None]  # type: ignore[call-overload]
        elif step == "answer":
            arrive(on_the_way, len(on_the_way), ear)
            answer(log, ear, float(value))  # type: ignore[arg-type]
        else:
            arrive(on_the_way, int(value), ear)  # type: ignore[call-overload]
            on_the_way.clear()
            log.resume(ear.utterance, ear.audio_bytes)
    arrive(on_the_way, len(on_the_way), ear)
    send_all(log, ear)
    ends = [message for message in said.heard if isinstance(message, Flush | Clear)]
    assert [m for m in ordered_once(ear.heard) if isinstance(m, Flush | Clear)] == ends
    assert {m for m in ear.heard if isinstance(m, Marker)} == {m for m in said.heard if isinstance(m, Marker)}
    if not any(isinstance(message, Clear) for message in ends):
        assert ear.audio == said.audio


def arrive(on_the_way: list[Said], count: int, ear: Ear) -> None:
    for message in on_the_way[:count]:
        ear.hear(message)
    del on_the_way[:count]


def answer(log: Unanswered, ear: Ear, share: float) -> None:
    """Frames for a part of the audio that was heard, and the answer to the newest question."""
    log.heard(ear.utterance, Fraction(int(ear.audio_bytes * share), AUDIO.sample_rate))
    if ear.heard and share > 0.5 and not isinstance(ear.heard[-1], Audio | Configure):
        log.settle(ear.heard[-1])


def ordered_once(messages: Sequence[Said]) -> list[Said]:
    """Repeated questions at the same place do no harm."""
    return [m for i, m in enumerate(messages) if not isinstance(m, Flush | Clear) or m not in messages[:i]]


@given(st.lists(st.binary(min_size=1, max_size=200_000), min_size=1, max_size=5))
def test_long_audio_goes_out_in_pieces(parts: list[bytes]) -> None:
    log, pieces = Unanswered(AudioFormat(sample_rate=192_000)), list[bytes]()
    for part in parts:
        log.append(Audio(part))
    while isinstance(message := log.next, Audio):
        pieces.append(message.pcm)
        log.take()
    assert b"".join(pieces) == b"".join(parts)
    assert max(map(len, pieces)) <= PIECE_BYTES


def test_audio_that_was_heard_is_not_kept() -> None:
    log = Unanswered(AUDIO)
    for second in range(60):
        log.append(Audio(bytes(8000)))
        while log.next:
            log.take()
        log.heard(0, Fraction(second))
    assert log.sent_s <= 3
    assert log.waiting_s == 0


def test_an_answer_shows_that_all_before_it_arrived() -> None:
    log = Unanswered(AUDIO)
    for message in (Audio(bytes(100)), Flush(1), Audio(bytes(100)), Marker(2), Audio(b"x"), Marker(3)):
        log.append(message)
    send_all(log, Ear())
    log.settle(Marker(3))
    assert log.sent_s == 0
    assert not log.empty
    log.settle(Marker(2))
    assert log.empty


def test_a_question_whose_answer_may_be_lost_is_asked_again_first() -> None:
    log = Unanswered(AUDIO)
    for message in (Marker(1), Configure({"idle": "off"}), Audio(bytes(100)), Audio(b"y" * 50)):
        log.append(message)
    send_all(log, Ear())
    log.resume(0, 120)
    again = [log.take() for _ in range(3)]
    assert again[:2] == [Marker(1), Configure({"idle": "off"})]
    assert isinstance(again[2], Audio)
    assert again[2].pcm == b"y" * 30


def test_audio_that_a_clear_would_drop_is_not_sent() -> None:
    log = Unanswered(AUDIO)
    log.append(Audio(b"a"))
    log.take()
    for message in (Audio(b"b"), Flush(1), Audio(b"c"), Clear(2), Audio(b"d")):
        log.append(message)
    ear = Ear(audio={0: b"a"})
    send_all(log, ear)
    assert ear.heard == [Flush(1), Clear(2)]
    assert ear.audio == {0: b"a", 1: b"d"}
    assert log.utterance == 1


@pytest.mark.parametrize(("utterance", "audio_bytes"), [(0, 101), (1, 0), (0, 10)])
def test_a_place_that_cannot_be_served_is_refused(utterance: int, audio_bytes: int) -> None:
    log = Unanswered(AUDIO)
    for message in (Audio(bytes(50)), Marker(1), Audio(bytes(50))):
        log.append(message)
    send_all(log, Ear())
    log.settle(Marker(1))
    with pytest.raises(SessionExpired):
        log.resume(utterance, audio_bytes)
