"""VMC: every message by the layout of OSC, by python-osc, and the order in which they come."""

import sys
from math import sqrt
from typing import Any

import numpy as np
import pytest
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_packet import OscPacket

from a2f_live import arkit
from a2f_live.errors import ConfigError
from a2f_live.outputs import vmc
from a2f_live.outputs.mouth import presets
from a2f_live.outputs.pose import Pose
from tests.outputs.reading import osc, pose

BLEND = "/VMC/Ext/Blend/Val"


def blends(packets: list[bytes]) -> dict[str, float]:
    return {values[0]: values[1] for packet in packets for address, values in osc(packet) if address == BLEND}


def test_the_52_of_perfect_sync_come_through_to_the_bit() -> None:
    shown = pose()
    read = blends(vmc.Vmc().packets(shown, 1.5))
    assert list(read) == [name[0].upper() + name[1:] for name in arkit.NAMES]
    assert np.array_equal(np.array(list(read.values()), np.float32), shown.weights)


def test_apply_is_the_last_of_all_and_there_is_one() -> None:
    messages = [message for packet in vmc.Vmc().packets(pose(), 0) for message in osc(packet)]
    assert messages[-1] == ("/VMC/Ext/Blend/Apply", ())
    assert [address for address, _ in messages].count("/VMC/Ext/Blend/Apply") == 1
    assert messages[0] == ("/VMC/Ext/OK", (1,))


@pytest.mark.parametrize("naming", vmc.NAMINGS)
@pytest.mark.parametrize("head", [False, True])
def test_a_packet_of_an_ethernet_holds_a_bundle(naming: str, head: bool) -> None:
    packets = vmc.Vmc(naming, head=head).packets(pose(visemes=True), 3.25)
    assert max(map(len, packets)) <= 1472
    assert len(packets) == (2 if naming == "perfect-sync" else 1)


def test_the_dispatcher_of_python_osc_hears_the_same() -> None:
    shown = pose()
    heard: dict[str, float] = {}
    dispatcher = Dispatcher()
    dispatcher.map(BLEND, lambda _, name, value: heard.__setitem__(name, value))
    for packet in vmc.Vmc().packets(shown, 0):
        dispatcher.call_handlers_for_packet(packet, ("127.0.0.1", 9))
    assert np.array_equal(np.array([heard[name] for name in arkit.LIVE_LINK_NAMES], np.float32), shown.weights)


def test_both_readings_agree_on_every_message() -> None:
    for packet in vmc.Vmc(head=True).packets(pose(), 12.5):
        other = [(timed.message.address, tuple(timed.message.params)) for timed in OscPacket(packet).messages]
        assert osc(packet) == other


@pytest.mark.parametrize("visemes", [False, True])
def test_presets_are_those_of_vrm(visemes: bool) -> None:
    shown = pose(visemes=visemes)
    new, old = blends(vmc.Vmc("vrm1").packets(shown, 0)), blends(vmc.Vmc("vrm0").packets(shown, 0))
    assert new == {name: pytest.approx(value) for name, value in presets(shown).items()}
    assert list(old) == ["A", "I", "U", "E", "O", "Blink_L", "Blink_R", "Joy", "Sorrow", "Angry"]
    assert list(old.values()) == list(new.values())


def test_the_time_of_the_sender_is_told() -> None:
    messages = dict(osc(vmc.Vmc().packets(pose(), 12.5)[0]))
    assert messages["/VMC/Ext/T"] == (12.5,)


@pytest.mark.parametrize(
    ("turn", "point", "reached"),
    [
        # In Unity's axes the face looks along z, its own right is x; the point before it moves where it looks.
        ((90, 0, 0), (0, 0, 1), (-1, 0, 0)),
        ((0, 90, 0), (0, 0, 1), (0, 1, 0)),
        ((0, 0, 90), (0, 1, 0), (1, 0, 0)),
        ((90, 90, 0), (0, 0, 1), (0, 1, 0)),
        ((0, 0, 0), (0.6, 0, 0.8), (0.6, 0, 0.8)),
    ],
)
def test_the_head_turns_to_its_own_left_up_and_to_its_right_shoulder(
    turn: tuple[float, ...], point: tuple[float, ...], reached: tuple[float, ...]
) -> None:
    x, y, z, w = vmc.turned(*turn)
    assert sqrt(x * x + y * y + z * z + w * w) == pytest.approx(1)
    axis, vector = np.array([x, y, z]), np.array(point)
    moved = vector + 2 * w * np.cross(axis, vector) + 2 * np.cross(axis, np.cross(axis, vector))
    assert moved == pytest.approx(np.array(reached), abs=1e-6)


def test_the_bone_of_the_head_is_moved_if_asked_for() -> None:
    shown = Pose(pose().weights, np.array([10, -5, 3], np.float32))
    messages = dict(osc(vmc.Vmc(head=True).packets(shown, 0)[0]))
    assert messages["/VMC/Ext/Bone/Pos"][:4] == ("Head", 0, 0, 0)
    assert messages["/VMC/Ext/Bone/Pos"][4:] == pytest.approx(vmc.turned(10, -5, 3))
    assert "/VMC/Ext/Bone/Pos" not in dict(osc(vmc.Vmc().packets(shown, 0)[0]))


def test_a_naming_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="perfect-sync, vrm0, vrm1"):
        vmc.Vmc("vrm2")


def test_without_python_osc_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    missing: Any = None
    monkeypatch.setitem(sys.modules, "pythonosc", missing)
    with pytest.raises(ConfigError, match=r"a2f-live\[vmc\]"):
        vmc.Vmc()
