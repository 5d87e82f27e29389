"""Answers of HTTP: JSON, errors always in the same shape."""

import json
from typing import Any

from aiohttp import web

from a2f_live.errors import A2FError, BadToken, ServerFull


def json_answer(document: Any, status: int = 200) -> web.Response:
    """A JSON document."""
    return web.Response(text=json.dumps(document), status=status, content_type="application/json")


def error_document(code: str, message: str) -> dict[str, Any]:
    """The shape of every error."""
    return {"error": {"code": code, "message": message}}


def error_answer(error: A2FError, retry_after_s: int) -> web.Response:
    """The answer to a request that was refused."""
    answer = json_answer(error_document(error.code, error.message), error.http_status)
    if isinstance(error, ServerFull):
        answer.headers["Retry-After"] = str(retry_after_s)
    if isinstance(error, BadToken):
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def http_error_answer(error: web.HTTPException) -> web.Response:
    """What aiohttp refuses by itself, in our shape."""
    code, sentence = _REFUSALS.get(error.status, (f"http_{error.status}", error.reason))
    answer = json_answer(error_document(code, sentence), error.status)
    answer.headers.update({name: value for name, value in error.headers.items() if name in ("Allow", "Location")})
    return answer


_REFUSALS = {
    400: ("bad_request", "this request cannot be read: see docs/protocol.md for what is expected"),
    404: ("not_found", "there is nothing here: the stream is at /v1/stream, the figures at /v1/info"),
    405: ("method_not_allowed", "this path takes another method: see the Allow header"),
    413: ("too_big", "the body is too large: send less"),
}
"""Status to code and sentence. The phrases of HTTP would not do as codes: those of Python change with its version."""
