"""The outputs of a server: the face of a session in other programs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction

from a2f_live.relay.building import build
from a2f_live.relay.relay import Relay
from a2f_live.relay.stage import Stage
from a2f_live.relay.target import Target
from a2f_live.settings import ServeSettings


def targets_of(settings: ServeSettings) -> list[Target]:
    """The outputs that are asked for. Raises `ConfigError`."""
    return [build(text, settings.output_fps) for text in settings.outputs]


@asynccontextmanager
async def shown(settings: ServeSettings, targets: list[Target]) -> AsyncIterator[Stage | None]:
    """Open the outputs and give the stage that they show; None where there are none. At the end the face is at rest."""
    if not targets:
        yield None
        return
    delay_s = Fraction(settings.output_delay_ms, 1000)
    async with Relay(targets, settings.output_fps, delay_s=delay_s) as relay:
        yield Stage(relay)
        relay.interrupt()
        await relay.rested()
