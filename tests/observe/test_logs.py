"""One line a record: for people on a terminal, for programs elsewhere."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from a2f_live.observe.logs import LOGGER_NAME, configure_logs, log_event


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in (LOGGER_NAME, "aiohttp", "asyncio")]
    before = [(logger, logger.handlers, logger.propagate, logger.level) for logger in loggers]
    yield
    for logger, handlers, propagate, level in before:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def written(stream: io.StringIO, level: str = "info") -> str:
    configure_logs(level, stream=stream)
    logger = logging.getLogger("a2f_live.server")
    logger.debug("not %s", "shown")
    log_event(logger, logging.INFO, "session ended", {"frames": 30, "latency_p99_ms": 12.3456789})
    return stream.getvalue()


def test_a_terminal_gets_plain_lines() -> None:
    line = written(Terminal())
    assert line.endswith(" info session ended frames=30 latency_p99_ms=12.3457\n")
    assert line.count("\n") == 1


def test_everything_else_gets_json() -> None:
    document = json.loads(written(io.StringIO()))
    assert {
        "level": "info",
        "message": "session ended",
        "frames": 30,
        "logger": "a2f_live.server",
    }.items() <= document.items()
    assert document["time"].endswith("+00:00")


@pytest.mark.parametrize("level", ["debug", "DEBUG"])
def test_the_level_is_a_name_in_any_case(level: str) -> None:
    assert "not shown" in written(Terminal(), level)


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()])
def test_a_traceback_is_part_of_the_record(stream: io.StringIO) -> None:
    configure_logs(stream=stream)
    try:
        raise ValueError("why")
    except ValueError:
        logging.getLogger("a2f_live.x").exception("it failed")
    assert "ValueError: why" in stream.getvalue()
    if not stream.isatty():
        assert "ValueError: why" in json.loads(stream.getvalue())["traceback"]
