"""The REST calls of Audio2Face: a path and a body in, the result of its envelope out, or an error that says why not.

A connection serves one call: on loopback that costs nothing, none is ever stale, and `abort` has one socket to close.
"""

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

from a2f_live.engine.omniverse.deadline import Deadline
from a2f_live.errors import A2FError, EngineDied, EngineFailed, EngineTimeout

HOST: Final = "127.0.0.1"
LONGEST_ANSWER: Final = 4 << 20
"""Bytes. Weights come in files: an answer of this API is short."""
SHOWN: Final = 300
"""Characters of a foreign message that are passed on."""


class UnknownCall(EngineFailed):
    """The instance does not know this call, or not yet: its parts come up one after the other."""


class _Line(socket.socket):
    """A connection that waits for nothing beyond a deadline, however little comes at a time."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self._deadline = deadline
        self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connect(self, address: Any) -> None:
        """In the time that is left."""
        self.settimeout(self._deadline.left_s())
        super().connect(address)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """In the time that is left."""
        self.settimeout(self._deadline.left_s())
        super().sendall(data, flags)

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """In the time that is left."""
        self.settimeout(self._deadline.left_s())
        return super().recv_into(buffer, nbytes, flags)


class Rest:
    """Speaks to the instance on one port of this machine. Called from one thread; `abort` from any."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._aborted = False

    def get(self, path: str, deadline: Deadline) -> Any:
        """The result of a question."""
        return result_of(self._ask("GET", path, None, deadline), f"{path} on port {self.port}")

    def post(self, path: str, body: Mapping[str, Any], deadline: Deadline) -> Any:
        """The result of an order."""
        return result_of(self._ask("POST", path, body, deadline), f"{path} on port {self.port}")

    def ready(self, deadline: Deadline) -> bool:
        """Whether it says that it is: the one answer that is a word and no envelope. Raises where nobody answers."""
        return bool(self._ask("GET", "/status", None, deadline) == "OK")

    def abort(self) -> None:
        """Make a call that hangs in another thread raise, and every later one."""
        with self._lock:
            self._aborted = True
            if self._line is not None:
                with contextlib.suppress(OSError):
                    self._line.shutdown(socket.SHUT_RDWR)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None, deadline: Deadline) -> Any:
        what = f"{path} on port {self.port}"
        try:
            with self._connected(deadline) as connection:
                return _talk(connection, method, path, body, what)
        except A2FError:
            raise
        except TimeoutError as error:
            raise EngineTimeout(f"Audio2Face did not answer {what} in time: it hangs, or needs more") from error
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise EngineDied(f"Audio2Face is gone from {what}: {reason}") from error

    @contextmanager
    def _connected(self, deadline: Deadline) -> Iterator[http.client.HTTPConnection]:
        """A connection that `abort` can end from its beginning on."""
        with _Line(deadline) as line:
            try:
                self._hold(line)
                line.connect((HOST, self.port))
                connection = http.client.HTTPConnection(HOST, self.port)
                connection.sock = line
                yield connection
            finally:
                self._hold(None)

    def _hold(self, line: socket.socket | None) -> None:
        with self._lock:
            self._line = line
            if self._aborted and line is not None:
                raise EngineDied(f"the call on port {self.port} was given up: try again")


def _talk(
    connection: http.client.HTTPConnection, method: str, path: str, body: Mapping[str, Any] | None, what: str
) -> Any:
    headers = {"Accept": "application/json", "Content-Type": "application/json", "Connection": "close"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    with connection.getresponse() as response:
        text = response.read(LONGEST_ANSWER)
        if response.length:  # of what was announced is still to come
            raise http.client.IncompleteRead(text, response.length)
        return answer_of(response.status, text, what)


def answer_of(status: int, text: bytes, what: str) -> Any:
    """The JSON of an answer. Raises `EngineFailed` where it is an error or no JSON."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        if status < 400:
            raise EngineFailed(f"Audio2Face answered {what} by no JSON: {_shown(text)}") from error
        answer = None
    if status >= 400:
        kind = UnknownCall if status == HTTPStatus.NOT_FOUND else EngineFailed
        raise kind(f"Audio2Face answered {what} by HTTP {status}: {_reason(answer, text)}")
    return answer


def result_of(answer: Any, what: str) -> Any:
    """What the envelope holds, None where it holds no result. Raises `EngineFailed` for an error or no envelope."""
    if not isinstance(answer, dict) or answer.get("status") not in ("OK", "ERROR"):
        raise EngineFailed(f"Audio2Face answered {what} by something else than its envelope: {_shown(str(answer))}")
    if answer["status"] == "ERROR":
        raise EngineFailed(f"Audio2Face refused {what}: {_shown(str(answer.get('message') or answer.get('result')))}")
    return answer.get("result")


def _reason(answer: Any, text: bytes) -> str:
    """What the body of an error says: the fields that were not understood, a message, or itself."""
    if isinstance(answer, dict):
        detail = answer.get("detail", answer.get("message"))
        if isinstance(detail, list):
            return _shown("; ".join(map(_field, detail)))
        if detail is not None:
            return _shown(str(detail))
    return _shown(text) or "no reason given"


def _field(detail: Any) -> str:
    if not isinstance(detail, dict):
        return str(detail)
    place = detail.get("loc")
    return f"{'.'.join(map(str, place)) if isinstance(place, list) else place}: {detail.get('msg')}"


def _shown(text: bytes | str) -> str:
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(plain.split())[:SHOWN]
