"""What keeps a face alive: blinks, glances, small motion of head and brows, as a function of seed and time.

Nothing here remembers: time is divided into slots, and hashed numbers (see `noise`) say what happens in each of them.
At time 0 the face is neutral. Head rotations are degrees: yaw to the face's own left, pitch up, roll towards the face's
own right shoulder are positive.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np

from a2f_live import arkit
from a2f_live.frames import Array
from a2f_live.motion.ease import smooth
from a2f_live.motion.noise import Floats, uniform, wander
from a2f_live.motion.timeline import FrameTimes

SPEAKING: Final = 1.2
SILENT: Final = 0.8
"""Amounts of motion: people move more while they speak."""

BLINK_SLOT_S: Final = 3.6
BLINK_FIRST_S: Final = 0.5
BLINK_SPREAD_S: Final = 2.2
"""One blink a slot, so 1.4 to 5.8 s apart, 3.6 s on average."""
BLINK_CLOSE_S: Final = 0.07
BLINK_OPEN_S: Final = 0.11
"""Both lengths, and the time shut between them, are stretched by 0.85 to 1.1: 190 to 240 ms in all."""
BLINK_SHUT_S: Final = 0.04
DOUBLE_AFTER_S: Final = 0.36
DOUBLE_SHARE: Final = 0.1

GLANCE_SLOT_S: Final = 1.6
GLANCE_SPREAD_S: Final = 1.1
"""One saccade a slot, so the eyes rest for 0.5 to 2.7 s."""
SACCADE_S: Final = 0.05
GLANCE_REACH: Final = np.array([0.25, 0.15])
"""Largest weight of a look to the side, and of one up or down."""

SLOW_S: Final = 2.9
FAST_S: Final = 1.1
HEAD_SLOW_DEG: Final = np.array([2.2, 1.5, 1.2])
HEAD_FAST_DEG: Final = np.array([1.0, 0.8, 0.6])
"""Largest yaw, pitch and roll of the two speeds; the amount multiplies them."""
BROW_REACH: Final = np.array([0.08, 0.06])
SETTLE_S: Final = 1.0
"""Head and brows come in over this time."""

BLINK_LANES: Final = np.arange(0, 5)
GLANCE_LANES: Final = np.arange(5, 8)
SLOW_LANES: Final = np.arange(8, 11)
FAST_LANES: Final = np.arange(11, 16)

BLINKS: Final = [arkit.INDEX[name] for name in ("eyeBlinkLeft", "eyeBlinkRight")]
WIDES: Final = [arkit.INDEX[name] for name in ("eyeWideLeft", "eyeWideRight")]
LOOKS_LEFT: Final = [arkit.INDEX[name] for name in ("eyeLookOutLeft", "eyeLookInRight")]
LOOKS_RIGHT: Final = [arkit.INDEX[name] for name in ("eyeLookInLeft", "eyeLookOutRight")]
LOOKS_UP: Final = [arkit.INDEX[name] for name in ("eyeLookUpLeft", "eyeLookUpRight")]
LOOKS_DOWN: Final = [arkit.INDEX[name] for name in ("eyeLookDownLeft", "eyeLookDownRight")]
BROW_INNER: Final = arkit.INDEX["browInnerUp"]
BROWS_OUTER: Final = [arkit.INDEX[name] for name in ("browOuterUpLeft", "browOuterUpRight")]
BROWS: Final = tuple(i for i, name in enumerate(arkit.NAMES) if name.startswith("brow"))
MOVED_BY_ENGINE: Final = {"eyes": arkit.EYES, "brows": BROWS}
"""Channels of an engine to the shapes that are then its own."""

BLOCK: Final = 64
"""Frames worked out at once."""


def blinks(seed: int, seconds: Floats) -> Floats:
    """How far each lid is shut, (n, 2), left and right: 0 or, once a slot, up and down within a fifth of a second."""
    slot = np.floor(seconds / BLINK_SLOT_S)
    when, stretch, depth, lean, double = uniform(seed, slot.astype(np.int64), BLINK_LANES).T
    since = seconds - slot * BLINK_SLOT_S - (BLINK_FIRST_S + BLINK_SPREAD_S * when)
    length = 0.85 + 0.25 * stretch
    again = _lid((since - DOUBLE_AFTER_S) / length) * (double < DOUBLE_SHARE)
    shut = np.maximum(_lid(since / length), again) * (0.95 + 0.05 * depth)
    sides = 1.0 - 0.05 * np.maximum(0.0, np.stack((lean, -lean), axis=1) - [0.5, -0.5])
    pair: Floats = shut[:, None] * sides
    return pair


def glances(seed: int, seconds: Floats) -> Floats:
    """Where the eyes look, (n, 2): to the face's left, and up; quick jumps with rests between them."""
    slot = np.floor(seconds / GLANCE_SLOT_S).astype(np.int64)
    drawn = uniform(seed, np.stack((slot - 1, slot)), GLANCE_LANES)
    lean = 2.0 * drawn[..., :2] - 1.0
    # squares keep most glances near the middle; slot 0 is the middle itself
    target = lean * np.abs(lean) * GLANCE_REACH * (np.stack((slot - 1, slot)) > 0)[..., None]
    since = seconds - slot * GLANCE_SLOT_S - GLANCE_SPREAD_S * drawn[1, :, 2]
    where: Floats = target[0] + (target[1] - target[0]) * smooth(since / SACCADE_S)[:, None]
    return where


def life(seed: int, seconds: Floats, amount: float) -> tuple[Array, Array]:
    """What life adds at each time: weights (n, 52) float32, 0..1, eyes and brows only; head (n, 3) in degrees."""
    weights = np.zeros((len(seconds), arkit.COUNT), np.float32)
    weights[:, BLINKS] = blinks(seed, seconds)
    _look(weights, glances(seed, seconds))
    coming = smooth(seconds / SETTLE_S)[:, None] * amount
    fast = wander(seed, seconds, FAST_LANES, FAST_S) * coming
    head = wander(seed, seconds, SLOW_LANES, SLOW_S) * coming * HEAD_SLOW_DEG + fast[:, :3] * HEAD_FAST_DEG
    brows = np.maximum(fast[:, 3:], 0.0) * BROW_REACH
    weights[:, BROW_INNER] = brows[:, 0]
    weights[:, BROWS_OUTER] = brows[:, 1:]
    return weights, head.astype(np.float32)


class Life:
    """The life of one stretch of frames, worked out in blocks of frames that are kept until the next one."""

    def __init__(self, seed: int, amount: float, moved: Iterable[str] = ()) -> None:
        """`moved` names the channels of the engine (`eyes`, `brows`) that are left to it."""
        self._seed = seed
        self._amount = amount
        self._left_alone = [shape for channel in moved for shape in MOVED_BY_ENGINE.get(channel, ())]
        self._times: FrameTimes | None = None
        self._number = -1

    def at(self, times: FrameTimes, first: int, count: int) -> tuple[Array, Array]:
        """Weights (count, 52) to be added, and head (count, 3), of frames from `first` on, which go forward."""
        blocks = [self._part(times, first, count)]
        given = len(blocks[0][0])
        while given < count:
            blocks.append(self._part(times, first + given, count - given))
            given += len(blocks[-1][0])
        if len(blocks) == 1:
            return blocks[0]
        weights, head = zip(*blocks, strict=True)
        return np.concatenate(weights), np.concatenate(head)

    def _part(self, times: FrameTimes, first: int, most: int) -> tuple[Array, Array]:
        """Up to `most` frames from `first` on, as many as the block that `first` is in still has."""
        number, begin = divmod(first - times.index, BLOCK)
        if number != self._number or times is not self._times:
            self._load(times, number)
        return self._weights[begin : begin + most], self._head[begin : begin + most]

    def _load(self, times: FrameTimes, number: int) -> None:
        self._times, self._number = times, number
        seconds = times.seconds(times.index + number * BLOCK, BLOCK)
        self._weights, self._head = life(self._seed, seconds, self._amount)
        self._weights[:, self._left_alone] = 0.0


def _lid(progress: Floats) -> Floats:
    """A blink: shuts fast, stays shut for a moment, opens more slowly."""
    shutting = smooth(progress / BLINK_CLOSE_S)
    opening = smooth((progress - BLINK_CLOSE_S - BLINK_SHUT_S) / BLINK_OPEN_S)
    return shutting - opening


def _look(weights: Array, where: Floats) -> None:
    """Turn the eyes; the lids follow a little."""
    aside, up = where[:, :1], where[:, 1:]
    weights[:, LOOKS_LEFT] = np.maximum(aside, 0.0)
    weights[:, LOOKS_RIGHT] = np.maximum(-aside, 0.0)
    weights[:, LOOKS_UP] = np.maximum(up, 0.0)
    weights[:, LOOKS_DOWN] = np.maximum(-up, 0.0)
    weights[:, WIDES] = 0.3 * np.maximum(up, 0.0)
    weights[:, BLINKS] = np.minimum(weights[:, BLINKS] + 0.5 * np.maximum(-up, 0.0), 1.0)
