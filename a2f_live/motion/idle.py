"""What keeps a face alive: blinks, glances, small motion of head and brows, as a function of seed and time.

All of it is played from one loop of nearly five minutes, which is worked out once a process; a seed says where on it a
face begins. In the loop, time is divided into slots, and hashed numbers (see `noise`) say what happens in each of them.
A face begins neutral. Head rotations are degrees: yaw to the face's own left, pitch up, and roll towards the face's own
right shoulder are positive.
"""

from collections.abc import Iterable
from functools import cache
from typing import Final

import numpy as np

from a2f_live import arkit
from a2f_live.frames import Array
from a2f_live.motion.ease import smooth
from a2f_live.motion.noise import Floats, key, uniform, wander
from a2f_live.motion.timeline import FrameTimes

SPEAKING: Final = 1.2
SILENT: Final = 0.8
"""Amounts of head and brow motion: people move more while they speak."""
GUIDED: Final = 0.8
"""The same while they speak and the voice moves head and brows as well."""
SETTLE_S: Final = 0.5
"""A neutral face comes alive over this time."""

LOOP_S: Final = 288
"""A whole number of each of the slots and periods below."""
LOOP_RATE_HZ: Final = 60
SEED: Final = 52

BLINK_SLOT_S: Final = 3.6
BLINK_FIRST_S: Final = 0.5
BLINK_SPREAD_S: Final = 2.2
"""One blink a slot, so 1.4 to 5.8 s apart, 3.6 s on average."""
BLINK_CLOSE_S: Final = 0.07
BLINK_SHUT_S: Final = 0.04
BLINK_OPEN_S: Final = 0.11
"""All three are stretched by 0.85 to 1.1: a blink lasts 190 to 240 ms."""
DOUBLE_AFTER_S: Final = 0.36
DOUBLE_SHARE: Final = 0.1
"""Some blinks are followed by a second one."""

GLANCE_SLOT_S: Final = 1.6
GLANCE_SPREAD_S: Final = 1.1
"""One saccade a slot, so the eyes rest for 0.5 to 2.7 s."""
SACCADE_S: Final = 0.05
LOOK_ASIDE: Final = 0.25
LOOK_UP: Final = 0.15
"""Largest weights of a look to a side, and of one up or down."""

SLOW_S: Final = 2.88
FAST_S: Final = 1.2
HEAD_SLOW_DEG: Final = np.array([[2.2], [1.5], [1.2]])
HEAD_FAST_DEG: Final = np.array([[1.0], [0.8], [0.6]])
"""Largest yaw, pitch and roll of the two speeds; the amount multiplies them."""
BROW_INNER: Final = 0.08
BROW_OUTER: Final = 0.06
"""Largest weights of raised brows; the amount multiplies them."""

BLINK_LANES: Final = np.arange(0, 5)
GLANCE_LANES: Final = np.arange(5, 8)
SLOW_LANES: Final = np.arange(8, 11)
FAST_LANES: Final = np.arange(11, 16)

BROWS: Final = tuple(i for i, name in enumerate(arkit.NAMES) if name.startswith("brow"))
ALIVE: Final = [*arkit.EYES, *BROWS]
"""The shapes that life moves; the columns of the loop are these and yaw, pitch and roll."""
MOVED_BY_ENGINE: Final = {"eyes": arkit.EYES, "brows": BROWS}
"""Channels of an engine to the shapes that are then its own."""

BLOCK: Final = 48
"""Frames worked out at once."""


class Life:
    """The life of one stretch of frames, worked out in blocks of frames that are kept until the next one."""

    def __init__(self, seed: int, amount: float, moved: Iterable[str] = (), *, blinks: bool = True) -> None:
        """`moved` names the channels of the engine (`eyes`, `brows`) that are left to it; `blinks` may be another's."""
        self._loop = life_loop(blinks)
        self._start = key(seed) % (LOOP_S * LOOP_RATE_HZ)
        self._amount = amount
        self._left_alone = [shape for channel in moved for shape in MOVED_BY_ENGINE.get(channel, ())]
        self._times: FrameTimes | None = None
        self._number = -1

    def weights(self, times: FrameTimes, first: int, count: int) -> Array:
        """What life adds to `count` frames from `first` on: (count, 52), read-only."""
        return self._read(0, times, first, count)

    def head(self, times: FrameTimes, first: int, count: int) -> Array:
        """How life turns the head in `count` frames from `first` on: (count, 3), read-only."""
        return self._read(1, times, first, count)

    def _read(self, which: int, times: FrameTimes, first: int, count: int) -> Array:
        begin = self._enter(times, first)
        if begin + count <= BLOCK:
            return self._block[which][begin : begin + count]
        parts = []
        while count:
            begin = self._enter(times, first)
            parts.append(self._block[which][begin : begin + count])
            first, count = first + len(parts[-1]), count - len(parts[-1])
        return np.concatenate(parts)

    def _enter(self, times: FrameTimes, first: int) -> int:
        """Work out the block that a frame is in, unless it is there already; where in it the frame is."""
        number, begin = divmod(first - times.index, BLOCK)
        if number != self._number or times is not self._times:
            self._times, self._number = times, number
            self._block = self._play(times.seconds(first - begin, BLOCK))
        return begin

    def _play(self, seconds: Floats) -> tuple[Array, Array]:
        """Weights (n, 52) and head (n, 3) at those times."""
        place = seconds * LOOP_RATE_HZ
        step = np.floor(place)
        row = (step.astype(np.int64) + self._start) % (LOOP_S * LOOP_RATE_HZ)
        share = (place - step).astype(np.float32)[:, None]
        motion = self._loop[row] * (np.float32(1.0) - share) + self._loop[row + 1] * share
        motion *= smooth(seconds / SETTLE_S).astype(np.float32)[:, None]
        motion[:, len(arkit.EYES) :] *= np.float32(self._amount)
        weights = np.zeros((len(seconds), arkit.COUNT), np.float32)
        weights[:, ALIVE] = motion[:, : len(ALIVE)]
        weights[:, self._left_alone] = 0.0
        return weights, motion[:, len(ALIVE) :].copy()


@cache
def life_loop(blinking: bool = True) -> Array:
    """The loop, (LOOP_S * LOOP_RATE_HZ + 1, 22) float32: weights of `ALIVE`, then yaw, pitch and roll in degrees.

    The last row is the first one again.
    """
    seconds = np.arange(LOOP_S * LOOP_RATE_HZ + 1) % (LOOP_S * LOOP_RATE_HZ) / LOOP_RATE_HZ
    slow = wander(SEED, seconds, SLOW_LANES, SLOW_S, round(LOOP_S / SLOW_S))
    fast = wander(SEED, seconds, FAST_LANES, FAST_S, round(LOOP_S / FAST_S))
    lids = blinks(seconds) if blinking else (np.zeros_like(seconds), np.zeros_like(seconds))
    shapes = eyes(lids, glances(seconds)) | brows(fast[3], fast[4])
    still = np.zeros_like(seconds)
    weights = [shapes.get(arkit.NAMES[shape], still) for shape in ALIVE]
    head = slow * HEAD_SLOW_DEG + fast[:3] * HEAD_FAST_DEG
    return np.stack([*weights, *head], axis=1, dtype=np.float32, casting="same_kind")


def blinks(seconds: Floats) -> tuple[Floats, Floats]:
    """How far the left and the right lid are shut, (n,) each: 0 but for a fifth of a second once a slot."""
    slot = np.floor(seconds / BLINK_SLOT_S)
    when, stretch, depth, lean, double = uniform(SEED, slot.astype(np.int64), BLINK_LANES)
    since = seconds - slot * BLINK_SLOT_S - (BLINK_FIRST_S + BLINK_SPREAD_S * when)
    second = (double < DOUBLE_SHARE) & (since > DOUBLE_AFTER_S)
    shut = lid((since - DOUBLE_AFTER_S * second) / (0.85 + 0.25 * stretch)) * (0.95 + 0.05 * depth)
    return shut * (1.0 - 0.04 * lean), shut * (0.96 + 0.04 * lean)


def lid(progress_s: Floats) -> Floats:
    """A blink: shuts fast, stays shut for a moment, opens more slowly."""
    shutting = smooth(progress_s / BLINK_CLOSE_S)
    opening = smooth((progress_s - BLINK_CLOSE_S - BLINK_SHUT_S) / BLINK_OPEN_S)
    return shutting - opening


def glances(seconds: Floats) -> tuple[Floats, Floats]:
    """How far the eyes look to the face's left, and up, (n,) each: quick jumps with rests between them."""
    slot = np.floor(seconds / GLANCE_SLOT_S).astype(np.int64)
    slots = np.stack((slot - 1, slot)) % round(LOOP_S / GLANCE_SLOT_S)
    aside, up, when = uniform(SEED, slots, GLANCE_LANES)
    jump = smooth((seconds - slot * GLANCE_SLOT_S - GLANCE_SPREAD_S * when[1]) / SACCADE_S)
    return _between(_near_middle(aside), jump) * LOOK_ASIDE, _between(_near_middle(up), jump) * LOOK_UP


def eyes(lids: tuple[Floats, Floats], look: tuple[Floats, Floats]) -> dict[str, Floats]:
    """The shapes of both eyes, from what `blinks` and `glances` give; the lids follow the look a little."""
    left_lid, right_lid = lids
    aside, upwards = look
    left, right = np.maximum(aside, 0.0), np.maximum(-aside, 0.0)
    up, down = np.maximum(upwards, 0.0), np.maximum(-upwards, 0.0)
    return {
        "eyeBlinkLeft": np.minimum(left_lid + 0.5 * down, 1.0),
        "eyeBlinkRight": np.minimum(right_lid + 0.5 * down, 1.0),
        **dict.fromkeys(("eyeLookOutLeft", "eyeLookInRight"), left),
        **dict.fromkeys(("eyeLookInLeft", "eyeLookOutRight"), right),
        **dict.fromkeys(("eyeLookUpLeft", "eyeLookUpRight"), up),
        **dict.fromkeys(("eyeLookDownLeft", "eyeLookDownRight"), down),
        **dict.fromkeys(("eyeWideLeft", "eyeWideRight"), 0.3 * up),
    }


def brows(inner: Floats, outer: Floats) -> dict[str, Floats]:
    """The shapes of raised brows, from two noises in -1..1."""
    raised = np.maximum(outer, 0.0) * BROW_OUTER
    return {"browInnerUp": np.maximum(inner, 0.0) * BROW_INNER, "browOuterUpLeft": raised, "browOuterUpRight": raised}


def _near_middle(drawn: Floats) -> Floats:
    """From 0..1 to -1..1; squared, so that most glances are near the middle."""
    lean = 2.0 * drawn - 1.0
    return lean * np.abs(lean)


def _between(targets: Floats, jump: Floats) -> Floats:
    """From the target of the slot before, targets[0], to that of this one."""
    where: Floats = targets[0] + (targets[1] - targets[0]) * jump
    return where
