"""Calls, their envelopes, and what becomes of calls that go wrong."""

import contextlib
import http.client
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import ExitStack
from itertools import count
from threading import Event
from typing import Any

import pytest

from a2f_live.engine.omniverse.deadline import Deadline
from a2f_live.engine.omniverse.rest import Rest, answer_of, result_of
from a2f_live.errors import EngineDied, EngineError, EngineFailed, EngineTimeout
from tests.engine.omniverse.app import PLAYER, Server
from tests.engine.omniverse.helpers import PATIENCE_S, free_ports, patient


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_the_status_is_a_word_and_the_rest_comes_in_envelopes(server: Server) -> None:
    rest = Rest(server.port)
    assert rest.ready(patient())
    assert rest.get("/A2F/Player/GetInstances", patient()) == {"regular": [PLAYER], "streaming": []}
    assert rest.post("/A2F/USD/Load", {"file_name": "x.usd"}, patient()) is None
    assert server.app.bodies("/A2F/USD/Load") == [{"file_name": "x.usd"}]


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ({"status": "OK", "result": [1], "message": "Suceeded"}, [1]),
        ({"status": "OK", "message": "Succeeded"}, None),
        ({"status": "OK"}, None),
    ],
)
def test_a_result_is_what_the_envelope_holds(answer: Any, result: Any) -> None:
    assert result_of(answer, "it") == result


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"status": "ERROR", "message": "Invalid solver node"}, "refused it: Invalid solver node"),
        ({"status": "ERROR"}, "refused it: None"),
        ({"status": "MAYBE"}, "something else than its envelope"),
        ({"result": []}, "something else than its envelope"),
        ("OK", "something else than its envelope"),
        (None, "something else than its envelope"),
    ],
)
def test_an_error_or_no_envelope_is_refused(answer: Any, said: str) -> None:
    with pytest.raises(EngineFailed, match=said):
        result_of(answer, "it")


@pytest.mark.parametrize(
    ("status", "text", "said"),
    [
        (200, b"<html>", "answered it by no JSON: <html>"),
        (200, b"", "answered it by no JSON"),
        (200, b'{"status": "O', "answered it by no JSON"),
        (200, b"[" * 100_000, "answered it by no JSON"),
        (500, b"[" * 100_000, r"HTTP 500: \[\["),
        (500, b"Internal Server Error", "HTTP 500: Internal Server Error"),
        (502, b"", "HTTP 502: no reason given"),
        (409, b'{"detail": "busy"}', "HTTP 409: busy"),
        (400, b'{"message": "no"}', "HTTP 400: no"),
        (
            422,
            b'{"detail": [{"loc": ["body", "fps"], "msg": "value is not a valid float", "type": "t"}, "more"]}',
            "HTTP 422: body.fps: value is not a valid float; more",
        ),
        (422, b'{"detail": [{"loc": null, "msg": "odd"}]}', "HTTP 422: None: odd"),
        (422, b'{"detail": [{"loc": 7}]}', "HTTP 422: 7: None"),
    ],
)
def test_what_is_no_good_answer_says_why(status: int, text: bytes, said: str) -> None:
    with pytest.raises(EngineFailed, match=said):
        answer_of(status, text, "it")


def test_nobody_there_means_gone() -> None:
    with pytest.raises(EngineDied, match="gone from /status on port"):
        Rest(free_ports(1)).ready(patient())


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", b"nonsense\r\n\r\n"])
def test_a_connection_that_ends_too_soon_means_gone(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(Rest(door.getsockname()[1]).ready, patient())
        peer, _ = door.accept()
        with peer:
            peer.recv(65_536)
            peer.sendall(said)
        with pytest.raises(EngineError) as caught:
            asked.result(PATIENCE_S)
    assert isinstance(caught.value, EngineDied)


def test_a_call_that_hangs_ends_with_its_deadline(server: Server) -> None:
    server.app.faults["hang"] = -1
    with pytest.raises(EngineTimeout, match="did not answer /A2F/GetInstances"):
        Rest(server.port).get("/A2F/GetInstances", Deadline("the test", 0.05))


def test_a_deadline_that_has_passed_asks_nobody(server: Server) -> None:
    with pytest.raises(EngineTimeout, match="the test took longer than 0 s"):
        Rest(server.port).get("/A2F/GetInstances", Deadline("the test", 0.0))
    assert server.app.calls == []


def test_an_abort_ends_a_call_that_hangs_and_every_later_one(server: Server) -> None:
    server.app.faults["hang"] = -1
    rest = Rest(server.port)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(rest.get, "/A2F/GetInstances", patient())
        assert server.app.hanging.wait(PATIENCE_S)
        rest.abort()
        with pytest.raises(EngineDied):
            call.result(PATIENCE_S)
    with pytest.raises(EngineDied, match="was given up"):
        rest.ready(patient())


def test_an_answer_that_comes_drop_by_drop_ends_with_the_deadline() -> None:
    """Each drop comes in time."""
    ticks = count()
    with socket.create_server(("127.0.0.1", 0)) as door, ThreadPoolExecutor(1) as pool:
        deadline = Deadline("the test", 50, lambda: float(next(ticks)))
        asked = pool.submit(Rest(door.getsockname()[1]).ready, deadline)
        peer, _ = door.accept()
        with peer, contextlib.suppress(OSError):  # it hangs up
            peer.recv(65_536)
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not asked.done():
                peer.sendall(b"x")
        with pytest.raises(EngineTimeout, match="the test took longer than 50 s"):
            asked.result(PATIENCE_S)


def test_an_abort_ends_an_answer_that_stops_half_way(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Event()
    read = http.client.HTTPResponse.read

    def told(self: http.client.HTTPResponse, most: int) -> bytes:
        reading.set()
        return read(self, most)

    monkeypatch.setattr(http.client.HTTPResponse, "read", told)
    with socket.create_server(("127.0.0.1", 0)) as door, ThreadPoolExecutor(1) as pool:
        rest = Rest(door.getsockname()[1])
        asked = pool.submit(rest.ready, patient())
        peer, _ = door.accept()
        with peer:
            peer.recv(65_536)
            peer.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 50\r\n\r\n{")
            assert reading.wait(PATIENCE_S)
            rest.abort()
            with pytest.raises(EngineDied):
                asked.result(PATIENCE_S / 2)


@pytest.mark.skipif(sys.platform != "linux", reason="fills the queue of a listener as Linux counts it")
def test_an_abort_ends_a_connection_that_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance that is stopped, whose queue is full."""
    connecting = Event()
    connect = socket.socket.connect

    def told(self: socket.socket, address: Any) -> None:
        connecting.set()
        connect(self, address)

    with socket.socket() as door, ExitStack() as stack, ThreadPoolExecutor(1) as pool:
        door.bind(("127.0.0.1", 0))
        door.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(door.getsockname())
        monkeypatch.setattr(socket.socket, "connect", told)
        rest = Rest(door.getsockname()[1])
        call = pool.submit(rest.ready, patient())
        assert connecting.wait(PATIENCE_S)
        end_s = time.monotonic() + PATIENCE_S / 2
        while not wait_for([call], timeout=0.01).done:
            assert time.monotonic() < end_s
            rest.abort()  # more than once: it may have come before the connection was begun
        with pytest.raises(EngineDied):
            call.result()
