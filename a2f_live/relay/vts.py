"""VTube Studio as a target: a WebSocket to its plugin API, opened again whenever it was lost."""

import asyncio
import logging
from contextlib import suppress
from pathlib import Path
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from a2f_live.errors import A2FError
from a2f_live.outputs.pose import Pose
from a2f_live.outputs.vts import BUSY, Plugin
from a2f_live.relay.target import Target, Wants

RETRY_S: Final = 3.0
"""Between two tries to reach a VTube Studio that is away."""
OPEN_TIMEOUT_S: Final = 5.0
CLOSE_TIMEOUT_S: Final = 1.0
LONGEST_ANSWER: Final = 4 * 1024 * 1024

logger = logging.getLogger(__name__)


class VtsTarget(Target):
    """Injects the newest pose as fast as VTube Studio takes it. Where the user denies access it stays silent."""

    def __init__(self, url: str, parameters: str, token_file: Path, *, head: bool) -> None:
        self.wants = Wants(head=head)
        self._url, self._parameters, self._head = url, parameters, head
        self._token_file = token_file
        self._task: asyncio.Task[None] | None = None
        self._pose: Pose | None = None
        self._news = asyncio.Event()
        self.shown = 0
        """Poses sent."""

    async def open(self) -> None:
        """Begin to look for VTube Studio; it need not be there yet."""
        self._task = asyncio.create_task(self._run(), name="a2f-live VTube Studio")

    def show(self, pose: Pose, tick: int) -> None:
        """Let this be the next pose that is sent."""
        self._pose = pose
        self._news.set()

    async def close(self) -> None:
        """Leave VTube Studio to its user."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None

    async def _run(self) -> None:
        away = asking = False
        while True:
            try:
                async with connect(
                    self._url,
                    compression=None,
                    max_size=LONGEST_ANSWER,
                    open_timeout=OPEN_TIMEOUT_S,
                    close_timeout=CLOSE_TIMEOUT_S,
                ) as socket:
                    away = False
                    await self._speak(socket)
            except A2FError as error:
                if error.code != BUSY:
                    logger.warning("VTube Studio is given up: %s", error.message)
                    return
                if not asking:
                    logger.warning("%s", error.message)
                asking = True
            except (OSError, InvalidHandshake, ConnectionClosed, TimeoutError) as error:
                if not away:
                    logger.warning("no VTube Studio at %s (%s): trying again until there is one", self._url, error)
                away = True
            await asyncio.sleep(RETRY_S)

    async def _speak(self, socket: ClientConnection) -> None:
        plugin = Plugin(read_token(self._token_file), self._parameters, head=self._head)
        for text in plugin.begin():
            await socket.send(text)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._inject(socket, plugin))
                async for answer in socket:
                    await self._answer(socket, plugin, answer)
                raise ConnectionResetError("it has ended the connection")
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None

    async def _answer(self, socket: ClientConnection, plugin: Plugin, text: str | bytes) -> None:
        token = plugin.token
        for answer in plugin.hear(text):
            await socket.send(answer)
        if plugin.token and plugin.token != token:
            keep_token(self._token_file, plugin.token)
        while plugin.warnings:
            logger.warning("%s", plugin.warnings.pop(0))

    async def _inject(self, socket: ClientConnection, plugin: Plugin) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            if self._pose is not None and (text := plugin.inject(self._pose)) is not None:
                await socket.send(text)
                self.shown += 1


def read_token(path: Path) -> str | None:
    """The token of an earlier connection, if it was kept."""
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text("ascii").strip() or None
    return None


def keep_token(path: Path, token: str) -> None:
    """Keep a token, for this user alone; without it, VTube Studio asks its user again the next time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)
        path.write_text(token, "ascii")
    except (OSError, UnicodeEncodeError) as error:
        logger.warning("%s cannot keep the token of VTube Studio (%s): name another with token_file=", path, error)
