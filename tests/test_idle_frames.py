"""Frames between utterances: by the clock, paused while speech is shown."""

import asyncio
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from a2f_live.config import StreamConfig
from a2f_live.engine.embedded import EmbeddedEngine
from a2f_live.frames import Event, Frames
from a2f_live.idle_frames import STALL_S, IdleFrames
from a2f_live.motion.profile import Profile
from a2f_live.session import Session


class Loop:
    """Timers that fire when the test moves the clock."""

    def __init__(self) -> None:
        self.now_s = 50.0
        self.timers: list[tuple[float, Callable[[], None], Any]] = []

    def call_soon(self, callback: Callable[[], None]) -> Any:
        return self.call_later(0.0, callback)

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Any:
        handle = Handle()
        self.timers.append((self.now_s + delay_s, callback, handle))
        return handle

    def run(self, seconds: float) -> None:
        end_s = self.now_s + seconds
        while due := [timer for timer in self.timers if timer[0] <= end_s]:
            timer = min(due, key=lambda timer: timer[0])
            self.timers.remove(timer)
            self.now_s = max(self.now_s, timer[0])
            if not timer[2].cancelled:
                timer[1]()
        self.now_s = end_s


class Handle:
    """Of a timer."""

    cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Face:
    """Idle frames on a session, by a loop of the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, idle: str = "always") -> None:
        self.loop = Loop()
        monkeypatch.setattr(asyncio, "get_running_loop", lambda: self.loop)
        self.session = Session(EmbeddedEngine().info, StreamConfig(idle=idle), Profile.neutral())
        self.events: list[Event] = []
        self.idle = IdleFrames(self.session, self._take, lambda: self.loop.now_s)
        self.idle.follow()

    def _take(self, events: Sequence[Event]) -> None:
        self.events.extend(events)

    def frames(self) -> list[Frames]:
        taken = [event for event in self.events if isinstance(event, Frames)]
        self.events.clear()
        return taken

    def count(self) -> int:
        return sum(frames.count for frames in self.frames())

    def speak(self, seconds: float) -> None:
        """Frames of an utterance that has just been said to begin."""
        self.idle.heard()
        self.session.push_audio(bytes(640))
        n_frames = int(seconds * 60)
        weights = np.zeros((n_frames, 52), np.float32)
        self.idle.said([Frames(0, 0, Fraction(0), Fraction(60), weights)])


def test_a_face_lives_at_the_frame_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    face = Face(monkeypatch)
    face.loop.run(2.0)
    frames = face.frames()
    assert all(f.idle for f in frames)
    assert [f.index for f in frames] == list(range(len(frames)))
    assert len(frames) == pytest.approx(120, abs=2)


@pytest.mark.parametrize("idle", ["off", "speech"])
def test_no_frame_comes_unasked(monkeypatch: pytest.MonkeyPatch, idle: str) -> None:
    face = Face(monkeypatch, idle)
    face.loop.run(2.0)
    assert face.count() == 0


def test_it_waits_until_speech_has_been_shown_even_if_it_came_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    face = Face(monkeypatch)
    face.loop.run(0.5)
    face.frames()
    face.speak(3.0)
    face.session.flush()
    face.session.clear()
    face.loop.run(2.9)
    assert face.count() <= 1
    face.loop.run(1.0)
    assert face.count() > 40


def test_an_open_utterance_without_audio_leaves_the_face_to_its_life(monkeypatch: pytest.MonkeyPatch) -> None:
    face = Face(monkeypatch)
    face.speak(0.5)
    face.loop.run(0.5 + STALL_S - 0.02)
    assert face.count() == 0
    face.loop.run(1.0)
    assert face.count() > 50


def test_after_the_end_of_an_utterance_the_face_goes_on_without_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    face = Face(monkeypatch)
    face.speak(0.5)
    face.loop.run(0.4)
    face.session.clear()
    face.idle.said([])
    face.loop.run(0.1 - 0.01)
    assert face.count() == 0
    face.loop.run(0.02)
    assert face.count() > 0


def test_a_loop_that_stood_still_sends_no_heap_of_old_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    face = Face(monkeypatch)
    face.loop.run(1.0)
    face.frames()
    face.loop.now_s += 60.0
    face.loop.run(0.1)
    assert face.count() < 10


def test_it_follows_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    face = Face(monkeypatch)
    face.loop.run(0.5)
    face.session.configure({"idle": "speech"})
    face.idle.follow()
    face.frames()
    face.loop.run(1.0)
    assert face.count() == 0
    face.session.configure({"idle": "always"})
    face.idle.follow()
    face.loop.run(1.0)
    assert face.count() > 50
    face.idle.stop()
    face.idle.stop()


async def test_on_a_real_loop_nothing_is_left_after_stop() -> None:
    session = Session(EmbeddedEngine().info, StreamConfig(idle="always", fps=Fraction(120)), Profile.neutral())
    came = asyncio.Event()
    idle = IdleFrames(session, lambda events: came.set(), asyncio.get_running_loop().time)
    idle.follow()
    await asyncio.wait_for(came.wait(), 10)
    idle.stop()
    came.clear()
    await asyncio.sleep(0)
    assert not came.is_set()
