import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from a2f_live.engine.base import Window
from a2f_live.engine.fake import FakeEngine, FakeOptions
from a2f_live.engine.isolated import IsolatedEngine
from a2f_live.engine.registry import EngineSpec, Value
from a2f_live.errors import ConfigError, EngineFailed, EngineTimeout, EngineUnavailable

LONG_MS = 600_000


@contextmanager
def isolated(**options: Value) -> Iterator[IsolatedEngine]:
    engine = IsolatedEngine(EngineSpec("fake", options))
    try:
        yield engine
    finally:
        engine.close()


def window(samples: int = 320) -> Window:
    return Window(0, 0, 1, np.zeros(samples, np.float32), 0)


def child_of(engine: IsolatedEngine) -> int:
    assert engine.pid is not None
    return engine.pid


def test_the_info_comes_from_the_child() -> None:
    with isolated(hop_ms=10) as engine:
        assert engine.info.hop_samples == 160
        assert engine.info.isolated


def test_all_that_the_engine_tells_comes_across() -> None:
    options = FakeOptions(prosody=True, visemes=True)
    heard = Window(0, 0, 1, np.full(320, 0.1, np.float32), 0)
    (expected,) = FakeEngine(options).infer([heard])
    with isolated(prosody=True, visemes=True) as engine:
        (result,) = engine.infer([heard])
        assert engine.info.channels == ("prosody", "visemes")
    for name in ("rows", "prosody", "visemes"):
        assert getattr(result, name).tobytes() == getattr(expected, name).tobytes()


def test_a_killed_child_costs_one_call() -> None:
    with isolated() as engine:
        first = child_of(engine)
        os.kill(first, signal.SIGKILL)
        with pytest.raises(EngineFailed, match=r"ended during a call \(status -9\): try again"):
            engine.infer([window()])
        assert len(engine.infer([window()])) == 1
        assert child_of(engine) != first


def test_a_child_killed_in_a_call_ends_that_call() -> None:
    with isolated(delay_ms=LONG_MS) as engine, ThreadPoolExecutor(1) as pool:
        call = pool.submit(engine.infer, [window()])
        os.kill(child_of(engine), signal.SIGKILL)
        with pytest.raises(EngineFailed):
            call.result(30)


def test_a_child_that_dies_of_itself_costs_one_call() -> None:
    with isolated(die_after=1) as engine:
        for _ in range(2):
            assert len(engine.infer([window()])) == 1
            with pytest.raises(EngineFailed, match="status 70"):
                engine.infer([window()])


def test_an_abort_ends_a_hang_at_once() -> None:
    with isolated(hang_after=1) as engine, ThreadPoolExecutor(1) as pool:
        engine.infer([window()])
        call = pool.submit(engine.infer, [window()])
        engine.abort()
        with pytest.raises(EngineFailed):
            call.result(30)
        assert len(engine.infer([window()])) == 1


def test_closing_ends_a_call_that_hangs_and_leaves_no_process() -> None:
    with isolated(delay_ms=LONG_MS) as engine, ThreadPoolExecutor(1) as pool:
        pid = child_of(engine)
        call = pool.submit(engine.infer, [window()])
        engine.close()
        with pytest.raises(EngineFailed):
            call.result(30)
        assert engine.pid is None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        with pytest.raises(EngineFailed, match="has been closed: create another one"):
            engine.infer([window()])


@pytest.mark.parametrize(
    ("options", "samples", "said"),
    [
        ({"fail_every": 1}, 320, "the fake engine failed, as told by fail_every"),
        ({}, 7, "instead of 320: cut it as info says"),
    ],
)
def test_errors_cross_the_border_as_they_are(options: Mapping[str, Value], samples: int, said: str) -> None:
    with isolated(**options) as engine:
        pid = engine.pid
        with pytest.raises(EngineFailed, match=said):
            engine.infer([window(samples)])
        assert engine.pid == pid


def test_foreign_errors_become_ours() -> None:
    with isolated() as engine, pytest.raises(EngineFailed, match="engine 'fake' failed: AttributeError"):
        engine.infer(["not a window"])  # type: ignore[list-item]


def test_nonsense_passes_through() -> None:
    with isolated(nonsense_every=1) as engine:
        assert np.isnan(engine.infer([window()])[0].rows).all()


@pytest.mark.parametrize(
    ("spec", "error", "said"),
    [
        (EngineSpec("fake", {"hop_ms": 0}), ConfigError, "hop_ms is 0 but must be 1 or more"),
        (EngineSpec("magic"), EngineUnavailable, "engine 'magic' is not known"),
    ],
)
def test_an_engine_that_cannot_start_says_why(spec: EngineSpec, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        IsolatedEngine(spec)


def test_a_start_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(EngineTimeout, match="did not start within"):
        IsolatedEngine(EngineSpec("fake"), start_timeout_s=1e-3)


def test_a_child_that_ends_while_it_starts_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(EngineUnavailable, match="ended while it started"):
        IsolatedEngine(EngineSpec("fake"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_meant_for_the_parent_leave_the_child_alone(number: signal.Signals) -> None:
    with isolated() as engine:
        pid = child_of(engine)
        os.kill(pid, number)
        assert len(engine.infer([window()])) == 1
        assert engine.pid == pid


PARENT = """
import os, signal, sys
import numpy as np
from a2f_live.engine.base import Window
from a2f_live.engine.fake import FakeEngine, FakeOptions
from a2f_live.engine.isolated import IsolatedEngine
from a2f_live.engine.registry import EngineSpec

engine = IsolatedEngine(EngineSpec("fake", {"hang_after": 1}))
window = Window(0, 0, 1, np.zeros(320, np.float32), 0)
engine.infer([window])
print("ready", flush=True)
engine.infer([window])
"""


def test_a_child_does_not_outlive_a_killed_parent_even_when_it_hangs() -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        assert parent.stderr
        assert parent.stdout.readline() == "ready\n"
        parent.kill()
        # The child holds the same standard error, so it ends here only when both are gone.
        assert parent.stderr.read() == ""
