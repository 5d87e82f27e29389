"""A whole utterance at once: PCM in, frames out, through a session and one engine, with no event loop."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from a2f_live.config import StreamConfig
from a2f_live.engine.base import Engine, Window
from a2f_live.engine.check import check
from a2f_live.errors import EngineError
from a2f_live.frames import Frames
from a2f_live.motion.profile import Profile
from a2f_live.session import Session, Step


def render(
    engine: Engine, config: StreamConfig, profile: Profile, said: Iterable[bytes | Mapping[str, Any]]
) -> Iterator[Frames]:
    """Give the frames of one utterance, the same as a server streams them, bit for bit.

    What is said is PCM in the format of `config.audio`, cut anyhow, and changes of the configuration from the next
    frame on, as `Session.configure` takes them. Raises `EngineError` and `AudioError`.
    """
    session = Session(engine.info, config, profile)
    for each in said:
        if isinstance(each, Mapping):
            session.configure(each)
        else:
            yield from _run(engine, session, session.push_audio(each))
    yield from _run(engine, session, session.flush())


def _run(engine: Engine, session: Session, step: Step) -> Iterator[Frames]:
    waiting = [step]
    while waiting:
        windows, events = waiting.pop(0)
        yield from (event for event in events if isinstance(event, Frames))
        for start in range(0, len(windows), engine.info.max_batch):
            waiting.extend(_answered(engine, session, windows[start : start + engine.info.max_batch]))


def _answered(engine: Engine, session: Session, batch: Sequence[Window]) -> Iterator[Step]:
    """Nobody else could answer here, so the first error ends it."""
    outcomes = check(engine.infer(batch), batch, engine.info.rows_per_hop, engine.info.name)
    for window, outcome in zip(batch, outcomes, strict=True):
        if isinstance(outcome, EngineError):
            raise outcome
        yield session.push_result(window, outcome)
