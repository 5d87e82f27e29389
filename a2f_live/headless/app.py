"""The web application of the headless API: every call at its path, and the checks before each."""

import asyncio
import base64
import binascii
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import time
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from a2f_live.errors import A2FError, AudioError, BadToken, EngineError, FileError
from a2f_live.headless import description, emotion_calls, export_calls, player_calls, scene_calls
from a2f_live.headless.answers import Refused, detail, failed, json_answer
from a2f_live.headless.calls import Call
from a2f_live.headless.fields import read_body
from a2f_live.headless.scene import Scene
from a2f_live.server.arrivals import ARRIVALS, Arrivals
from a2f_live.server.looks import look_every
from a2f_live.server.security import Credentials, Keys, check_host, check_origin, check_token

log: Final = logging.getLogger(__name__)

CALLS: Final[tuple[Call, ...]] = (*scene_calls.CALLS, *player_calls.CALLS, *emotion_calls.CALLS, *export_calls.CALLS)
BODY_BYTES: Final = 256 * 1024
FIRST_REQUEST_S: Final = 10.0
MOST_SILENT: Final = 256
LOOK_EVERY_S: Final = 1.0
PEER_GONE: Final = 499


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in."""

    host: str = "127.0.0.1"
    """Where the server listens."""
    tokens: Sequence[str] = ()
    """Any of them lets in; without one everybody who can connect is let in."""
    hosts: Sequence[str] = ()
    """Further names by which it may be called."""


ACCESS: Final = web.AppKey("access", Access)
KEYS: Final = web.AppKey("keys", Keys)


def build_app(scene: Scene, access: Access) -> web.Application:
    """The application; it does not own the studio of the scene."""
    app = web.Application(middlewares=[_in_their_shape, _from_friends], client_max_size=BODY_BYTES)
    app[ACCESS] = access
    app[KEYS] = Keys(access.tokens)
    app[ARRIVALS] = arrivals = Arrivals(FIRST_REQUEST_S, MOST_SILENT)
    app.cleanup_ctx.append(look_every(LOOK_EVERY_S, arrivals.look))
    app.add_routes([web.route(call.method, call.path, _answering(scene, call)) for call in CALLS])
    app.add_routes(description.routes(CALLS))
    return app


def _answering(scene: Scene, call: Call) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        values, wrong = read_body(await request.read() if call.fields else b"", call.fields)
        if wrong:
            return detail(wrong, 422)
        try:
            return json_answer(await call.handle(scene, values))
        except Refused as refusal:
            log.warning("%s: %s", call.path, refusal.message)
            return json_answer(failed(refusal.message))
        except (AudioError, EngineError, FileError) as error:
            log.warning("%s: %s", call.path, error.message)
            return json_answer(failed(error.message))

    return answer


@web.middleware
async def _in_their_shape(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every refusal looks as one of FastAPI's; a mistake of our own is logged."""
    request.app[ARRIVALS].arrived(request.protocol)
    try:
        return await handler(request)
    except A2FError as error:
        log.warning("%s: %s", request.path, error.message)
        answer = detail(error.message, _STATUS.get(error.code, error.http_status))
        if isinstance(error, BadToken):
            answer.headers["WWW-Authenticate"] = 'Basic realm="a2f-live", Bearer'
        return answer
    except web.HTTPException as error:
        answer = detail(error.reason, error.status)
        answer.headers.update({name: value for name, value in error.headers.items() if name == "Allow"})
        return answer
    except asyncio.CancelledError:
        raise
    except ConnectionError:  # the peer is gone: no mistake of ours
        return web.Response(status=PEER_GONE)
    except Exception:
        log.exception("%s %s failed by a mistake of the server", request.method, request.path)
        return web.Response(text="Internal Server Error", status=500)


@web.middleware
async def _from_friends(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Foreign pages stay out, whatever name they gave this machine; then the token, if one is needed."""
    access = request.app[ACCESS]
    check_host(request.host, access.host, access.hosts)
    check_origin(request.headers.get("Origin"), request.host, ())
    check_token(credentials_of(request), request.app[KEYS], time())
    return await handler(request)


def credentials_of(request: web.Request) -> Credentials:
    """What the request brings; the password of `http://a2f:TOKEN@host` counts, since old clients can set no header."""
    header = request.headers.get("Authorization", "")
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() == "basic":
        header = f"Bearer {_password(encoded)}"
    return Credentials(header, (), request.query.get("token", ""))


def _password(encoded: str) -> str:
    try:
        return base64.b64decode(encoded).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


_STATUS: Final = {"server_full": 409}
"""Audio2Face says conflict where it is busy."""
