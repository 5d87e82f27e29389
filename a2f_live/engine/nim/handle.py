"""The state that travels with the windows of an utterance: it stands for a call, which lives as long as it does."""

import uuid
import weakref
from typing import Any, Final

from a2f_live.engine.nim.call import Call


class Handle:
    """A call under a name that can be pickled. When no window, result or utterance holds it any more, the call ends.

    So nobody has to say that an utterance was cleared or that its client is gone: they let go of the state, and with
    the last reference the call is cancelled.
    """

    __slots__ = ("__weakref__", "call", "name")

    def __init__(self, call: Call) -> None:
        self.call = call
        self.name = uuid.uuid4().hex
        _LIVE[self.name] = self
        weakref.finalize(self, call.leave).atexit = False

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return _find, (self.name,)


_LIVE: Final["weakref.WeakValueDictionary[str, Handle]"] = weakref.WeakValueDictionary()


def _find(name: str) -> Handle | None:
    """The handle itself in its own process; elsewhere nothing, so that another call is begun."""
    return _LIVE.get(name)
