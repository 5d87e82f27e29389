"""The relay: a steady rate whatever comes, and targets that are opened, shown to and closed."""

import asyncio
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from a2f_live.errors import FileError
from a2f_live.frames import Frames
from a2f_live.outputs.livelink import LiveLinkFace
from a2f_live.relay.building import build
from a2f_live.relay.clock import SystemClock
from a2f_live.relay.relay import MADE_UP, Relay
from a2f_live.relay.target import Target
from tests.outputs.reading import live_link, mocap, osc
from tests.relay.helpers import RATE, FakeClock, Kept, received, receiver, said, smooth_weights


class Stamped(Kept):
    """Keeps the time of each pose too."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock
        self.times_s: list[float] = []

    def show(self, pose: object, tick: int) -> None:
        super().show(pose, tick)  # type: ignore[arg-type]
        self.times_s.append(self.clock.now_s())


async def test_poses_leave_at_the_rate_for_a_minute_while_speech_comes_in_bursts() -> None:
    clock, weights = FakeClock(), smooth_weights(3600)
    target = Stamped(clock)
    async with clock.running(), Relay([target], RATE, clock=clock) as relay:
        for first in range(0, 3600, 90):  # 1.5 s at once, three times as fast as it is spoken, and pauses
            await clock.sleep_until(first // 270 * 4.5)
            relay.hear(said(weights, first, first + 90))
        await clock.sleep_until(60.0)
    seconds = np.array(target.times_s)
    assert len(seconds) == pytest.approx(3600, rel=0.02)
    assert np.abs(np.diff(seconds) - 1 / 60).max() < 1e-9
    moved = [pose for pose, before in zip(target.poses[1:], target.poses, strict=False) if pose is not before]
    assert np.array_equal(np.array([pose.weights for pose in moved[:3599]]), weights[1:])


async def test_missed_ticks_are_made_up_if_they_are_few() -> None:
    clock = FakeClock()
    target = Stamped(clock)
    async with clock.running(), Relay([target], RATE, clock=clock):
        await clock.sleep_until(0.5)
        clock._now_s += 2.5 / 60  # the machine was busy
        await clock.sleep_until(1.0)
        few = len(target.ticks)
        clock._now_s += 1.0
        await clock.sleep_until(3.0)
    assert few == pytest.approx(60, abs=1)
    assert [after - before for before, after in pairwise(target.ticks) if after - before > 1] == [
        pytest.approx(60 - MADE_UP, abs=2)
    ]
    assert len(target.ticks) == pytest.approx(120 + MADE_UP, abs=2)


async def test_it_tells_when_the_face_is_at_rest() -> None:
    clock = FakeClock()
    async with clock.running(), Relay([Kept()], RATE, clock=clock) as relay:
        await relay.rested()
        relay.hear(said(smooth_weights(60), 0, 60))
        await relay.rested()
        assert clock.now_s() == pytest.approx(1.5, abs=0.1)  # a second, 250 ms held, 250 ms eased


async def test_an_interruption_is_shown_at_once() -> None:
    clock, target = FakeClock(), Kept()
    async with clock.running(), Relay([target], RATE, clock=clock) as relay:
        relay.hear(said(smooth_weights(600), 0, 600))
        await clock.sleep_until(4.0)
        relay.interrupt()
        await relay.rested()
        assert clock.now_s() <= 4.27


async def broken(relay: Relay) -> None:
    async with relay:
        raise ZeroDivisionError


async def test_every_target_is_closed_whatever_happens() -> None:
    class Refuses(Kept):
        async def open(self) -> None:
            raise FileError("no")

    kept = Kept()
    with pytest.raises(FileError):
        async with Relay([kept, Refuses()], RATE):
            pass
    assert not kept.open_now
    with pytest.raises(ZeroDivisionError):
        await broken(Relay([kept], RATE))
    assert kept.opened == 2
    assert not kept.open_now
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def test_a_target_that_fails_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    class Full(Kept):
        def write(self, frames: Frames) -> None:
            raise FileError("the disk is full")

    kept, weights = Kept(), smooth_weights(60)
    async with Relay([Full(), kept], RATE) as relay:
        relay.hear(said(weights, 0, 30))
        relay.hear(said(weights, 30, 60))
    assert len(kept.frames) == 2
    assert relay.error is not None
    assert caplog.text.count("the disk is full") == 1


async def test_a_mistake_in_a_target_is_not_swallowed() -> None:
    class Wrong(Target):
        def show(self, pose: object, tick: int) -> None:
            raise ZeroDivisionError

    async def shown() -> None:
        async with Relay([Wrong()], RATE) as relay:
            await relay.rested()

    with pytest.raises(ZeroDivisionError):
        await shown()


async def test_a_capture_of_each_udp_output_gives_back_the_weights() -> None:
    """One stream to three programs at once; what each of them gets is what was said."""
    weights, clock = smooth_weights(120), FakeClock()
    with receiver() as (unreal, at_unreal), receiver() as (vrm, at_vrm), receiver() as (mobile, at_mobile):
        targets = [
            build(f"livelink://127.0.0.1:{at_unreal}?subject=Ana", RATE),
            build(f"vmc://127.0.0.1:{at_vrm}", RATE),
            build(f"ifacialmocap://127.0.0.1:{at_mobile}?version=2", RATE),
        ]
        async with clock.running(), Relay(targets, RATE, clock=clock) as relay:
            for first in range(0, 120, 30):
                relay.hear(said(weights, first, first + 30))
            await clock.sleep_until(2.0)
            packets, bundles, texts = received(unreal), received(vrm), received(mobile)
    faces = [live_link(packet) for packet in packets]
    assert {(face.version, face.subject, face.rate, len(face.values)) for face in faces} == {(6, "Ana", (60, 1), 61)}
    assert np.array_equal(np.array([face.values[:52] for face in faces[:120]], np.float32), weights)
    assert {after.frame - before.frame for before, after in pairwise(faces)} == {1}

    blends = [values[1] for bundle in bundles for address, values in osc(bundle) if address == "/VMC/Ext/Blend/Val"]
    assert np.array_equal(np.array(blends[: 120 * 52], np.float32).reshape(120, 52), weights)

    shapes = [list(mocap(text, "&").shapes.values())[1:] for text in texts]
    assert np.abs(np.array(shapes[:120]) / 100 - weights).max() <= 0.0050001


async def test_real_time_is_kept_too() -> None:
    target = Kept()
    async with Relay([target], RATE):
        await SystemClock().sleep_until(SystemClock().now_s() + 0.5)
    assert 5 < len(target.poses) <= 32  # how close it comes says the benchmark, on a machine at rest


def test_packets_of_the_app_have_a_device_of_its_length() -> None:
    from a2f_live.relay.building import device_of

    packet = LiveLinkFace("Ana", device_of("Ana"), Fraction(60))
    assert len(device_of("Ana")) == 36
    assert device_of("Ana") == device_of("Ana") != device_of("Ben")
    assert packet
