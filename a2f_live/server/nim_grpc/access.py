"""Who may call: the tokens of the server, as metadata of a call."""

from collections.abc import Iterable
from time import time
from typing import Any

from a2f_live.server.security import Credentials, check_token
from a2f_live.server.state import ServerState


def require_token(metadata: Iterable[Any] | None, state: ServerState) -> None:
    """Raises `BadToken` unless `authorization: Bearer` brings a good one where one is needed."""
    brought = {key: value for key, value in metadata or () if isinstance(value, str)}
    check_token(Credentials(authorization=brought.get("authorization", "")), state.keys, time())
