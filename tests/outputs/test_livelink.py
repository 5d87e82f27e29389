"""Live Link Face: every field by the layout, and the whole packet as bytes."""

from fractions import Fraction
from math import radians

import numpy as np
import pytest

from a2f_live.errors import ConfigError
from a2f_live.outputs.livelink import LiveLinkFace
from a2f_live.outputs.pose import REST, Pose
from tests.outputs.reading import live_link, pose

DEVICE = "6D1A7A2E-97F3-4B39-8C0D-1E5A2B7C9F10"


def weights(**named: float) -> Pose:
    from a2f_live import arkit

    values = np.zeros(52, np.float32)
    for name, value in named.items():
        values[arkit.INDEX[name]] = value
    return Pose(values)


def test_every_field_is_where_the_layout_has_it() -> None:
    shown = pose()
    read = live_link(LiveLinkFace("Ana", DEVICE, Fraction(60000, 1001)).packet(shown, 5375735))
    assert (read.version, read.device, read.subject) == (6, DEVICE, "Ana")
    assert (read.frame, read.sub_frame, read.rate) == (5375735, 0.0, (60000, 1001))
    assert len(read.values) == 61
    assert np.array_equal(np.array(read.values[:52], np.float32), shown.weights)


def test_the_bytes() -> None:
    packet = LiveLinkFace("Anna", "a device", Fraction(30)).packet(weights(eyeBlinkLeft=0.5, tongueOut=1), 258)
    beginning = "06 00000008 6120646576696365 00000004 416e6e61 00000102 00000000 0000001e 00000001 3d"
    assert packet == bytes.fromhex(beginning + "3f000000" + "00" * 4 * 50 + "3f800000" + "00" * 4 * 9)


def test_a_packet_of_the_app_is_of_this_size() -> None:
    assert len(LiveLinkFace("iPhone", DEVICE, Fraction(60)).packet(REST, 0)) == 312


def test_eyes_turn_as_their_weights_say() -> None:
    shown = weights(eyeLookInLeft=0.5, eyeLookOutRight=0.5, eyeLookDownLeft=0.25, eyeLookUpRight=0.25)
    values = live_link(LiveLinkFace("a", "b", Fraction(60)).packet(shown, 0)).values
    # To the face's own right, the left eye down, the right one up; 0.62 radians for a weight of 1.
    assert values[55:] == pytest.approx([0.309, 0.154, 0, 0.309, -0.154, 0], abs=2e-3)


def test_the_head_turns_only_if_asked_for() -> None:
    shown = Pose(REST.weights, np.array([10, -20, 30], np.float32))
    still, turning = (
        live_link(LiveLinkFace("a", "b", Fraction(60), head=head).packet(shown, 0)).values[52:55]
        for head in (False, True)
    )
    assert still == [0, 0, 0]
    assert turning == pytest.approx([radians(-10), radians(20), radians(30)])


def test_frames_are_counted_within_the_field() -> None:
    face = LiveLinkFace("a", "b", Fraction(60))
    assert live_link(face.packet(REST, 2**31)).frame == 0


def test_a_name_may_have_any_letters() -> None:
    assert live_link(LiveLinkFace("Zoë", "b", Fraction(60)).packet(REST, 0)).subject == "Zoë"


@pytest.mark.parametrize("subject", ["", "x" * 256, "ë" * 128])
def test_a_name_that_does_not_fit_is_refused(subject: str) -> None:
    with pytest.raises(ConfigError, match="1 to 255 bytes"):
        LiveLinkFace(subject, "b", Fraction(60))
