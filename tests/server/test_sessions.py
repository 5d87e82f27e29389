"""A lost connection costs no frame and doubles none; who may resume, and for how long."""

import asyncio
from dataclasses import replace
from fractions import Fraction
from math import ceil

import numpy as np
import pytest

from a2f_live.config import StreamConfig
from a2f_live.errors import ConfigError
from a2f_live.frames import Flushed, Frames
from a2f_live.motion.profile import Profile
from a2f_live.server.session import find_profile
from a2f_live.speech import VISEMES
from a2f_live.wire.messages import (
    JSON,
    MSGPACK,
    Audio,
    Configure,
    Configured,
    Error,
    Flush,
    Hello,
    Limits,
    Message,
    Resume,
)
from tests.server.helpers import Peer, Served, numbers, quick, serving, speech, until, visemes, weights

FPS = Fraction(30)
HELLO = Hello(StreamConfig(fps=FPS, weights="f16"))
WITH_VISEMES = Hello(replace(HELLO.config, visemes=True))


def resume(peer: Peer, position: tuple[int, int] = (0, -1)) -> Hello:
    return Hello(resume=Resume(peer.ready.session, peer.ready.token, *position))


async def whole(served: Served, pcm: bytes, hello: Hello = HELLO) -> list[Message]:
    peer = await served.connect(hello)
    await peer.say(Audio(pcm), Flush(1))
    return await peer.until(Flushed)


async def come_back(served: Served, lost: Peer, heard: list[Message], subprotocol: str = MSGPACK) -> Peer:
    """Resume after the last frame heard."""
    return await served.connect(resume(lost, numbers(heard)[-1] if numbers(heard) else (0, -1)), subprotocol)


@pytest.mark.parametrize("subprotocol", [MSGPACK, JSON])
@pytest.mark.parametrize("heard_before", [0, 1, 5, 20])
async def test_a_cut_connection_loses_and_doubles_nothing(heard_before: int, subprotocol: str) -> None:
    pcm = speech(1.5)
    async with serving(engine="fake:visemes=true") as served:
        expected = await whole(served, pcm, WITH_VISEMES)
        peer = await served.connect(WITH_VISEMES)
        await peer.say(Audio(pcm[:40_000]))
        heard: list[Message] = []
        while len(numbers(heard)) < heard_before:
            heard.append(await peer.expect(Frames))
        peer.cut()
        await until(lambda: served.state.sessions.parked == 1)
        again = await come_back(served, peer, heard, subprotocol)
        assert again.ready.session == peer.ready.session
        assert again.ready.viseme_names == VISEMES
        assert again.ready.resumed is not None
        assert again.ready.resumed.utterance == 0
        await again.say(Audio(pcm[again.ready.resumed.audio_bytes :]), Flush(1))
        heard += await again.until(Flushed)
        assert numbers(heard) == numbers(expected) == [(0, index) for index in range(45)]
        rounding = 6e-4 if subprotocol == JSON else 0
        np.testing.assert_allclose(weights(heard), weights(expected), atol=rounding)
        np.testing.assert_allclose(visemes(heard), visemes(expected), atol=rounding)
        assert len(visemes(heard)) == 45
        assert served.state.totals.resumed == 1


async def test_frames_made_while_nobody_listens_are_sent_later() -> None:
    async with serving(engine="fake:delay_ms=150") as served:
        peer = await served.connect(HELLO)
        await peer.say(Audio(speech(1)), Flush(3))
        (session,) = served.state.sessions
        await until(lambda: session.tally.audio_bytes == 32_000)
        peer.cut()
        await until(lambda: served.state.sessions.parked == 1)
        await session.driver.finished()
        again = await served.connect(resume(peer))
        heard = await again.until(Flushed)
        assert numbers(heard) == [(0, index) for index in range(30)]


async def test_a_frame_in_the_middle_of_a_message_may_be_named() -> None:
    async with serving() as served:
        peer = await served.connect(HELLO)
        await peer.say(Audio(speech(1)), Flush())
        heard = await peer.until(Flushed)
        for named in (0, 7, 13, 28, 29):
            again = await served.connect(resume(peer, (0, named)))
            rest = await again.until(Flushed)
            assert numbers(rest) == [(0, index) for index in range(named + 1, 30)]
            if numbers(rest):
                np.testing.assert_array_equal(weights(rest), weights(heard)[named + 1 :])


async def test_a_new_connection_takes_the_place_of_the_old_one() -> None:
    async with serving() as served:
        peer = await served.connect(HELLO)
        await peer.say(Audio(speech(0.5)))
        await peer.expect(Frames)
        again = await served.connect(resume(peer))
        error = await peer.expect(Error)
        assert (error.code, error.fatal, await peer.close_code()) == ("displaced", True, 4409)
        await again.say(Flush())
        assert numbers(await again.until(Flushed)) == [(0, index) for index in range(15)]
        assert len(served.state.sessions) == 1


async def test_who_may_not_resume_is_told_the_same_whatever_the_reason() -> None:
    async with serving() as served:
        peer = await served.connect()
        sentences = set()
        for wrong in (("nobody", peer.ready.token), (peer.ready.session, "wrong"), (peer.ready.session, "")):
            stranger = await served.attach()
            await stranger.say(Hello(resume=Resume(*wrong)))
            error = await stranger.expect(Error)
            assert (error.code, error.fatal, await stranger.close_code()) == ("session_expired", True, 4410)
            sentences.add(error.message)
        assert len(sentences) == 1
        await peer.say(Flush())
        await peer.expect(Flushed)


async def test_a_frame_that_is_not_kept_any_more_cannot_be_resumed_from() -> None:
    async with serving(quick(replay_s=0.5)) as served:
        peer = await served.connect(HELLO)
        pcm, heard = speech(2), 0
        while heard < 60:  # in small messages: those kept are whole
            await peer.say(Audio(pcm[:3200]))
            heard += (await peer.expect(Frames)).count
        await peer.say(Flush())
        heard += len(numbers(await peer.until(Flushed)))
        stranger = await served.attach()
        await stranger.say(resume(peer, (0, 3)))
        assert (await stranger.expect(Error)).code == "session_expired"
        again = await served.connect(resume(peer, (0, 55)))
        assert numbers(await again.until(Flushed)) == [(0, index) for index in range(56, heard)]


async def test_a_parked_session_ends_when_its_time_is_over() -> None:
    async with serving(quick(limits=Limits(resume_s=0.1))) as served:
        peer = await served.connect()
        peer.cut()
        await until(lambda: len(served.state.sessions) == 0)
        await served.settled()


async def test_a_full_server_lets_its_own_come_back_and_nobody_else() -> None:
    async with serving(quick(max_sessions=1)) as served:
        peer = await served.connect()
        peer.cut()
        await until(lambda: served.state.sessions.parked == 1)
        stranger = await served.attach()
        await stranger.say(Hello())
        error = await stranger.expect(Error)
        assert (error.code, error.ref, await stranger.close_code()) == ("server_full", "hello", 1013)
        assert (await served.connect(resume(peer))).ready.session == peer.ready.session


async def test_what_was_configured_outlives_the_connection() -> None:
    async with serving() as served:
        peer = await served.connect(HELLO)
        await peer.say(Configure({"fps": Fraction(25)}))
        await peer.expect(Configured)
        peer.cut()
        again = await served.connect(resume(peer))
        assert (again.ready.config.fps, again.ready.config.weights) == (Fraction(25), "f16")
        await again.say(Audio(speech(1)), Flush())
        assert len(numbers(await again.until(Flushed))) == ceil(25)


async def test_many_cuts_leave_no_task_and_no_session_behind() -> None:
    async with serving(quick(limits=Limits(resume_s=0.05))) as served:
        peers = await asyncio.gather(*(served.connect() for _ in range(20)))
        for peer in peers:
            await peer.say(Audio(speech(0.2)))
            peer.cut()
        await until(lambda: len(served.state.sessions) == 0)
        await served.settled()
        assert served.state.totals.begun == 20


def test_a_profile_is_found_by_name_or_spelt_out() -> None:
    known = {"first": Profile.neutral(), "second": Profile.from_map({"jaw_gain": 0.5})}
    assert find_profile(None, known) is known["first"]
    assert find_profile("second", known) is known["second"]
    assert find_profile({"jaw_gain": 0.5}, known) == known["second"]
    for wrong in ("third", {"jaw_gian": 1}):
        with pytest.raises(ConfigError, match="profile"):
            find_profile(wrong, known)
    assert replace(known["second"], jaw_gain=1.0) == known["first"]


async def test_a_mistake_while_answering_ends_the_connection_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as served:
        peer = await served.connect()
        (session,) = served.state.sessions
        session.deliver([object()])  # type: ignore[list-item]
        error = await peer.expect(Error)
        assert (error.code, await peer.close_code()) == ("internal", 1011)
        assert "mistake of the server" in caplog.text
        await served.settled()
        assert len(served.state.sessions) == 0
