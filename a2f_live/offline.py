"""A whole utterance at once: PCM in, frames out, through a session and one engine, with no event loop."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import isqrt
from typing import Any, Final

from a2f_live.config import StreamConfig
from a2f_live.engine.base import Engine, Result, Window
from a2f_live.engine.check import Checked, check
from a2f_live.errors import EngineError, EngineFailed, EngineUnavailable
from a2f_live.frames import Frames
from a2f_live.motion.profile import Profile
from a2f_live.session import Session, Step

RETRIES: Final = 2
"""Attempts after the first that a window may have: as many as a pool gives it."""


def go_on() -> None:
    """Never raises."""


def render(
    engine: Engine,
    config: StreamConfig,
    profile: Profile,
    said: Iterable[bytes | Mapping[str, Any]],
    step: Callable[[], None] = go_on,
) -> Iterator[Frames]:
    """Give the frames of one utterance, the same as a server streams them, bit for bit.

    What is said is PCM in the format of `config.audio`, cut anyhow, and changes of the configuration from the next
    frame on, as `Session.configure` takes them. `step` is called before each call of the engine, and ends it all by
    raising. Calls that fail are made again, a few times. Raises `EngineError` and `AudioError`.
    """
    session = Session(engine.info, config, profile)
    for each in said:
        if isinstance(each, Mapping):
            session.configure(each)
        else:
            yield from _run(engine, session, session.push_audio(each), step)
    yield from _run(engine, session, session.flush(), step)


def _run(engine: Engine, session: Session, first: Step, step: Callable[[], None]) -> Iterator[Frames]:
    waiting = [first]
    while waiting:
        windows, events = waiting.pop(0)
        yield from (event for event in events if isinstance(event, Frames))
        for batch in _parts(windows, engine.info.max_batch):
            answers = _answers(engine, batch, RETRIES, step)
            waiting.extend(session.push_result(*pair) for pair in zip(batch, answers, strict=True))


def _answers(engine: Engine, batch: Sequence[Window], retries: int, step: Callable[[], None]) -> list[Result]:
    """Of every window. Those that get none are asked again, as a pool would: in smaller batches, at last alone."""
    step()
    try:
        outcomes = _called(engine, batch)
    except EngineUnavailable:
        raise  # it has tried to start for as long as it may
    except EngineError:
        if not retries:
            raise
        parts = _parts(batch, 1 if retries == 1 else isqrt(len(batch)))
        return [answer for part in parts for answer in _answers(engine, part, retries - 1, step)]
    answers = []
    for window, outcome in zip(batch, outcomes, strict=True):
        if isinstance(outcome, EngineError):
            if not retries:
                raise outcome
            [outcome] = _answers(engine, [window], retries - 1, step)
        answers.append(outcome)
    return answers


def _called(engine: Engine, batch: Sequence[Window]) -> Checked:
    """A result or an error for each window. Raises `EngineError`, whatever the engine raises."""
    try:
        return check(engine.infer(batch), batch, engine.info.rows_per_hop, engine.info.name)
    except EngineError:
        raise
    except Exception as error:
        raise EngineFailed(f"engine {engine.info.name} failed: {type(error).__name__}: {error}") from error


def _parts(windows: Sequence[Window], size: int) -> Iterator[Sequence[Window]]:
    return (windows[start : start + size] for start in range(0, len(windows), size))
