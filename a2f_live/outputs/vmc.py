"""VMC protocol: Open Sound Control over UDP, for VSeeFace, Warudo, VMagicMirror and other hosts of VRM models.

A frame is `/VMC/Ext/Blend/Val name value` for each shape and `/VMC/Ext/Blend/Apply` last, in bundles that fit a packet
of an Ethernet. Names are case-sensitive. python-osc writes every message once; what changes are the floats, each at the
end of its message, which are filled in: building all of it anew takes some forty times as long.
"""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from types import ModuleType
from typing import Any, Final

from a2f_live import arkit
from a2f_live.errors import ConfigError
from a2f_live.outputs.mouth import presets
from a2f_live.outputs.pose import Pose

PORT: Final = 39539
"""Of a program that shows an avatar; one that goes on with what it hears listens at 39540."""
LARGEST_BYTES: Final = 1400
"""Of a bundle: an Ethernet carries 1472 in one packet, tunnels a little less."""
VRM0_NAMES: Final = {
    "aa": "A",
    "ih": "I",
    "ou": "U",
    "ee": "E",
    "oh": "O",
    "blinkLeft": "Blink_L",
    "blinkRight": "Blink_R",
    "happy": "Joy",
    "sad": "Sorrow",
    "angry": "Angry",
}
"""Preset of VRM 1 to that of VRM 0, which old receivers and most senders use."""
NEEDS: Final = "vmc needs the package python-osc: install it with pip install 'a2f-live[vmc]'"


@dataclass(frozen=True, slots=True)
class Naming:
    """Which shapes of a model are moved."""

    names: tuple[str, ...]
    values: Callable[[Pose], Sequence[float]]
    """One for each name, 0..1."""


NAMINGS: Final = {
    "perfect-sync": Naming(arkit.LIVE_LINK_NAMES, lambda pose: pose.weights.tolist()),
    "vrm0": Naming(tuple(VRM0_NAMES.values()), lambda pose: _ordered(pose)),
    "vrm1": Naming(tuple(VRM0_NAMES), lambda pose: _ordered(pose)),
}
"""`perfect-sync` for models with the 52 shapes of ARKit; the others for models with nothing but the presets of VRM."""


class Vmc:
    """Makes the bundles of one frame. Raises `ConfigError` for an unknown naming, or where python-osc is missing."""

    def __init__(self, naming: str = "perfect-sync", *, head: bool = False) -> None:
        if naming not in NAMINGS:
            raise ConfigError(f"names={naming}: vmc knows {', '.join(NAMINGS)}")
        self._naming, self._head = NAMINGS[naming], head
        osc = _osc()
        messages = [_message(osc, "/VMC/Ext/OK", 1), _message(osc, "/VMC/Ext/T", 0.0)]
        if head:
            messages.append(_message(osc, "/VMC/Ext/Bone/Pos", "Head", *[0.0] * 7))
        messages += [_message(osc, "/VMC/Ext/Blend/Val", name, 0.0) for name in self._naming.names]
        self._bundles = _bundled([*messages, _message(osc, "/VMC/Ext/Blend/Apply")])

    def packets(self, pose: Pose, time_s: float) -> list[bytes]:
        """Give the packets of one frame in their order; `time_s` is that of the sender, from any start."""
        values = [time_s]
        if self._head:
            values += [0.0, 0.0, 0.0, *turned(*pose.turn)]
        values += self._naming.values(pose)
        packets, first = [], 0
        for bundle in self._bundles:
            packets.append(bundle.filled(values[first : first + len(bundle.places)]))
            first += len(bundle.places)
        return packets


@dataclass(frozen=True, slots=True)
class _Bundle:
    """A bundle, and where in it the floats are."""

    data: bytes
    places: tuple[int, ...]

    def filled(self, values: Sequence[float]) -> bytes:
        data = bytearray(self.data)
        for place, value in zip(self.places, values, strict=True):
            struct.pack_into(">f", data, place, value)
        return bytes(data)


def turned(yaw: float, pitch: float, roll: float) -> tuple[float, float, float, float]:
    """The quaternion x, y, z, w in Unity's axes (x to the face's own right, y up, z out of the face, left-handed).

    Degrees as in `Frames`. First the head rolls, then it nods, then it turns.
    """
    y, x, z = (radians(angle) / 2 for angle in (-yaw, -pitch, -roll))
    turn, nod, lean = (0.0, sin(y), 0.0, cos(y)), (sin(x), 0.0, 0.0, cos(x)), (0.0, 0.0, sin(z), cos(z))
    return _product(_product(turn, nod), lean)


def _product(
    a: tuple[float, float, float, float], b: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    (ax, ay, az, aw), (bx, by, bz, bw) = a, b
    return (
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    )


def _ordered(pose: Pose) -> list[float]:
    amounts = presets(pose)
    return [amounts[name] for name in VRM0_NAMES]


def _bundled(messages: Sequence[tuple[bytes, int]]) -> list[_Bundle]:
    """Share messages, each with the number of floats at its end, among as few bundles as hold them in this order."""
    bundles: list[_Bundle] = []
    data: bytes = _EMPTY
    places: list[int] = []
    for message, floats in messages:
        if len(data) + 4 + len(message) > LARGEST_BYTES:
            bundles.append(_Bundle(data, tuple(places)))
            data, places = _EMPTY, []
        data += struct.pack(">i", len(message)) + message
        places += range(len(data) - 4 * floats, len(data), 4)
    return [*bundles, _Bundle(data, tuple(places))]


_EMPTY: Final = b"#bundle\0" + struct.pack(">Q", 1)
"""A bundle to be heeded at once."""


def _message(osc: ModuleType, address: str, *values: Any) -> tuple[bytes, int]:
    builder = osc.OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value, {int: "i", float: "f", str: "s"}[type(value)])
    return bytes(builder.build().dgram), sum(isinstance(value, float) for value in values)


def _osc() -> ModuleType:
    try:
        from pythonosc import osc_message_builder
    except ModuleNotFoundError as error:
        raise ConfigError(NEEDS) from error
    return osc_message_builder
