import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from a2f_live.config import AudioFormat
from a2f_live.errors import ConnectionLost
from a2f_live.integrations.agent_face import AgentFace
from a2f_live.wire.messages import Audio, Clear, ClientMessage, Error, Flush, ServerMessage
from tests.client.server import FakeServer, Heard, obey
from tests.server.helpers import until

SECOND = bytes(32_000)


class Told(list[dict[str, Any]]):
    errors: list[Exception]

    def of(self, turn: int) -> list[str]:
        return [message["type"] for message in self if message["utterance"] == turn]

    def frames(self, turn: int) -> int:
        return sum(m["count"] for m in self if m["type"] == "frames" and m["utterance"] == turn)


@asynccontextmanager
async def agent(url: str, **options: Any) -> AsyncIterator[tuple[AgentFace, Told]]:
    told = Told()
    told.errors = []

    async def tell(message: dict[str, Any]) -> None:
        told.append(message)

    async def fail(error: Exception) -> None:
        told.errors.append(error)

    before = asyncio.all_tasks()
    face = AgentFace(url, tell, fail, **options)
    face.start()
    try:
        yield face, told
    finally:
        await face.close()
        await face.close()
    await until(lambda: not {t for t in asyncio.all_tasks() - before if "a2f" in t.get_name()})


async def test_turns_come_one_after_the_other_with_numbers_of_their_own() -> None:
    async with FakeServer().running() as server, agent(server.url) as (face, told):
        for turn in [face.begin(AudioFormat(), "one"), face.begin(AudioFormat(), "two")]:
            turn.say(SECOND)
            turn.end()
        await face.settled(10)
    assert [told.frames(1), told.frames(2)] == [30, 30]
    assert told.of(1)[0] == told.of(2)[0] == "turn"
    assert told.of(1)[-1] == told.of(2)[-1] == "flushed"
    assert [m["utterance"] for m in told] == sorted(m["utterance"] for m in told)
    assert [m["context"] for m in told if m["type"] == "turn"] == ["one", "two"]
    assert len(server.sessions) == 1


async def test_another_format_is_another_connection_and_numbers_go_on() -> None:
    async with FakeServer().running() as server, agent(server.url) as (face, told):
        for audio in (AudioFormat(), AudioFormat(sample_rate=8_000)):
            turn = face.begin(audio)
            turn.say(SECOND)
            turn.end()
        await face.settled(10)
    assert [told.frames(1), told.frames(2)] == [30, 60]
    assert [heard.config.audio.sample_rate for heard in server.sessions] == [16_000, 8_000]


async def test_an_interruption_ends_the_turn_here_and_there_and_the_next_is_whole() -> None:
    async with FakeServer().running() as server, agent(server.url) as (face, told):
        turn = face.begin(AudioFormat())
        turn.say(SECOND)
        await until(lambda: told.frames(1) == 30)
        face.interrupt()
        turn.say(SECOND)
        turn.end()
        after = len(told)
        second = face.begin(AudioFormat())
        second.say(SECOND)
        second.end()
        await face.settled(10)
    assert told[after:][0]["type"] == "cleared"
    assert set(told.of(1)[told.of(1).index("cleared") + 1 :]) == set(), "nothing of it follows"
    assert told.frames(2) == 30
    said = [type(message) for message in server.sessions[0].messages]
    assert said == [Audio, Audio, Clear, Audio, Audio, Flush]


async def test_speech_that_may_not_be_interrupted_has_nothing_of_the_turn_before_it() -> None:
    async with FakeServer().running() as server, agent(server.url) as (face, told):
        turn = face.begin(AudioFormat())
        turn.say(SECOND)
        await until(lambda: told.frames(1) == 30)
        notice = face.begin(AudioFormat(), interruptible=False)
        notice.say(SECOND)
        notice.end()
        face.interrupt()
        await face.settled(10)
    assert "cleared" in told.of(1)
    assert told.frames(2) == 30
    assert next(m["index"] for m in told if m["type"] == "frames" and m["utterance"] == 2) == 0
    said = [type(message) for message in server.sessions[0].messages]
    assert said == [Audio, Audio, Clear, Audio, Audio, Flush]


async def test_turns_that_wait_are_cut_too_and_never_reach_the_server() -> None:
    def deaf(server: FakeServer, heard: Heard, message: ClientMessage) -> Sequence[ServerMessage]:
        if isinstance(message, Flush):
            heard.messages.append(message)
            return []
        return obey(server, heard, message)

    async with FakeServer(deaf).running() as server, agent(server.url) as (face, told):
        for _ in range(3):
            turn = face.begin(AudioFormat())
            turn.say(SECOND)
            turn.end()
        await until(lambda: bool(server.sessions) and Flush in map(type, server.sessions[0].messages))
        face.interrupt()
        await face.settled(10)
    assert told.of(2) == []
    assert told.of(3) == ["cleared"]
    assert sum(len(message.pcm) for message in server.sessions[0].messages if isinstance(message, Audio)) == len(SECOND)


async def test_what_goes_wrong_is_told_and_the_next_turn_tries_anew() -> None:
    def angry(server: FakeServer, heard: Heard, message: ClientMessage) -> Sequence[ServerMessage]:
        if len(server.sessions) == 1:
            return [Error("engine_failed", "no engine", fatal=True)]
        return obey(server, heard, message)

    async with FakeServer(angry).running() as server, agent(server.url) as (face, told):
        for _ in range(2):
            turn = face.begin(AudioFormat())
            turn.say(SECOND)
            turn.end()
            await face.settled(10)
            assert turn.complete, "nobody waits for its frames"
    assert [str(error) for error in told.errors] == ["no engine"]
    assert told.frames(2) == 30


async def test_where_there_is_no_server_turns_are_complete_at_once() -> None:
    async with agent("ws://127.0.0.1:9") as (face, told):
        face.start(AudioFormat())
        turn = face.begin(AudioFormat())
        turn.say(SECOND)
        await asyncio.wait_for(turn.framed_until(turn.said_s), 10)
        face.interrupt()
        await face.settled(10)
    assert told.of(1) == ["cleared"]
    assert told.errors
    assert all(isinstance(error, ConnectionLost) for error in told.errors)


async def test_a_listener_that_cannot_be_told_does_not_stop_the_rest() -> None:
    heard: list[str] = []

    async def tell(message: dict[str, Any]) -> None:
        heard.append(message["type"])
        if message["type"] == "turn":
            raise OSError("away")

    errors: list[Exception] = []

    async def fail(error: Exception) -> None:
        errors.append(error)

    async with FakeServer().running() as server:
        face = AgentFace(server.url, tell, fail)
        face.start()
        turn = face.begin(AudioFormat())
        turn.say(SECOND)
        turn.end()
        await face.settled(10)
        await face.close()
    assert [str(error) for error in errors] == ["away"]
    assert heard[-1] == "flushed"
