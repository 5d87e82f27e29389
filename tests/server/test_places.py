"""Places are counted on the whole and on each engine, whoever takes them."""

from typing import cast

import pytest

from a2f_live.dispatch.pool import Pool
from a2f_live.errors import ServerFull
from a2f_live.server.options import ServerOptions, ServerParts
from a2f_live.server.places import Places


class Room:
    """As much of a pool as is asked for a place."""

    def __init__(self, most: int) -> None:
        self.most = most

    def admit(self, sessions: int) -> None:
        if sessions >= self.most:
            raise ServerFull(f"{self.most} are on this engine")


def places(max_sessions: int = 3, **most: int) -> Places:
    pools = {name: cast(Pool, Room(count)) for name, count in most.items()}
    return Places(ServerParts(pools, options=ServerOptions(max_sessions=max_sessions)))


def test_a_place_is_taken_for_as_long_as_it_is_held() -> None:
    free = places(quick=2)
    with free.held("quick"), free.held("quick"), pytest.raises(ServerFull, match="2 are on this engine"):
        free.require("quick")
    assert len(free) == 0
    free.require("quick")


def test_whoever_fails_gives_the_place_back() -> None:
    free = places(quick=1)
    with pytest.raises(KeyError), free.held("quick"):
        raise KeyError
    free.require("quick")


def test_an_engine_that_is_full_keeps_nobody_from_another_one() -> None:
    free = places(quick=1, good=1)
    with free.held("quick"):
        free.require("good")
        free.require_any()
        with free.held("good"), pytest.raises(ServerFull, match="1 are on this engine"):
            free.require_any()


def test_the_whole_server_has_no_more_places_than_it_was_told() -> None:
    free = places(2, quick=9, good=9)
    with free.held("quick"), free.held("good"):
        with pytest.raises(ServerFull, match="no room for another session"):
            free.require("good")
        with pytest.raises(ServerFull, match="no room for another session"):
            free.require_any()
