"""The plain HTTP of the server: health, readiness, what it is, its figures, tokens and the page."""

from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction
from time import time
from typing import Any, Final

from aiohttp import web
from prometheus_client import CollectorRegistry

from a2f_live import __version__, arkit, speech
from a2f_live.config import CHANNELS_RANGE, ENCODINGS, FPS_RANGE, SAMPLE_RATE_RANGE_HZ
from a2f_live.dispatch.pool import Pool
from a2f_live.observe.metrics import CONTENT_TYPE, Reading, render
from a2f_live.server.answers import json_answer
from a2f_live.server.page import page_answer, page_dir
from a2f_live.server.state import STATE, ServerState
from a2f_live.wire.messages import PROTOCOL, SUBPROTOCOLS

REGISTRY: Final = web.AppKey("registry", CollectorRegistry)


def reasons_not_ready(state: ServerState) -> list[str]:
    """Why no session can begin now; empty if one can."""
    reasons = ["the server drains"] if state.draining else []
    return reasons + [
        f"engine {name} has no healthy instance"
        for name, pool in state.parts.pools.items()
        if not pool.snapshot().healthy
    ]


def status_of(state: ServerState) -> dict[str, Any]:
    """Short, for people and probes; tells nothing that a stranger may not know."""
    reasons = reasons_not_ready(state)
    status = "draining" if state.draining else "degraded" if reasons else "ok"
    return {"status": status, "version": __version__, "uptime_s": round(state.uptime_s, 3), "reasons": reasons}


async def home(request: web.Request) -> web.StreamResponse:
    """`GET /`: the page for a browser, the status for everybody else."""
    if "text/html" in request.headers.get("Accept", ""):
        return page_answer(page_dir(), "index.html")
    return json_answer(status_of(request.app[STATE]))


async def page_file(request: web.Request) -> web.StreamResponse:
    """`GET /...`: a file of the page."""
    return page_answer(page_dir(), request.match_info["name"])


async def health(request: web.Request) -> web.Response:
    """`GET /health`: 200 for as long as the server answers at all."""
    return json_answer(status_of(request.app[STATE]))


async def ready(request: web.Request) -> web.Response:
    """`GET /ready`: 200 if a session can begin, else 503 with the reasons."""
    status = status_of(request.app[STATE])
    return json_answer({"ready": not status["reasons"], **status}, 503 if status["reasons"] else 200)


async def info(request: web.Request) -> web.Response:
    """`GET /v1/info`: everything that a client or an operator may want to know."""
    state = request.app[STATE]
    state.require_token(request)
    return json_answer(describe(state))


async def tokens(request: web.Request) -> web.Response:
    """`GET /v1/tokens`: a token that is good for a few minutes, to hand to a browser."""
    state = request.app[STATE]
    if not state.keys.needed:
        raise web.HTTPNotFound
    state.require_token(request)
    lifetime_s = state.options.token_s
    return json_answer({"token": state.keys.sign(lifetime_s, time()), "expires_in_s": lifetime_s})


async def metrics(request: web.Request) -> web.Response:
    """`GET /metrics`: the figures for Prometheus."""
    state = request.app[STATE]
    state.require_token(request)
    body = render(request.app[REGISTRY])
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})


def describe(state: ServerState) -> dict[str, Any]:
    """The document of `/v1/info`."""
    low, high = FPS_RANGE
    return {
        "version": __version__,
        "protocol": PROTOCOL,
        "subprotocols": list(SUBPROTOCOLS),
        "uptime_s": round(state.uptime_s, 3),
        "draining": state.draining,
        "names": list(arkit.NAMES),
        "emotions": list(arkit.EMOTIONS),
        "viseme_names": list(speech.VISEMES),
        "fps": {"min": int(low), "max": int(high)},
        "audio": {
            "encodings": list(ENCODINGS),
            "sample_rate": dict(zip(("min", "max"), SAMPLE_RATE_RANGE_HZ, strict=True)),
            "channels": dict(zip(("min", "max"), CHANNELS_RANGE, strict=True)),
        },
        "limits": asdict(state.options.limits) | {"max_sessions": state.options.max_sessions},
        "profiles": list(state.parts.profiles),
        "default_engine": next(iter(state.parts.pools)),
        "engines": {name: _describe_engine(pool) for name, pool in state.parts.pools.items()},
        "sessions": _session_counts(state),
    }


def readings(state: ServerState) -> Iterator[Reading]:
    """The value of every metric at this moment."""
    yield Reading("a2f_live_info", 1, (__version__,))
    yield Reading("a2f_live_uptime_seconds", state.uptime_s)
    yield Reading("a2f_live_draining", state.draining)
    for kind, count in _session_counts(state).items():
        yield Reading("a2f_live_sessions", count, (kind,))
    totals, sums = state.totals, state.sum_tallies()
    yield Reading("a2f_live_sessions_total", totals.begun)
    yield Reading("a2f_live_sessions_resumed_total", totals.resumed)
    yield from (Reading("a2f_live_refused_total", count, (code,)) for code, count in totals.refused.items())
    yield from (Reading("a2f_live_closed_total", count, (str(code),)) for code, count in totals.closed.items())
    yield from (Reading("a2f_live_errors_total", count, (code,)) for code, count in totals.errors.items())
    yield Reading("a2f_live_messages_received_total", sums.messages_received)
    yield Reading("a2f_live_messages_sent_total", sums.messages_sent)
    yield Reading("a2f_live_received_bytes_total", sums.received_bytes)
    yield Reading("a2f_live_sent_bytes_total", sums.sent_bytes)
    yield Reading("a2f_live_audio_seconds_total", state.audio_s)
    yield Reading("a2f_live_frames_total", sums.frames)
    yield Reading("a2f_live_frames_dropped_total", sums.dropped_frames)
    for name, pool in state.parts.pools.items():
        yield from _engine_readings(name, pool)


def _engine_readings(name: str, pool: Pool) -> Iterator[Reading]:
    snapshot = pool.snapshot()
    totals = snapshot.totals
    states = [instance.state for instance in snapshot.instances]
    for state in sorted(set(states)):
        yield Reading("a2f_live_engine_instances", states.count(state), (name, state))
    yield Reading("a2f_live_engine_queue", snapshot.queued, (name,))
    yield Reading("a2f_live_engine_oldest_wait_seconds", snapshot.oldest_wait_s, (name,))
    waits = {"0.5": snapshot.wait_p50_s, "0.95": snapshot.wait_p95_s, "0.99": snapshot.wait_p99_s}
    for quantile, wait_s in waits.items():
        yield Reading("a2f_live_engine_wait_seconds", wait_s, (name, quantile))
    yield Reading("a2f_live_engine_overload_level", snapshot.level, (name,))
    yield Reading("a2f_live_engine_windows_total", totals.windows, (name,))
    yield Reading("a2f_live_engine_batches_total", totals.batches, (name,))
    yield Reading("a2f_live_engine_retries_total", totals.retries, (name,))
    yield Reading("a2f_live_engine_given_up_total", totals.given_up, (name,))
    failures = {"timeout": totals.timeouts, "raised": totals.failures, "nonsense": totals.nonsense}
    for kind, count in failures.items():
        yield Reading("a2f_live_engine_failures_total", count, (name, kind))
    yield Reading("a2f_live_engine_audio_seconds_total", totals.audio_s, (name,))
    yield Reading("a2f_live_engine_busy_seconds_total", totals.engine_s, (name,))


def _session_counts(state: ServerState) -> dict[str, int]:
    parked = state.sessions.parked
    return {
        "live": len(state.sessions) - parked,
        "parked": parked,
        "silent": state.silent,
        "uploads": state.uploads,
        "calls": state.calls,
    }


def _describe_engine(pool: Pool) -> dict[str, Any]:
    engine, snapshot = pool.info, pool.snapshot()
    return {
        **asdict(engine),
        "row_rate": [engine.row_rate.numerator, engine.row_rate.denominator],
        "pool": {**asdict(snapshot), "fps_cap": _pair(snapshot.fps_cap), "healthy": snapshot.healthy},
    }


def _pair(fps: Fraction | None) -> list[int] | None:
    return None if fps is None else [fps.numerator, fps.denominator]
