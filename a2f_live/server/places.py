"""How many streams there is room for: sessions, uploads and calls of NIM clients take places alike."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from a2f_live.errors import ServerFull
from a2f_live.server.options import ServerParts


class Places:
    """The places of the whole server and of each engine."""

    def __init__(self, parts: ServerParts) -> None:
        self._parts = parts
        self._taken: Counter[str] = Counter()
        """By engine."""

    def __len__(self) -> int:
        return self._taken.total()

    def require(self, engine: str) -> None:
        """Raises `ServerFull` unless there is a place on the whole and on this engine."""
        if len(self) >= self._parts.options.max_sessions:
            raise ServerFull("no room for another session: try again later")
        self._parts.pools[engine].admit(self._taken[engine])

    def require_any(self) -> None:
        """Raises `ServerFull` unless there is a place on the whole and on some engine."""
        refusals = []
        for engine in self._parts.pools:
            try:
                self.require(engine)
            except ServerFull as error:
                refusals.append(error)
        if len(refusals) == len(self._parts.pools):
            raise refusals[0]

    def take(self, engine: str) -> None:
        """Take a place, whether there is one or not: `require` it first."""
        self._taken[engine] += 1

    def give_back(self, engine: str) -> None:
        """Whoever took a place there has left."""
        self._taken[engine] -= 1

    @contextmanager
    def held(self, engine: str) -> Iterator[None]:
        """Takes a place for as long as this lasts. Raises `ServerFull`."""
        self.require(engine)
        self.take(engine)
        try:
            yield
        finally:
            self.give_back(engine)
