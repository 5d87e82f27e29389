"""Connections that ask for nothing are few and do not stay."""

import asyncio

from a2f_live.server.arrivals import ARRIVALS, Arrivals
from tests.server.helpers import quick, serving, until


class Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self.transport: Connection | None = self
        self.aborted = False

    def abort(self) -> None:
        self.aborted = True


def test_the_one_that_waited_longest_makes_room() -> None:
    arrivals, connections = Arrivals(10, 3), [Connection() for _ in range(5)]
    for number, connection in enumerate(connections):
        arrivals.came(connection, number)
    assert [one.aborted for one in connections] == [True, True, False, False, False]
    assert len(arrivals) == 3


def test_who_asks_in_time_stays() -> None:
    arrivals, asks, silent, gone = Arrivals(10, 9), Connection(), Connection(), Connection()
    for connection in (asks, silent, gone):
        arrivals.came(connection, 0)
    arrivals.arrived(asks)
    gone.transport = None
    arrivals.sweep(9.9)
    assert not silent.aborted
    arrivals.sweep(10)
    assert (asks.aborted, silent.aborted, len(arrivals)) == (False, True, 0)


async def test_500_sockets_that_send_nothing_or_half_a_request_are_dropped() -> None:
    async with serving(quick(first_message_s=0.3, max_silent=50)) as served:
        streams = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(500)]
        for _, writer in streams[::2]:
            writer.write(b"GET / HTTP/1.1\r\nHost: loc")
        await until(lambda: len(served.app[ARRIVALS]) == 0)
        async with served.http.get(served.url + "/health") as answer:
            assert answer.status == 200
        for _, writer in streams:
            writer.close()
