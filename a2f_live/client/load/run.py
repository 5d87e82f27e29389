"""Holds all streams of a load: connects them, lets them speak by the clock, and asks the server what it cost."""

import asyncio
from collections.abc import Sequence
from heapq import heapify, heappop, heapreplace
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from a2f_live.client.link import stream_url
from a2f_live.client.load.report import LoadReport, ServerFigures, sum_up
from a2f_live.client.load.speaker import Speaker
from a2f_live.client.load.speech import MESSAGE_S, LoadPlan, Speech
from a2f_live.errors import ConnectionLost

ANSWER_LIMIT_S: Final = 10.0
"""How long a server may take over hello, and over the last frames, before a stream counts as lost."""
SPREAD_S: Final = 1.0
"""Streams begin one after the other within this time, as speakers do not begin all at once."""
TICK_S: Final = 0.001
"""What is due within it goes out together: to sleep costs more than to send."""
PORTS: Final = {"ws": 80, "wss": 443}


async def run(plan: LoadPlan) -> LoadReport:
    """Hold all streams of the plan at once. Raises `ConnectionLost` if there is no server at the address."""
    headers = {"Authorization": f"Bearer {plan.token}"} if plan.token else {}
    async with aiohttp.ClientSession(headers=headers) as http:
        idle = await _server_figures(http, plan.url)
        speakers = await _connect(plan)
        ready = [speaker.ready.result() for speaker in speakers]
        silent = await _server_figures(http, plan.url)
        full = asyncio.create_task(_look_late(http, plan))
        try:
            await _speak(plan, speakers)
            await _heard_out(speakers)
            busy = await _server_figures(http, plan.url)
            memory_bytes = (await full).memory_bytes - idle.memory_bytes
        finally:
            full.cancel()
            for speaker in speakers:
                speaker.leave()
    lookahead_s = next((answer.lookahead_ms / 1000 for answer in ready if answer), 0.0)
    return sum_up(plan, [speaker.heard for speaker in speakers], lookahead_s, busy.cpu_s - silent.cpu_s, memory_bytes)


async def _connect(plan: LoadPlan) -> Sequence[Speaker]:
    """Every stream, greeted or failed."""
    loop, speech = asyncio.get_running_loop(), Speech(plan.pcm)
    speakers = [Speaker(plan, number, speech) for number in range(plan.streams)]
    parts = urlsplit(stream_url(plan.url))
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    secure = True if parts.scheme == "wss" else None

    async def connect(speaker: Speaker) -> None:
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                await loop.create_connection(lambda: speaker, host, port, ssl=secure)
                await asyncio.shield(speaker.ready)
        except (OSError, TimeoutError) as error:
            speaker.fail(f"the stream could not be opened: {error or type(error).__name__}")

    await asyncio.gather(*(connect(speaker) for speaker in speakers))
    return speakers


async def _speak(plan: LoadPlan, speakers: Sequence[Speaker]) -> None:
    """Send each message of each stream when its audio would have been spoken."""
    spread_s, message_s = min(SPREAD_S, plan.seconds) / plan.streams, float(MESSAGE_S)
    began_s = perf_counter() + message_s
    due = [(began_s + number * spread_s, number) for number in range(plan.streams)]
    heapify(due)
    while due:
        due_s, number = due[0]
        now_s = perf_counter()
        if due_s > now_s:
            await asyncio.sleep(max(due_s - now_s, TICK_S))
        elif speakers[number].speak(due_s):
            heapreplace(due, (due_s + message_s, number))
            if number % 64 == 0:  # a load that is behind must still hear
                await asyncio.sleep(0)
        else:
            heappop(due)


async def _heard_out(speakers: Sequence[Speaker]) -> None:
    """Wait for the last frame of every stream, but not for ever."""
    await asyncio.wait([speaker.ended for speaker in speakers], timeout=ANSWER_LIMIT_S)
    for speaker in speakers:
        if not speaker.ended.done():
            speaker.fail(f"the last frames did not come within {ANSWER_LIMIT_S:g} s")


async def _look_late(http: aiohttp.ClientSession, plan: LoadPlan) -> ServerFigures:
    await asyncio.sleep(plan.seconds * 0.8)
    return await _server_figures(http, plan.url)


async def _server_figures(http: aiohttp.ClientSession, url: str) -> ServerFigures:
    """What the server tells in its metrics."""
    try:
        async with http.get(f"{url}/metrics") as answer:
            text = await answer.text()
    except (aiohttp.ClientError, OSError) as error:
        raise ConnectionLost(f"no server answers at {url}: start one with `a2f-live serve` ({error})") from error
    rows = (line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    values = {row[0]: row[1] for row in rows if len(row) == 2}
    cpu_s = values.get("process_cpu_seconds_total", "nan")
    memory_bytes = values.get("process_resident_memory_bytes", "nan")
    return ServerFigures(float(cpu_s), float(memory_bytes))
