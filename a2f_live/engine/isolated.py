"""Any engine in a child process: when it crashes, hangs or is killed, one call fails and the next has a new child.

The two talk over the child's standard input and output: eight bytes of length and a pickle, one answer a question, the
first question being the spec. Run as a module this is the child; it ends when its input does, even if a call hangs.
"""

import contextlib
import io
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import IO, Any, ClassVar, Final, cast

from a2f_live.engine.base import Engine, EngineInfo, Result, Window
from a2f_live.engine.registry import CHILD_MARK, EngineSpec, create
from a2f_live.errors import A2FError, EngineDied, EngineFailed, EngineTimeout, EngineUnavailable

START_TIMEOUT_S: Final = 60.0
CLOSE_TIMEOUT_S: Final = 1.0
"""What an engine gets to close in, once the parent wants no more of it."""
LENGTH_BYTES: Final = 8


class IsolatedEngine:
    """Runs the engine of a spec in a child process. Raises what making that engine raises."""

    Options: ClassVar = EngineSpec

    def __init__(self, spec: EngineSpec, start_timeout_s: float = START_TIMEOUT_S) -> None:
        self._spec = replace(spec, isolated=False)
        self._start_timeout_s = start_timeout_s
        self._closed = False
        self._child: _Child | None = None
        self._info = replace(self._start(), isolated=True)

    @property
    def info(self) -> EngineInfo:
        """What the engine in the child needs and gives."""
        return self._info

    @property
    def pid(self) -> int | None:
        """Process id of the child, if there is one."""
        return self._child.process.pid if self._child else None

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        """Have the child answer. Raises `EngineFailed` when it dies, and what its engine raises."""
        if self._child is None and not self._closed:
            self._start()
        if self._closed:
            self._end_child()  # closed by another thread while this one started it
            raise EngineFailed(f"engine {self._spec.name!r} has been closed: create another one")
        answer = self._ask(list(batch))
        if isinstance(answer, A2FError):
            raise answer
        results: list[Result] = answer
        return results

    def abort(self) -> None:
        """Kill the child, so that a call that hangs raises at once; the next call starts another."""
        if child := self._child:
            child.process.kill()

    def close(self) -> None:
        """End the child. Safe to call twice, and while a call hangs in another thread."""
        self._closed = True
        self._end_child()

    def _start(self) -> EngineInfo:
        child = self._child = _Child()
        timer = threading.Timer(self._start_timeout_s, child.process.kill)
        timer.start()
        try:
            answer = self._ask(self._spec)
        except EngineFailed as error:
            if timer.finished.is_set():
                raise EngineTimeout(
                    f"engine {self._spec.name!r} did not start within {self._start_timeout_s:g} s: allow it more time"
                ) from error
            raise EngineUnavailable(
                f"the process of engine {self._spec.name!r} ended while it started: its own output says why"
            ) from error
        finally:
            timer.cancel()
        if isinstance(answer, A2FError):
            self._end_child()
            raise answer
        info: EngineInfo = answer
        return info

    def _ask(self, question: object) -> Any:
        if child := self._child:
            with contextlib.suppress(OSError, EOFError, ValueError):
                return child.ask(question)
        status = self._end_child()
        raise EngineDied(f"the process of engine {self._spec.name!r} ended during a call (status {status}): try again")

    def _end_child(self) -> int | None:
        child, self._child = self._child, None
        return child.end() if child else None


class _Child:
    """The process, seen from the parent."""

    def __init__(self) -> None:
        # A session of its own, so that Ctrl-C in the terminal reaches the parent alone.
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "a2f_live.engine.isolated"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, CHILD_MARK: "1", "PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path)},
            start_new_session=True,
        )
        self._questions = cast(IO[bytes], self.process.stdin)
        self._answers = cast(IO[bytes], self.process.stdout)
        self._talking = threading.Lock()

    def ask(self, question: object) -> Any:
        """Its answer. Raises `OSError` or `EOFError` when it is gone, `ValueError` when the pipe was closed here."""
        with self._talking:
            _write(self._questions, question)
            return _read(self._answers)

    def end(self) -> int:
        """Let it close, or kill it where it is busy; its exit status."""
        if self._talking.acquire(blocking=False):
            self._hang_up(self._questions)
            self._talking.release()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(2 * CLOSE_TIMEOUT_S)
        self.process.kill()
        status = self.process.wait()
        with self._talking:
            self._hang_up(self._questions)
            self._hang_up(self._answers)
        return status

    @staticmethod
    def _hang_up(stream: IO[bytes]) -> None:
        # Closing flushes first, which fails where the other end is gone already.
        with contextlib.suppress(OSError):
            stream.close()


def main() -> None:
    """Be the child: make the engine of the first message, answer each batch that follows."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the parent says when to end, by closing the pipe
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not mix with the answers
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    questions = io.FileIO(0, closefd=False)  # no buffer, hence no lock that the exit would wait for
    threading.Thread(target=_listen, args=(questions, inbox), daemon=True).start()
    with contextlib.suppress(BrokenPipeError):
        _serve(inbox, answers)


def _listen(questions: IO[bytes], inbox: "queue.SimpleQueue[Any]") -> None:
    try:
        while True:
            inbox.put(_read(questions))
    except EOFError:
        inbox.put(None)
        time.sleep(CLOSE_TIMEOUT_S)
        os._exit(0)  # the engine hangs, or takes too long to close


def _serve(inbox: "queue.SimpleQueue[Any]", answers: IO[bytes]) -> None:
    spec = inbox.get()
    if spec is None:
        return
    try:
        engine = create(spec)
    except Exception as error:
        _write(answers, _named(error, EngineUnavailable, f"engine {spec.name!r} could not start"))
        return
    _write(answers, engine.info)
    try:
        while (batch := inbox.get()) is not None:
            _write(answers, _answer(engine, spec.name, batch))
    finally:
        engine.close()


def _answer(engine: Engine, name: str, batch: list[Window]) -> list[Result] | A2FError:
    try:
        return engine.infer(batch)
    except Exception as error:
        return _named(error, EngineFailed, f"engine {name!r} failed")


def _named(error: Exception, kind: type[A2FError], what: str) -> A2FError:
    """The error as one of ours: it crosses the pipe, and the parent may not know its class."""
    return error if isinstance(error, A2FError) else kind(f"{what}: {type(error).__name__}: {error}")


def _write(stream: IO[bytes], message: object) -> None:
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(len(body).to_bytes(LENGTH_BYTES, "little"))
    stream.write(body)
    stream.flush()


def _read(stream: IO[bytes]) -> Any:
    length = int.from_bytes(_read_exactly(stream, LENGTH_BYTES), "little")
    return pickle.loads(_read_exactly(stream, length))  # noqa: S301 - both ends are this module


def _read_exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    while len(data) < count:
        more = stream.read(count - len(data))
        if not more:
            raise EOFError("the pipe is closed")
        data += more
    return data


if __name__ == "__main__":
    main()
