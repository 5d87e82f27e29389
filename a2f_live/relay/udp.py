"""Targets that are sent packets: Live Link Face, VMC and iFacialMocap."""

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence
from typing import Any, Final

from a2f_live.errors import A2FError, ConfigError
from a2f_live.outputs import ifacialmocap
from a2f_live.outputs.ifacialmocap import Version
from a2f_live.outputs.pose import Pose
from a2f_live.relay.target import Target, Wants

MOST_RECEIVERS: Final = 8
"""Of one that waits for greetings: a forged greeting must not make it send to many."""
Address = tuple[Any, ...]
Packets = Callable[[Pose, int], Sequence[bytes]]

logger = logging.getLogger(__name__)


class UdpTarget(Target):
    """Sends the packets of every tick to one address. A receiver that is away costs nothing and is not waited for."""

    def __init__(self, host: str, port: int, packets: Packets, wants: Wants) -> None:
        self._host, self._port, self._packets = host, port, packets
        self.wants = wants
        self._socket: socket.socket | None = None
        self._address: Address = ()
        self._failing = False
        self.sent = 0
        """Packets."""

    async def open(self) -> None:
        """Find the address. Raises `ConfigError`."""
        self._socket, self._address = await udp_socket(self._host, self._port)

    def show(self, pose: Pose, tick: int) -> None:
        """Send the packets of a pose; one that the system has no room for is lost, as others on the way are."""
        for packet in self._packets(pose, tick):
            self._send(packet)

    async def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, packet: bytes) -> None:
        if self._socket is None:
            return
        try:
            self._socket.sendto(packet, self._address)
        except OSError as error:  # no way to it now: there may be one later
            if not self._failing:
                logger.warning("packets to %s port %d are lost: %s", self._host, self._port, error)
            self._failing = True
        else:
            self.sent += 1
            self._failing = False


class GreetedTarget(Target):
    """An iFacialMocap that waits: each receiver that greets is sent packets, at the same port of its own address."""

    def __init__(self, host: str, port: int, reply_port: int) -> None:
        self._host, self._port, self._reply_port = host, port, reply_port
        self.wants = Wants(head=True)
        self._transport: asyncio.DatagramTransport | None = None
        self.receivers: dict[Address, Version] = {}
        """Address to the version that it asked for; the newest are kept."""

    async def open(self) -> None:
        """Take the port. Raises `A2FError`."""
        loop = asyncio.get_running_loop()
        try:
            self._transport, _ = await loop.create_datagram_endpoint(
                lambda: _Greetings(self._greeted), local_addr=(self._host, self._port)
            )
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            place = f"{self._host} port {self._port}"
            raise A2FError(f"it cannot wait for receivers at {place}: {reason}", code="cannot_listen") from error

    @property
    def address(self) -> Address:
        """Where it waits."""
        if self._transport is None:
            return ()
        address: Address = self._transport.get_extra_info("sockname")
        return address

    def show(self, pose: Pose, tick: int) -> None:
        """Send the packet of a pose to all who greeted."""
        if self._transport is None:
            return
        packets: dict[Version, bytes] = {}
        for receiver, version in self.receivers.items():
            if version not in packets:
                packets[version] = ifacialmocap.packet(pose, version)
            self._transport.sendto(packets[version], receiver)

    async def close(self) -> None:
        """Close the port."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def _greeted(self, datagram: bytes, sender: Address) -> None:
        version = ifacialmocap.requested_version(datagram)
        if version is None:
            return
        receiver = (sender[0], self._reply_port or sender[1], *sender[2:])
        if receiver not in self.receivers:
            logger.info("iFacialMocap: %s port %d is sent version %d", *receiver[:2], version)
        self.receivers.pop(receiver, None)
        self.receivers[receiver] = version
        while len(self.receivers) > MOST_RECEIVERS:
            del self.receivers[next(iter(self.receivers))]


class _Greetings(asyncio.DatagramProtocol):
    """Hands datagrams over."""

    def __init__(self, heard: Callable[[bytes, Address], None]) -> None:
        self._heard = heard

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """One came."""
        self._heard(data, addr)

    def error_received(self, exc: Exception) -> None:
        """A receiver is away: it may come back."""
        logger.debug("iFacialMocap: %s", exc)


async def udp_socket(host: str, port: int) -> tuple[socket.socket, Address]:
    """A socket that never waits, and the address. Raises `ConfigError` for a name that nobody knows."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except OSError as error:
        raise ConfigError(f"{host} is not known to this machine: check the name, or give an address") from error
    family, kind, protocol, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    udp = socket.socket(family, kind, protocol)
    udp.setblocking(False)
    return udp, address
