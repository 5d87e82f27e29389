"""Reads packets as receivers do: written from the layouts alone, with nothing of the code that writes them."""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

from a2f_live.outputs.pose import Pose


def pose(seed: int = 5, *, head: bool = True, visemes: bool = False) -> Pose:
    """A face whose every number is another."""
    random = np.random.default_rng(seed)
    told = random.random(15, np.float32)
    return Pose(
        random.random(52, np.float32),
        (random.random(3, np.float32) - 0.5) * 40 if head else None,
        told / told.sum() if visemes else None,
    )


class Bytes:
    """Takes fields from the front, big-endian."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def take(self, kind: str) -> Any:
        (value,) = struct.unpack_from(f">{kind}", self.data)
        self.data = self.data[struct.calcsize(f">{kind}") :]
        return value

    def text(self) -> str:
        """Text with its length before it."""
        return bytes(self.take(f"{self.take('i')}s")).decode()

    def osc_text(self) -> str:
        """Text with 1 to 4 NULs behind it, to a multiple of 4 bytes."""
        end = self.data.index(b"\0")
        text, self.data = self.data[:end].decode(), self.data[(end // 4 + 1) * 4 :]
        return text


@dataclass(frozen=True)
class LiveLink:
    """The fields of a packet of Live Link Face."""

    version: int
    device: str
    subject: str
    frame: int
    sub_frame: float
    rate: tuple[int, int]
    values: list[float]


def live_link(packet: bytes) -> LiveLink:
    data = Bytes(packet)
    version, device, subject = data.take("B"), data.text(), data.text()
    frame, sub_frame = data.take("i"), data.take("f")
    rate = (data.take("i"), data.take("i"))
    values = [data.take("f") for _ in range(data.take("B"))]
    assert not data.data
    return LiveLink(version, device, subject, frame, sub_frame, rate, values)


def osc(packet: bytes) -> list[tuple[str, tuple[Any, ...]]]:
    """Address and values of each message of a bundle."""
    data, messages = Bytes(packet), []
    assert data.osc_text() == "#bundle"
    assert data.take("Q") == 1  # at once
    while data.data:
        size = data.take("i")
        messages.append(osc_message(data.data[:size]))
        data.data = data.data[size:]
    return messages


def osc_message(packet: bytes) -> tuple[str, tuple[Any, ...]]:
    data = Bytes(packet)
    address, tags = data.osc_text(), data.osc_text()
    assert address.startswith("/")
    assert tags.startswith(",")
    values = tuple(data.osc_text() if tag == "s" else data.take(tag) for tag in tags[1:])
    assert not data.data
    return address, values


@dataclass(frozen=True)
class Mocap:
    """What a packet of iFacialMocap tells."""

    shapes: dict[str, int]
    angles: dict[str, list[float]]


def mocap(packet: bytes, mark: str) -> Mocap:
    text = packet.decode("ascii")
    assert text.endswith("|")
    entries = text[:-1].split("|")
    shapes = dict(entry.split(mark) for entry in entries if "#" not in entry)
    angles = dict(entry.split("#") for entry in entries if "#" in entry)
    assert len(shapes) + len(angles) == len(entries)
    return Mocap(
        {name: int(value) for name, value in shapes.items()},
        {name: [float(value) for value in values.split(",")] for name, values in angles.items()},
    )
