"""The web application: routes, the checks before every one of them, and how it ends."""

import asyncio
import logging
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from a2f_live.errors import A2FError
from a2f_live.observe.metrics import create_registry
from a2f_live.server import http, process_audio, ws
from a2f_live.server.answers import error_answer, error_document, http_error_answer, json_answer
from a2f_live.server.arrivals import ARRIVALS, Arrivals
from a2f_live.server.looks import look_every
from a2f_live.server.options import ServerOptions, ServerParts
from a2f_live.server.security import check_host, check_origin, is_listed_origin
from a2f_live.server.state import STATE, ServerState

log: Final = logging.getLogger(__name__)

PEER_GONE: Final = 499
"""Status of an answer that nobody is there to read."""


def build_app(parts: ServerParts) -> web.Application:
    """The application of a server. Run it by a `Runner` of `server.arrivals`; `drain` it before its cleanup."""
    app = web.Application(
        middlewares=[_in_our_shape, _from_friends], client_max_size=parts.options.limits.message_bytes
    )
    app[STATE] = state = ServerState(parts)
    app[http.REGISTRY] = create_registry(lambda: http.readings(state))
    app[ARRIVALS] = Arrivals(parts.options.first_message_s, parts.options.max_silent)
    app.add_routes(
        [
            web.get("/", http.home),
            web.get("/health", http.health),
            web.get("/ready", http.ready),
            web.get("/metrics", http.metrics),
            web.get("/v1/info", http.info),
            web.get("/v1/tokens", http.tokens),
            web.get("/v1/stream", ws.stream),
            web.post("/process-audio", process_audio.process_audio),
            web.post("/process-audio/", process_audio.process_audio),
            web.get("/{name:.+}", http.page_file),
        ]
    )
    app.on_shutdown.append(drain)
    app.on_response_prepare.append(_add_headers)
    app.cleanup_ctx.append(look_every(parts.options.tick_s, state.sweep, app[ARRIVALS].look))
    return app


async def drain(app: web.Application) -> None:
    """Take nobody in, tell everybody, wait until all have finished or their time is over, then close. Repeatable."""
    state = app[STATE]
    if state.draining:
        return
    state.draining = True
    drain_s = state.options.drain_s
    log.info("draining %d sessions for at most %g s", len(state.sessions), drain_s)
    for link in list(state.links):
        link.go_away(drain_s)
    state.end_parked()
    if await state.empty(drain_s):
        return
    for link in list(state.links):
        link.leave()
    await state.empty(2 * state.options.close_s)


@web.middleware
async def _in_our_shape(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every refusal is JSON of one shape; a mistake of our own is logged and told in one plain sentence."""
    state = request.app[STATE]
    request.app[ARRIVALS].arrived(request.protocol)
    try:
        return await handler(request)
    except A2FError as error:
        state.totals.refused[error.code] += 1
        return error_answer(error, state.options.retry_after_s)
    except web.HTTPException as error:
        return http_error_answer(error)
    except asyncio.CancelledError:
        raise
    except ConnectionError:  # the peer is gone: no mistake of ours, and aiohttp would log it as one
        return web.Response(status=PEER_GONE)
    except Exception:
        log.exception("%s %s failed by a mistake of the server", request.method, request.path)
        return json_answer(error_document("internal", "the server made a mistake, which it has logged"), 500)


@web.middleware
async def _from_friends(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Host and Origin are looked at before anything else; pages of listed origins are told that they may ask."""
    options = request.app[STATE].options
    check_host(request.host, options.host, options.hosts)
    check_origin(request.headers.get("Origin"), request.host, options.origins)
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        return web.Response(status=204)
    return await handler(request)


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    if response.status == 101:
        return
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Cache-Control", "no-store")
    _add_cors(request, response, request.app[STATE].options)


def _add_cors(request: web.Request, response: web.StreamResponse, options: ServerOptions) -> None:
    origin = request.headers.get("Origin")
    if origin is None or not is_listed_origin(origin, options.origins):
        return
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Vary"] = "Origin"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
