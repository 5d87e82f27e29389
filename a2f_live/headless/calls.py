"""What a call of the API is: its method and path, the fields of its body, and the function that answers it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from a2f_live.headless.fields import Field
from a2f_live.headless.scene import Scene

Body = dict[str, Any]
"""The values of a body by name, checked, with the defaults of what was left out."""
Handle = Callable[[Scene, Body], Awaitable[Any]]
"""Gives the document to answer. Raises `Refused` and `A2FError`."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call."""

    method: str
    path: str
    handle: Handle
    fields: Sequence[Field] = ()

    @property
    def summary(self) -> str:
        """What it does, in one sentence."""
        return (self.handle.__doc__ or "").partition("\n")[0]


def get(path: str, handle: Handle) -> Call:
    """A call without a body."""
    return Call("GET", path, handle)


def post(path: str, handle: Handle, *fields: Field) -> Call:
    """A call with a JSON body."""
    return Call("POST", path, handle, fields)
