"""iFacialMocap: the text of both versions, and the greeting."""

import numpy as np
import pytest

from a2f_live import arkit
from a2f_live.errors import ConfigError
from a2f_live.outputs import ifacialmocap
from a2f_live.outputs.ifacialmocap import Version, packet, requested_version, short_name, version_of
from a2f_live.outputs.pose import REST, Pose
from tests.outputs.reading import mocap, pose

HELLO = b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719"


@pytest.mark.parametrize(("version", "mark"), [(1, "-"), (2, "&")])
def test_weights_come_through_to_half_a_hundredth(version: Version, mark: str) -> None:
    shown = pose()
    read = mocap(packet(shown, version), mark)
    assert list(read.shapes) == ["trackingStatus", *map(short_name, arkit.NAMES)]
    assert read.shapes.pop("trackingStatus") == 1
    assert np.abs(np.array(list(read.shapes.values())) / 100 - shown.weights).max() <= 0.005001
    assert list(read.angles) == ["=head", "rightEye", "leftEye"]
    assert [len(angles) for angles in read.angles.values()] == [6, 3, 3]


def test_the_text() -> None:
    text = packet(REST, 1).decode()
    assert text.startswith("trackingStatus-1|eyeBlink_L-0|eyeLookDown_L-0|")
    assert text.endswith("|tongueOut-0|=head#0,0,0,0,0,0|rightEye#0,0,0|leftEye#0,0,0|")
    assert packet(REST, 2).decode() == text.replace("-", "&")


def test_it_fits_an_ethernet_packet() -> None:
    assert len(packet(Pose(np.ones(52, np.float32), np.array([-12.345, -12.345, -12.345], np.float32)), 2)) < 1472


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("eyeBlinkLeft", "eyeBlink_L"),
        ("mouthSmileRight", "mouthSmile_R"),
        ("jawLeft", "jawLeft"),
        ("mouthRight", "mouthRight"),
        ("browInnerUp", "browInnerUp"),
    ],
)
def test_spelling(name: str, short: str) -> None:
    assert short_name(name) == short


def test_angles_have_the_signs_of_a_published_packet() -> None:
    """There `eyeLookIn_R-54`, `eyeLookOut_L-44` and `eyeLookDown_L-16` came with about 19, 16 and 5 degrees."""
    weights = np.zeros(52, np.float32)
    for name, value in {"InRight": 0.54, "OutLeft": 0.44, "DownLeft": 0.16, "DownRight": 0.16}.items():
        weights[arkit.INDEX[f"eyeLook{name}"]] = value
    angles = mocap(packet(Pose(weights, np.array([10, 5, -3], np.float32)), 1), "-").angles
    assert angles["rightEye"] == pytest.approx([5.4, 19, 0], abs=0.5)
    assert angles["leftEye"] == pytest.approx([5.6, 15.6, 0], abs=0.5)
    assert angles["=head"] == [-5, 10, -3, 0, 0, 0]


@pytest.mark.parametrize(
    ("datagram", "version"),
    [
        (HELLO, 1),
        (HELLO + b"|sendDataVersion=v2", 2),
        (HELLO + b"|sendDataVersion=v2\0", 2),
        (HELLO + b"|sendDataVersion=v3", None),
        (HELLO[:-1], None),
        (b"iFacialMocap_UDPTCP_sahuasouryya9218sauhuiayeta91555dy3719", None),
        (b"", None),
    ],
)
def test_only_a_greeting_is_one(datagram: bytes, version: Version | None) -> None:
    assert requested_version(datagram) == version


def test_versions_are_read() -> None:
    assert (version_of("1"), version_of("2")) == (1, 2)
    with pytest.raises(ConfigError, match="versions 1 and 2"):
        version_of("v2")


def test_all_names_are_there_once() -> None:
    assert len(set(ifacialmocap.NAMES)) == 52
