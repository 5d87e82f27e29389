import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from a2f_live.client import BlockingFace, connect_sync
from a2f_live.errors import ConfigError, ConnectionLost, ServerFull
from tests.client.server import FakeServer, served


@contextmanager
def talking(server: FakeServer, **options: Any) -> Iterator[BlockingFace]:
    with served(server), connect_sync(server.url, **options) as face:
        yield face
    assert not [thread for thread in threading.enumerate() if thread.name == "a2f-live client"]


def test_the_same_frames_without_asyncio() -> None:
    blocks = [bytes(640)] * 50
    with talking(FakeServer(cuts=(7,)), fps=30, visemes=True) as face:
        frames = [f.index + i for f in face.stream(blocks) for i in range(f.count)]
        assert frames == list(range(30))
        assert (len(face.names), len(face.viseme_names)) == (52, 15)


def test_every_method_blocks_until_it_is_answered() -> None:
    with talking(FakeServer()) as face:
        face.send(bytes(32_000))
        flushed = face.flush()
        assert flushed is not None
        assert flushed.frames == 60
        assert face.marker() > 0
        assert face.clear().utterance == 1
        assert face.configure(idle="off") == face.config
        assert face.utterance == 1
        face.close()
        assert sum(f.count for f in face) == 60
        assert (face.dropped, face.stats) == (0, None)


def test_a_stream_left_early_leaves_nothing_behind() -> None:
    with talking(FakeServer(), pace="file") as face:
        for frames in face.stream(bytes(640) for _ in range(10_000)):
            assert frames.count
            break


def test_errors_come_as_they_are() -> None:
    with pytest.raises(ServerFull), talking(FakeServer(refusals=[503])):
        pass
    with pytest.raises(ConfigError), connect_sync("nowhere at all"):
        pass
    with talking(FakeServer()) as face:
        face.close()
        with pytest.raises(ConnectionLost):
            face.send(bytes(2))
