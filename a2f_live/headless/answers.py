"""Answers in the shapes of Omniverse: an envelope of status, result and message, or FastAPI's `detail`."""

import json
from typing import Any, Final

from aiohttp import web

SUCCEEDED: Final = "Succeeded"
SUCEEDED: Final = "Suceeded"
"""The player spells it so, and clients compare."""

Envelope = dict[str, Any]


class Refused(Exception):
    """What cannot be done: told with status `ERROR` in an envelope, as the application does it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def done(message: str | None = SUCCEEDED) -> Envelope:
    """All went well."""
    return {"status": "OK"} | ({} if message is None else {"message": message})


def found(result: Any, message: str | None = SUCCEEDED) -> Envelope:
    """All went well, and this came of it."""
    return {"status": "OK", "result": result} | ({} if message is None else {"message": message})


def failed(message: str) -> Envelope:
    """It went wrong."""
    return {"status": "ERROR", "message": message}


def json_answer(document: Any, status: int = 200) -> web.Response:
    """A JSON document."""
    return web.Response(text=json.dumps(document), status=status, content_type="application/json")


def detail(what: Any, status: int) -> web.Response:
    """A refusal of the HTTP layer."""
    return json_answer({"detail": what}, status)
