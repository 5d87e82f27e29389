"""The client: `connect` for asyncio, `connect_sync` for scripts."""

from a2f_live.client.aio import Face, connect
from a2f_live.client.options import Options
from a2f_live.client.sync import BlockingFace, connect_sync

__all__ = ["BlockingFace", "Face", "Options", "connect", "connect_sync"]
