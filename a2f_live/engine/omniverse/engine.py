"""The engine: keeps one instance of Audio2Face at hand, has it answer windows, and gets another where it fails."""

import logging
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import ClassVar, Final

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array, EngineInfo, Result, Window
from a2f_live.engine.omniverse import install
from a2f_live.engine.omniverse.deadline import Deadline
from a2f_live.engine.omniverse.instance import Instance, script_of
from a2f_live.engine.omniverse.options import OmniverseOptions
from a2f_live.engine.omniverse.pace import Pace
from a2f_live.engine.omniverse.ports import Claim, Ports, Presence, default_folder, look
from a2f_live.engine.omniverse.span import Span
from a2f_live.errors import EngineDied, EngineError, EngineFailed, EngineTimeout, EngineUnavailable

logger = logging.getLogger(__name__)

FAILURES: Final = 2
"""So many calls in a row that fail are the fault of the instance: it is given up for another one."""
LOOKED_AT: Final = 8
"""Ports that a survey looks at."""


class OmniverseEngine:
    """One headless instance as an engine. Raises `EngineUnavailable` where none can be had.

    An instance that is gone, hangs or fails twice is let go at once, killed if it was started here, and the call fails
    with `EngineDied`; the next call gets another one, which takes as long as Audio2Face takes to start.
    """

    Options: ClassVar[type[OmniverseOptions]] = OmniverseOptions

    def __init__(self, options: OmniverseOptions | None = None, clock: Callable[[], float] = monotonic) -> None:
        self._options = options or OmniverseOptions()
        self._info = self._options.info
        self._clock = clock
        self._script = script_of(self._options)
        named = self._options.folder
        folder = install.expanded(named, "folder").resolve() if named else default_folder()
        ports = range(self._options.first_port, min(self._options.first_port + self._options.ports, 65_536))
        self._stopped = threading.Event()
        self._closed = False
        self._ports = Ports(ports, folder, self._wait)
        self._pace = Pace(self._options.min_fps, self._options.fps, self._options.instances)
        self._guard = threading.Lock()
        self._instance: Instance | None = None
        self._failures = 0
        self._distrusted: set[int] = set()
        self._get_instance()

    @staticmethod
    def survey() -> str:
        """What there is of Audio2Face here. Raises `EngineUnavailable` where that is nothing."""
        script = install.headless_script("")
        first_port = OmniverseOptions().first_port
        running = [port for port in range(first_port, first_port + LOOKED_AT) if look(port) is Presence.RUNNING]
        found = [f"runs on port {port}" for port in running]
        if script is not None:
            found.append(f"starts {script} with {install.scene('', script) or 'the scene that it brings'}")
        if not found:
            raise EngineUnavailable(
                f"no Audio2Face here: {install.ADVICE}; a running one is looked for on port {first_port}"
            )
        return "; ".join(found)

    @property
    def info(self) -> EngineInfo:
        """What it needs and gives."""
        return self._info

    @property
    def port(self) -> int | None:
        """Of the instance at hand, if there is one."""
        return self._instance.port if self._instance else None

    def infer(self, batch: Sequence[Window]) -> list[Result]:
        """Answer each window by a track of its own. Raises `EngineError`."""
        self._stopped.clear()
        return [Result(self._answer(window)) for window in batch]

    def abort(self) -> None:
        """Make a call in another thread raise; its instance, if it was started here, is killed."""
        self._stopped.set()
        with self._guard:
            if self._instance is not None:
                self._instance.abort()
        self._ports.abort()

    def close(self) -> None:
        """End the instance if it was started here, and give its port back. Safe to call twice."""
        self._closed = True
        self._stopped.set()
        with self._guard:
            if self._instance is not None:
                self._instance.hang_up()
        self._ports.abort()
        self._let_go()

    def _answer(self, window: Window) -> Array:
        span = self._span_of(window)
        instance = self._get_instance()
        started_s = self._clock()
        deadline = Deadline("the answer to a window", self._options.timeout_s, self._clock, "raise timeout_s")
        try:
            if self._failures:
                instance.look_again(deadline)
            rows = instance.render(window.samples, span, window.emotions or {}, deadline)
        except EngineError as error:
            raise self._after_failure(instance, error) from error
        except Exception as error:  # what nobody thought of counts against the instance all the same
            told = EngineFailed(f"the instance on port {instance.port} answered what is not understood: {error!r}")
            raise self._after_failure(instance, told) from error
        self._failures = 0
        self._distrusted.discard(instance.port)
        self._pace.sample(window.hops * self._info.hop_samples / ENGINE_RATE_HZ, self._clock() - started_s)
        return rows

    def _span_of(self, window: Window) -> Span:
        info, options = self._info, self._options
        asked = info.context_samples + (window.hops - 1) * info.hop_samples
        if window.samples.shape != (asked,):
            raise EngineFailed(f"a window has {window.samples.shape} samples instead of {asked}: cut it as info says")
        fps = self._pace.fps
        return Span(
            start_s=options.context_ms / 1000,
            count=window.hops * info.rows_per_hop,
            row_rate=options.fps,
            fps=fps,
            overlap_frames=-(-options.overlap_ms * fps // 1000),
            track_s=asked / ENGINE_RATE_HZ,
        )

    def _after_failure(self, instance: Instance, error: EngineError) -> EngineError:
        """Let go of an instance that is not worth another call; the error that dispatch is to hear of."""
        self._failures += 1
        if self._failures < FAILURES and not isinstance(error, EngineDied | EngineTimeout):
            return error
        self._distrusted.add(instance.port)
        instance.abort()  # one that is sick need not end in order
        self._let_go()
        return EngineDied(f"{error.message}; the instance on port {instance.port} is given up for another one")

    def _get_instance(self) -> Instance:
        """The instance at hand, or another one."""
        return self._instance or self._open_another()

    def _open_another(self) -> Instance:
        limit_s, advice = self._options.start_timeout_s, "raise start_timeout_s, of `serve` --engine-start-s"
        deadline = Deadline("the start of Audio2Face", limit_s, self._clock, advice)
        instance = Instance(self._claim(deadline), self._options, self._wait)
        with self._guard:
            self._instance = instance
        try:
            self._wait(0)  # closed meanwhile
            instance.open(self._script, deadline)
            self._wait(0)
        except BaseException as error:
            if isinstance(error, EngineError):
                self._distrusted.add(instance.port)
            self._let_go()
            instance.close()  # again: `close` in another thread may have let go of it while it was being opened
            raise
        self._failures = 0
        return instance

    def _claim(self, deadline: Deadline) -> Claim:
        attach, can_start = self._options.attach, self._script is not None
        claim = self._ports.claim(attach=attach, start=can_start, deadline=deadline, avoid=self._distrusted)
        if claim is None:
            last = self._options.first_port + self._options.ports - 1
            where = f"from port {self._options.first_port} to {last}"
            if can_start:
                raise EngineUnavailable(f"no port is free {where}: end what holds them, or use other ports")
            raise EngineUnavailable(
                f"no instance of Audio2Face runs {where} that nobody holds: end what uses it, or {install.ADVICE}"
            )
        return claim

    def _let_go(self) -> None:
        with self._guard:
            instance, self._instance = self._instance, None
        if instance is not None:
            instance.close()

    def _wait(self, seconds: float) -> None:
        if self._closed or self._stopped.wait(seconds):
            raise EngineDied("the work for Audio2Face was given up: try again")
