"""Poses, sounds and clips to draw."""

from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from a2f_live import arkit
from a2f_live.outputs.track import Track
from a2f_live.plot.phones import Phone
from a2f_live.plot.shapes import Pose
from a2f_live.plot.sound import Sound
from a2f_live.plot.subject import Subject

RATE_HZ = 16_000


def weights(**named: float) -> np.ndarray:
    """A row of weights; a name without its side stands for both."""
    row = np.zeros(arkit.COUNT, np.float32)
    for name, value in named.items():
        for whole in (name, name + "Left", name + "Right"):
            if whole in arkit.INDEX:
                row[arkit.INDEX[whole]] = value
    return row


def pose(**named: float) -> Pose:
    return Pose(weights(**named))


def mirrored(row: np.ndarray) -> np.ndarray:
    """The weights of the face in a mirror."""
    names = (name.replace("Left", "?").replace("Right", "Left").replace("?", "Right") for name in arkit.NAMES)
    return row[[arkit.INDEX[name] for name in names]]


@st.composite
def any_weights(draw: st.DrawFn) -> np.ndarray:
    """Rows of which some weights are 0, some 1 and some between."""
    names = draw(st.lists(st.sampled_from(arkit.NAMES), unique=True, max_size=12))
    row = np.zeros(arkit.COUNT, np.float32)
    for name in names:
        row[arkit.INDEX[name]] = draw(st.floats(0, 1, width=32))
    return row


def track(seconds: float = 1.0, fps: float = 60.0, jaw: float | None = None) -> Track:
    """A mouth that opens and shuts twice a second, or stays as it is told."""
    times_s = np.arange(round(seconds * fps)) / fps
    rows = np.zeros((len(times_s), arkit.COUNT), np.float32)
    rows[:, arkit.INDEX["jawOpen"]] = 0.2 * (1 - np.cos(4 * np.pi * times_s)) if jaw is None else jaw
    return Track(times_s, rows)


def sound(seconds: float = 1.0) -> Sound:
    """A hum of 400 Hz that swells."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return Sound((0.5 * time_s / seconds * np.sin(2 * np.pi * 400 * time_s)).astype(np.float32))


PHONES = (Phone(0.0, 0.2, "M"), Phone(0.2, 0.5, "AA1"), Phone(0.5, 0.6, "F"), Phone(0.6, 1.0, "SIL"))


def subject(seconds: float = 1.0, *, heard: bool = True, phones: bool = True, jaw: float | None = None) -> Subject:
    return Subject.whole("clip", track(seconds, jaw=jaw), sound(seconds) if heard else None, PHONES if phones else ())


def size_of(path: Path) -> tuple[int, int]:
    """Width and height that the header of a PNG tells."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
