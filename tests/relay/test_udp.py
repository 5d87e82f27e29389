"""iFacialMocap that waits for greetings, and packets to where nobody is."""

import asyncio
import socket

import numpy as np
import pytest

from a2f_live.errors import A2FError, ConfigError
from a2f_live.outputs.ifacialmocap import GREETING, VERSION_2
from a2f_live.outputs.pose import REST
from a2f_live.relay.building import build
from a2f_live.relay.relay import Relay
from a2f_live.relay.udp import MOST_RECEIVERS, GreetedTarget, UdpTarget
from tests.outputs.reading import mocap, pose
from tests.relay.helpers import RATE, Kept, receiver


async def datagram(udp: socket.socket) -> bytes:
    async with asyncio.timeout(10):
        return await asyncio.get_running_loop().sock_recv(udp, 65536)


async def test_a_receiver_greets_and_is_sent_the_version_it_asked_for() -> None:
    target = build("ifacialmocap://127.0.0.1:0?wait=on&reply=0", RATE)
    assert isinstance(target, GreetedTarget)
    target = GreetedTarget("127.0.0.1", 0, 0)  # an address has a port; 0 takes a free one
    shown = pose()
    async with Relay([Kept()], RATE):
        await target.open()
        with receiver() as (old, _), receiver() as (new, _):
            old.sendto(b"what is this", target.address)
            old.sendto(GREETING, target.address)
            new.sendto(GREETING + VERSION_2, target.address)
            async with asyncio.timeout(10):
                while len(target.receivers) < 2:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            target.show(shown, 0)
            for udp, mark in ((old, "-"), (new, "&")):
                read = mocap(await datagram(udp), mark)
                assert np.abs(np.array(list(read.shapes.values())[1:]) / 100 - shown.weights).max() <= 0.005001
        await target.close()
        target.show(shown, 1)


async def test_by_default_packets_go_to_the_port_that_receivers_have() -> None:
    target = GreetedTarget("127.0.0.1", 0, 49983)
    target._greeted(GREETING, ("192.0.2.7", 5555))
    assert target.receivers == {("192.0.2.7", 49983): 1}


async def test_forged_greetings_reach_few() -> None:
    target = GreetedTarget("127.0.0.1", 0, 0)
    for number in range(50):
        target._greeted(GREETING, (f"192.0.2.{number}", 49983))
    assert list(target.receivers) == [(f"192.0.2.{number}", 49983) for number in range(50 - MOST_RECEIVERS, 50)]


async def test_a_port_that_is_taken_is_told() -> None:
    with receiver() as (_, port):
        target = build(f"ifacialmocap://127.0.0.1:{port}?wait=on", RATE)
        with pytest.raises(A2FError, match=f"127.0.0.1 port {port}"):
            await target.open()


async def test_a_name_that_nobody_knows_is_told() -> None:
    with pytest.raises(ConfigError, match=r"nobody\.invalid"):
        await build("livelink://nobody.invalid", RATE).open()


async def test_where_nobody_is_packets_are_lost_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    target = build("livelink://127.0.0.1:9", RATE)
    assert isinstance(target, UdpTarget)
    await target.open()
    for tick in range(3):
        target.show(REST, tick)
    assert target.sent == 3
    target._address = ("127.0.0.1", 0)  # no port at all: the system refuses
    for tick in range(3):
        target.show(REST, tick)
    assert (target.sent, caplog.text.count("are lost")) == (3, 1)
    await target.close()
    await target.close()
    target.show(REST, 9)
