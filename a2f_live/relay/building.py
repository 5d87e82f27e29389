"""Makes the target that an address asks for."""

import os
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from time import monotonic
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from a2f_live.errors import ConfigError
from a2f_live.outputs import ifacialmocap
from a2f_live.outputs.azure_visemes import AzureVisemes, require_rate
from a2f_live.outputs.livelink import LiveLinkFace
from a2f_live.outputs.oculus_visemes import OculusVisemes
from a2f_live.outputs.pose import Pose
from a2f_live.outputs.vmc import Vmc
from a2f_live.outputs.vts import PARAMETER_SETS
from a2f_live.relay.address import Address, parse
from a2f_live.relay.files import FileTarget
from a2f_live.relay.target import Target, Wants
from a2f_live.relay.udp import GreetedTarget, UdpTarget
from a2f_live.relay.vts import VtsTarget


def build(text: str, rate: Fraction) -> Target:
    """The target of an address, for so many poses a second. Raises `ConfigError`."""
    address = parse(text)
    return BUILDERS[address.scheme](address, rate)


def _livelink(address: Address, rate: Fraction) -> Target:
    subject, head = address.option("subject", "a2f-live"), address.switch("head", default=False)
    face = LiveLinkFace(subject, address.option("device", device_of(subject)), rate, head=head)
    begun_s = monotonic()
    first = int(begun_s * rate)
    return UdpTarget(
        address.host, address.port, lambda pose, tick: (face.packet(pose, first + tick),), Wants(head=head)
    )


def _vmc(address: Address, rate: Fraction) -> Target:
    names, head = address.option("names", "perfect-sync"), address.switch("head", default=False)
    face = Vmc(names, head=head)
    wants = Wants(head=head, visemes=names != "perfect-sync")
    return UdpTarget(
        address.host, address.port, lambda pose, tick: face.packets(pose, float(Fraction(tick) / rate)), wants
    )


def _ifacialmocap(address: Address, rate: Fraction) -> Target:
    if address.switch("wait", default=False):
        return GreetedTarget(address.host, address.port, _reply_port(address))
    version = ifacialmocap.version_of(address.option("version", "1"))

    def packets(pose: Pose, tick: int) -> tuple[bytes]:
        return (ifacialmocap.packet(pose, version),)

    return UdpTarget(address.host, address.port, packets, Wants(head=True))


def _reply_port(address: Address) -> int:
    text = address.option("reply", str(ifacialmocap.PORT))
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise ConfigError(f"{address.text}: reply is a port, or 0 for the port that a greeting comes from")
    return int(text)


def _vts(address: Address, rate: Fraction) -> Target:
    parameters = address.option("parameters", PARAMETER_SETS[0])
    if parameters not in PARAMETER_SETS:
        raise ConfigError(f"{address.text}: parameters is one of {', '.join(PARAMETER_SETS)}")
    host = f"[{address.host}]" if ":" in address.host else address.host
    token_file = address.option("token_file", "")
    return VtsTarget(
        f"ws://{host}:{address.port}",
        parameters,
        Path(token_file) if token_file else configuration_folder() / "vtube-studio.token",
        head=address.switch("head", default=True),
    )


def _azure(address: Address, rate: Fraction) -> Target:
    require_rate(rate)
    return FileTarget(address.path, AzureVisemes, rate)


def _oculus(address: Address, rate: Fraction) -> Target:
    return FileTarget(address.path, OculusVisemes, rate)


BUILDERS: Final[Mapping[str, Callable[[Address, Fraction], Target]]] = {
    "livelink": _livelink,
    "vmc": _vmc,
    "ifacialmocap": _ifacialmocap,
    "vts": _vts,
    "azure-visemes": _azure,
    "oculus-visemes": _oculus,
}


def device_of(subject: str) -> str:
    """A name for the device like those of telephones, the same for the same subject."""
    return str(uuid5(NAMESPACE_URL, f"a2f-live:{subject}")).upper()


def configuration_folder() -> Path:
    """Where this user's programs keep what they must know again."""
    if os.name == "nt":
        return Path(os.environ.get("APPDATA", str(Path.home()))) / "a2f-live"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "a2f-live"
