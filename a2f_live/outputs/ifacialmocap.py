"""iFacialMocap: text over UDP, whole hundredths of each weight, and the greeting by which a receiver asks for it.

`trackingStatus-1|eyeBlink_L-12|...|=head#rx,ry,rz,px,py,pz|rightEye#rx,ry,rz|leftEye#rx,ry,rz|`, in version 2 with
`&` in the place of `-`. Angles are degrees about the axes of ARKit, x to the face's own left, y up, z out of the face;
in a published packet an eye that looks down or to the face's own left has positive angles. `trackingStatus` comes
first: some receivers leave the first entry out.
"""

from typing import Final, Literal

from a2f_live import arkit
from a2f_live.errors import ConfigError
from a2f_live.outputs.pose import Pose

PORT: Final = 49983
GREETING: Final = b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719"
"""What a receiver says to the port of the sender, who from then on sends to the same port of the receiver."""
VERSION_2: Final = b"|sendDataVersion=v2"
Version = Literal[1, 2]
SEPARATORS: Final[dict[Version, str]] = {1: "-", 2: "&"}
UNDIVIDED: Final = frozenset({"jawLeft", "jawRight", "mouthLeft", "mouthRight"})
"""Names whose last word is no side of the face."""


def short_name(name: str) -> str:
    """The spelling of iFacialMocap: `eyeBlinkLeft` is `eyeBlink_L`."""
    for side in ("Left", "Right"):
        if name.endswith(side) and name not in UNDIVIDED:
            return f"{name.removesuffix(side)}_{side[0]}"
    return name


NAMES: Final = tuple(map(short_name, arkit.NAMES))


def requested_version(datagram: bytes) -> Version | None:
    """The version that a receiver greets for; None if it is no greeting for text over UDP."""
    greeting = datagram.strip(b"\0\r\n ")
    if greeting == GREETING + VERSION_2:
        return 2
    return 1 if greeting == GREETING else None


def version_of(text: str) -> Version:
    """Read a version; raises `ConfigError`."""
    if text == "1":
        return 1
    if text == "2":
        return 2
    raise ConfigError(f"version={text}: iFacialMocap has the versions 1 and 2")


def packet(pose: Pose, version: Version) -> bytes:
    """Give the text of one frame."""
    mark = SEPARATORS[version]
    hundredths = (round(100 * weight) for weight in pose.weights.tolist())
    entries = [f"trackingStatus{mark}1"]
    entries += [f"{name}{mark}{value}" for name, value in zip(NAMES, hundredths, strict=True)]
    yaw, pitch, roll = pose.turn
    entries += [
        f"=head#{_numbers(-pitch, yaw, roll, 0, 0, 0)}",
        f"rightEye#{_eye(pose, 'Right')}",
        f"leftEye#{_eye(pose, 'Left')}",
    ]
    return ("|".join(entries) + "|").encode()


def _eye(pose: Pose, side: str) -> str:
    yaw, pitch = pose.gaze(side)
    return _numbers(-pitch, yaw, 0)


def _numbers(*values: float) -> str:
    return ",".join(f"{value + 0.0:.5g}" if value else "0" for value in values)
