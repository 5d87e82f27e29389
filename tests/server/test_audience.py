"""Live sessions are heard by an audience too: the same frames in the same order, and when they end."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from a2f_live.config import StreamConfig
from a2f_live.frames import Cleared, Event, Flushed, Frames
from a2f_live.wire.messages import Audio, Bye, Clear, Flush, Hello
from tests.server.helpers import serving, speech, until

HELLO = Hello(StreamConfig(fps=Fraction(30), idle="off"))


class Listener:
    def __init__(self) -> None:
        self.said: list[tuple[int, Event]] = []
        self.gone: list[int] = []

    def heard(self, session: int, events: Sequence[Event]) -> None:
        self.said += [(session, event) for event in events]

    def left(self, session: int) -> None:
        self.gone.append(session)

    def frames(self, session: int) -> np.ndarray:
        return np.concatenate([e.weights for s, e in self.said if s == session and isinstance(e, Frames)])


async def test_it_hears_what_each_client_hears() -> None:
    listener = Listener()
    async with serving(audience=listener) as served:
        peers = [await served.connect(HELLO) for _ in range(2)]
        got = []
        for peer in peers:
            await peer.say(Audio(speech(0.4)), Flush(1))
            heard = await peer.until(Flushed)
            got.append(np.concatenate([message.weights for message in heard if isinstance(message, Frames)]))
        for session, weights in enumerate(got):
            assert np.array_equal(listener.frames(session), weights)
        await peers[1].say(Audio(speech(0.4)), Clear(2))
        await peers[1].expect(Cleared)
        assert [s for s, e in listener.said if isinstance(e, Cleared)] == [1]
        await peers[1].say(Bye())
        assert await peers[1].close_code() == 1000
        await until(lambda: listener.gone == [1])


async def test_files_are_no_show() -> None:
    listener = Listener()
    async with serving(audience=listener) as served:
        peer = await served.connect(Hello(replace(HELLO.config, pace="file")))
        await peer.say(Audio(speech(0.4)), Flush(1))
        await peer.expect(Flushed)
    assert not listener.said


async def test_a_session_that_was_parked_leaves_when_it_ends() -> None:
    listener = Listener()
    async with serving(audience=listener) as served:
        peer = await served.connect(HELLO)
        peer.cut()
        await until(lambda: bool(served.state.sessions.parked))
        assert not listener.gone
        served.state.end_parked()
        assert listener.gone == [0]
