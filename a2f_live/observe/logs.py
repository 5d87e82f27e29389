"""Logs: one plain line on a terminal, one JSON object a line elsewhere. Never a token, never a query string."""

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TextIO

LOGGER_NAME: Final = "a2f_live"
_FIGURES: Final = "figures"
"""Attribute of a log record that holds its named figures."""

Figure = str | int | float | bool | None


def log_event(logger: logging.Logger, level: int, message: str, figures: Mapping[str, Figure]) -> None:
    """Log a message with named figures; each formatter writes them in its own way."""
    logger.log(level, message, extra={_FIGURES: figures})


class PlainFormatter(logging.Formatter):
    """`12:00:00 info message name=value`, with a traceback below where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """One line for people."""
        figures = "".join(f" {name}={_short(value)}" for name, value in _figures(record).items())
        line = f"{_time(record):%H:%M:%S} {record.levelname.lower()} {record.getMessage()}{figures}"
        return "\n".join(filter(None, (line, self._traceback(record))))

    def _traceback(self, record: logging.LogRecord) -> str | None:
        return self.formatException(record.exc_info) if record.exc_info else None


class JsonFormatter(PlainFormatter):
    """One JSON object: `time`, `level`, `logger`, `message`, and the figures beside them."""

    def format(self, record: logging.LogRecord) -> str:
        """One line for programs."""
        document: dict[str, Figure] = {
            "time": _time(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_figures(record),
        }
        traceback = self._traceback(record)
        return json.dumps(document | ({"traceback": traceback} if traceback else {}), default=str)


def configure_logs(level: str = "info", *, as_json: bool | None = None, stream: TextIO | None = None) -> None:
    """Send the logs of this package to `stream` (standard error), as JSON lines unless it is a terminal.

    `level` is a name of the standard library, in any case. Calling it again replaces what was there.
    """
    stream = stream or sys.stderr
    as_json = not stream.isatty() if as_json is None else as_json
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter() if as_json else PlainFormatter())
    for name in (LOGGER_NAME, "aiohttp", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level.upper() if name == LOGGER_NAME else logging.WARNING)


def _figures(record: logging.LogRecord) -> Mapping[str, Figure]:
    figures: Mapping[str, Figure] = getattr(record, _FIGURES, {})
    return figures


def _time(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _short(value: Figure) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
