"""The state machine, and two ends that speak with each other."""

import pytest

from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.errors import AudioError, ConfigError, LocalProtocolError, RemoteProtocolError
from a2f_live.frames import Frames, Marker
from a2f_live.wire.codec import LARGEST_PAYLOAD, codec_for
from a2f_live.wire.connection import TRANSITIONS, Connection, Role, State
from a2f_live.wire.messages import (
    CLIENT_MESSAGES,
    JSON,
    MSGPACK,
    SERVER_MESSAGES,
    SUBPROTOCOLS,
    Audio,
    Bye,
    Configure,
    Error,
    Flush,
    GoAway,
    Hello,
    KeepAlive,
    Limits,
    Message,
    Ready,
)
from tests.wire.helpers import EVERY, ConnectionPair, meaning, some_frames

EXAMPLES: dict[str, Message] = {message.type: message for message in EVERY}
BYE, GO_AWAY = Bye(), GoAway(1000)
WAYS = {
    State.OPENING: (),
    State.GREETED: (Hello(),),
    State.OPEN: (Hello(), EXAMPLES["ready"]),
    State.DRAINING: (Hello(), EXAMPLES["ready"], GO_AWAY),
    State.LEAVING: (Hello(), EXAMPLES["ready"], BYE),
}


def pair_in(state: State) -> ConnectionPair:
    pair = ConnectionPair()
    for message in WAYS.get(state, ()):
        (pair.say if message.type in CLIENT_MESSAGES else pair.tell)(message)
    if state is State.CLOSED:
        pair.client.close()
        pair.server.close()
    if state is State.FAILED:
        with pytest.raises(RemoteProtocolError):
            pair.server.receive(b"\xc1")
        return pair
    assert pair.client.state is pair.server.state is state
    return pair


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
def test_a_whole_conversation(subprotocol: str) -> None:
    pair = ConnectionPair(subprotocol).open()
    for message in EVERY:
        if message.type in CLIENT_MESSAGES and message.type not in ("hello", "bye"):
            heard = pair.say(message)
            assert heard is not None
            assert meaning(heard) == meaning(message)
        if message.type in SERVER_MESSAGES and message.type not in ("ready", "go_away"):
            assert type(pair.tell(message)) is type(message)
    pair.tell(GO_AWAY)
    pair.say(Flush(1))
    pair.say(BYE)
    pair.tell(some_frames())
    assert pair.client.state is pair.server.state is State.LEAVING


@pytest.mark.parametrize("state", [State.OPENING, State.GREETED, State.OPEN, State.DRAINING, State.LEAVING])
@pytest.mark.parametrize("kind", CLIENT_MESSAGES)
def test_a_client_may_say_what_the_table_tells_and_nothing_else(state: State, kind: str) -> None:
    pair, message = pair_in(state), EXAMPLES[kind]
    after = TRANSITIONS.get((Role.CLIENT, state), {}).get(kind)
    if after is not None:
        pair.say(message)
        assert pair.client.state is pair.server.state is after
        return
    with pytest.raises(LocalProtocolError, match=f"client may not send {kind} while {state.value}"):
        pair.client.send(message)
    with pytest.raises(RemoteProtocolError, match=f"client may not send {kind} while {state.value}") as refused:
        pair.server.receive(codec_for(MSGPACK).encode(message))
    assert refused.value.ref == kind
    assert refused.value.fatal == pair.server.failed == (state is State.OPENING)


@pytest.mark.parametrize("state", [State.OPENING, State.GREETED, State.OPEN, State.DRAINING, State.LEAVING])
@pytest.mark.parametrize("kind", SERVER_MESSAGES)
def test_a_server_may_say_what_the_table_tells_and_nothing_else(state: State, kind: str) -> None:
    pair, message = pair_in(state), EXAMPLES[kind]
    after = TRANSITIONS.get((Role.SERVER, state), {}).get(kind)
    if after is not None:
        pair.tell(message)
        assert pair.client.state is pair.server.state is after
        return
    with pytest.raises(LocalProtocolError, match=f"server may not send {kind} while {state.value}"):
        pair.server.send(message)
    with pytest.raises(RemoteProtocolError, match=f"server may not send {kind} while {state.value}"):
        pair.client.receive(codec_for(MSGPACK).encode(message))


def test_the_first_message_must_be_hello() -> None:
    server = Connection(Role.SERVER)
    with pytest.raises(RemoteProtocolError, match="the first message must be hello") as refused:
        server.receive(codec_for(MSGPACK).encode(KeepAlive()))
    assert (refused.value.close_code, refused.value.fatal, server.failed) == (4400, True, True)


def test_a_second_hello_is_refused_and_the_stream_goes_on() -> None:
    pair = ConnectionPair().open()
    with pytest.raises(RemoteProtocolError) as refused:
        pair.server.receive(codec_for(MSGPACK).encode(Hello()))
    assert not refused.value.fatal
    assert pair.say(Marker(1)) == Marker(1)


def test_a_bad_field_is_told_and_the_stream_goes_on() -> None:
    pair = ConnectionPair(JSON).open()
    with pytest.raises(ConfigError) as refused:
        pair.server.receive('{"type":"configure","fps":1000}')
    error = pair.tell(pair.server.refusal(refused.value))
    assert isinstance(error, Error)
    assert (error.code, error.fatal, error.ref) == ("bad_setting", False, "configure")
    assert pair.say(Configure({"idle": "off"})) == Configure({"idle": "off"})


def test_a_bad_hello_ends_the_connection() -> None:
    server, client = Connection(Role.SERVER, JSON), Connection(Role.CLIENT, JSON)
    client.send(Hello())
    with pytest.raises(AudioError) as refused:
        server.receive('{"type":"hello","audio":{"sample_rate":1}}')
    assert server.failed
    error = client.receive(server.send(server.refusal(refused.value)))
    assert isinstance(error, Error)
    assert (error.code, error.fatal, error.ref) == ("bad_audio", True, "hello")
    assert server.state is State.CLOSED
    with pytest.raises(LocalProtocolError):
        server.send(Ready("s", "t", "fake", StreamConfig(), 0))


@pytest.mark.parametrize(
    ("subprotocol", "payload", "code", "close_code"),
    [
        (MSGPACK, b"\xc1", "unreadable", 1007),
        (MSGPACK, "text", "wrong_frame", 1003),
        (MSGPACK, bytes(1001), "too_big", 1009),
        (JSON, bytes(1001), "too_big", 1009),
        (JSON, "{" + " " * 1000, "too_big", 1009),
        (JSON, "{", "unreadable", 1007),
    ],
)
def test_what_cannot_be_read_is_fatal(subprotocol: str, payload: bytes | str, code: str, close_code: int) -> None:
    server = ConnectionPair(subprotocol, Limits(message_bytes=1000)).open().server
    with pytest.raises(RemoteProtocolError) as refused:
        server.receive(payload)
    assert (refused.value.code, refused.value.close_code, refused.value.fatal) == (code, close_code, True)
    assert server.failed
    with pytest.raises(RemoteProtocolError) as again:
        server.receive(b"\x81\xa4type\xa3bye" if subprotocol == MSGPACK else '{"type":"bye"}')
    assert again.value.fatal


def test_after_a_fatal_error_only_the_error_is_said() -> None:
    pair = pair_in(State.FAILED)
    with pytest.raises(LocalProtocolError):
        pair.server.send(some_frames())
    pair.server.send(Error("unreadable", "no", fatal=True))
    assert pair.server.state is State.CLOSED


def test_a_closed_connection_says_and_hears_nothing() -> None:
    pair = pair_in(State.CLOSED)
    with pytest.raises(LocalProtocolError, match="while closed"):
        pair.client.send(KeepAlive())
    with pytest.raises(RemoteProtocolError, match="while closed"):
        pair.server.receive(codec_for(MSGPACK).encode(KeepAlive()))
    assert pair.server.state is State.CLOSED


def test_a_client_learns_the_largest_message_from_ready() -> None:
    pair = ConnectionPair(limits=Limits(message_bytes=2000)).open()
    assert pair.say(Audio(bytes(1900))) is not None
    with pytest.raises(LocalProtocolError, match="send it in parts") as refused:
        pair.client.send(Audio(bytes(2000)))
    assert refused.value.code == "too_big"
    assert pair.say(KeepAlive()) == KeepAlive()


def test_a_client_takes_large_messages_but_not_any() -> None:
    pair = ConnectionPair().open()
    frames = pair.tell(some_frames(10_000))
    assert isinstance(frames, Frames)
    assert frames.count == 10_000
    with pytest.raises(RemoteProtocolError, match="smaller"):
        pair.client.receive(bytes(LARGEST_PAYLOAD + 1))


def test_unknown_messages_change_nothing() -> None:
    server = Connection(Role.SERVER, JSON)
    assert server.receive('{"type":"greetings"}') is None
    assert server.state is State.OPENING


def test_json_weights_are_lists_whatever_was_asked() -> None:
    pair = ConnectionPair(JSON)
    hello = pair.say(Hello(StreamConfig(weights="f16", audio=AudioFormat(sample_rate=48_000))))
    assert isinstance(hello, Hello)
    assert hello.config.weights == "list"
    assert hello.config.audio.sample_rate == 48_000


def test_every_state_is_in_the_table_or_silent() -> None:
    assert {state for _, state in TRANSITIONS} == set(State) - {State.CLOSED}
    assert all(role.peer.peer is role for role in Role)
    said = {kind for (role, _), kinds in TRANSITIONS.items() if role is Role.CLIENT for kind in kinds}
    told = {kind for (role, _), kinds in TRANSITIONS.items() if role is Role.SERVER for kind in kinds}
    assert (said, told) == (set(CLIENT_MESSAGES), set(SERVER_MESSAGES))


def test_a_connection_tells_of_itself() -> None:
    assert str(ConnectionPair().open().client) == "client a2f.v1.msgpack open"
