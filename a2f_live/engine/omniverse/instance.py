"""One headless instance at hand: found or started, its scene loaded, ready to turn tracks into weights."""

import logging
import os
import shlex
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import numpy as np

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Array
from a2f_live.engine.omniverse import install
from a2f_live.engine.omniverse.deadline import Deadline, Wait
from a2f_live.engine.omniverse.exporter import Exporter
from a2f_live.engine.omniverse.options import OmniverseOptions
from a2f_live.engine.omniverse.ports import Claim
from a2f_live.engine.omniverse.poses import to_arkit
from a2f_live.engine.omniverse.process import Process
from a2f_live.engine.omniverse.rest import Rest
from a2f_live.engine.omniverse.scene import find_scene, has_faces, load
from a2f_live.engine.omniverse.span import Span
from a2f_live.engine.omniverse.track import Tracks
from a2f_live.errors import EngineDied, EngineError, EngineFailed, EngineTimeout, EngineUnavailable

logger = logging.getLogger(__name__)

ASK_S: Final = 2.0
"""How long one question for the status may take."""
ASK_EVERY_S: Final = (0.05, 0.5)
"""First and longest pause between two questions."""
TELL_EVERY_S: Final = 5.0
WARM_S: Final = 0.5
"""Silence that a new instance exports first: it loads its networks with its first export."""


class Instance:
    """Owns a claimed port and, where it was started here, the process on it. `open` makes it ready, `close` undoes all.

    Called from one thread; `hang_up` and `abort` from any.
    """

    def __init__(self, claim: Claim, options: OmniverseOptions, wait: Wait) -> None:
        self.port = claim.port
        self.started = False
        """Whether the process is ours."""
        self._options = options
        self._wait = wait
        self._claim = claim
        self._rest = Rest(claim.port)
        self._process: Process | None = None
        self._exporter: Exporter | None = None
        self._tracks = Tracks(claim.folder)
        self._undo = ExitStack()
        self._undo.callback(claim.release)

    def open(self, script: Path | None, deadline: Deadline) -> None:
        """Start it unless it runs, load its scene, export a moment of silence. Raises `EngineError`."""
        if not self._claim.running:
            self._start(script)
        self._await_ready(deadline)
        self._open_scene(script, deadline)
        self.render(*_silence(self._options), {}, deadline)

    def render(self, samples: Array, span: Span, emotions: Mapping[str, float], deadline: Deadline) -> Array:
        """(span.count, 52) float32 of a track, (n,) float32 at 16 kHz. Raises `EngineError`."""
        self._keep_house()
        try:
            export = self._known_exporter().export(samples, span, emotions, deadline)
        except EngineTimeout as error:
            words = self._last_words()
            raise EngineTimeout(f"{error.message} ({words})" if words else error.message) from error
        self._require_place()  # else a stranger may have answered
        rows = span.rows_from(to_arkit(export.names, export.weights), export.fps)
        return np.clip(rows, 0, 1)

    def look_again(self, deadline: Deadline) -> None:
        """Find out what the scene holds now: somebody may have loaded another one. Raises `EngineError`."""
        self._find_scene(deadline)
        if self._exporter is None:
            raise EngineFailed(f"the instance on port {self.port} has no scene any more: load one with a solver")

    def hang_up(self) -> None:
        """Make a call that hangs in another thread raise."""
        self._rest.abort()

    def abort(self) -> None:
        """Hang up, and kill the process if it is ours."""
        self._rest.abort()
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End the process if it is ours, remove its folder, give the port back. Safe to call twice."""
        self._undo.close()
        self._claim.release()  # also of a port that it went to while it was closed by another thread

    # Its start

    def _start(self, script: Path | None) -> None:
        if script is None:
            raise EngineUnavailable(f"nothing runs on port {self.port}: {install.ADVICE}")
        arguments = shlex.split(self._options.arguments)
        logger.info("Audio2Face on port %d: starting %s", self.port, script)
        self._process = Process(install.command(script, self.port, arguments), self._tracks.folder)
        self._undo.callback(self._process.end)
        self.started = True

    def _await_ready(self, deadline: Deadline) -> None:
        pause_s, tell_at_s = ASK_EVERY_S[0], TELL_EVERY_S
        while not self._is_ready(deadline):
            self._require_life()
            if deadline.passed_s >= tell_at_s:
                told = (self.port, deadline.passed_s, self._last_words() or "it says nothing")
                logger.info("Audio2Face on port %d: starting for %.0f s, %s", *told)
                tell_at_s += TELL_EVERY_S
            self._wait(deadline.left_s(pause_s))
            pause_s = min(2 * pause_s, ASK_EVERY_S[1])
        self._require_life()
        logger.info("Audio2Face on port %d: ready after %.1f s", self.port, deadline.passed_s)

    def _is_ready(self, deadline: Deadline) -> bool:
        self._follow_move()
        soon = Deadline("the status", deadline.left_s(ASK_S))
        try:
            return self._rest.ready(soon) and has_faces(self._rest, soon)
        except EngineError:
            self._wait(0)  # raises where all was given up, which is why nobody answers
            return False

    def _follow_move(self) -> None:
        """Somebody took the port first: Omniverse goes to another one and tells nobody but its log."""
        moved_to = self._moved_to
        if moved_to is not None:
            logger.warning("Audio2Face on port %d: the port was taken, it went to %d", self.port, moved_to)
            self._claim.extend(moved_to)
            self._rest = Rest(moved_to)

    @property
    def _moved_to(self) -> int | None:
        """Where it went since we last spoke to it."""
        moved_to = self._process.moved_to if self._process else None
        return None if moved_to == self._rest.port else moved_to

    def _require_life(self) -> None:
        process = self._process
        if process is not None and process.poll() is not None:
            words = process.last_words() or "it said nothing"
            raise EngineUnavailable(f"Audio2Face ended while it started (status {process.poll()}): {words}")

    def _require_place(self) -> None:
        moved_to = self._moved_to
        if moved_to is not None:
            raise EngineDied(
                f"somebody took port {self._rest.port} from Audio2Face, which went to {moved_to}: try another one"
            )

    def _open_scene(self, script: Path | None, deadline: Deadline) -> None:
        usd_model = install.scene(self._options.usd_model, script) if self.started else ""
        if usd_model:
            load(self._rest, usd_model, deadline)
        self._find_scene(deadline)
        if self._exporter is None and not usd_model:
            usd_model = install.scene(self._options.usd_model, script)
            self._load_other(usd_model, deadline)
        while self._exporter is None:  # it answers before all of the scene is there
            self._wait(deadline.left_s(ASK_EVERY_S[1]))
            self._require_life()
            self._require_place()
            self._find_scene(deadline)

    def _load_other(self, usd_model: str, deadline: Deadline) -> None:
        if not usd_model:
            raise EngineUnavailable(
                f"the instance on port {self.port} has no scene with a player and a solver, and none is known: let "
                f"{install.SCENE_VARIABLE} name one"
            )
        load(self._rest, usd_model, deadline)
        self._find_scene(deadline)

    def _keep_house(self) -> None:
        """What a server that runs for months has to do now and then. Raises `EngineDied` where it is elsewhere."""
        self._claim.touch()
        self._require_place()
        if self._process is not None:
            self._process.trim_log()

    def _known_exporter(self) -> Exporter:
        if self._exporter is None:
            raise EngineFailed(f"the instance on port {self.port} has no scene: load one with a solver")
        return self._exporter

    def _find_scene(self, deadline: Deadline) -> None:
        scene = find_scene(self._rest, deadline)
        told = (self._tracks, self._wait, self._options.generate_keys)
        self._exporter = Exporter(self._rest, scene, *told) if scene else None

    def _last_words(self) -> str:
        return self._process.last_words() if self._process else ""


def _silence(options: OmniverseOptions) -> tuple[Array, Span]:
    count = max(1, round(WARM_S * options.fps))
    samples = np.zeros(round(2 * WARM_S * ENGINE_RATE_HZ), np.float32)
    return samples, Span(0.0, count, options.fps, options.fps, 0, 2 * WARM_S)


def script_of(options: OmniverseOptions) -> Path | None:
    """What starts an instance here."""
    return install.headless_script(options.script, os.environ)
