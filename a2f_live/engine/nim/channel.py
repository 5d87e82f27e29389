"""Channels to NIMs: TLS, the key, and which of several takes the next call."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any, Final
from weakref import WeakSet

import grpc
from nvidia_audio2face_3d.audio2face_pb2_grpc import A2FControllerServiceStub

from a2f_live.engine.nim.call import Call
from a2f_live.engine.nim.options import Address, NimOptions
from a2f_live.errors import ConfigError, EngineFailed, EngineRefused, EngineUnavailable

REST_S: Final = 5.0
"""A NIM that failed is asked again after this time, or when there is no other."""
FULL_S: Final = 0.5
"""A NIM that is full is not asked for so long."""
CHANNEL: Final = (
    ("grpc.enable_retries", 0),  # a call holds a conversation: whether to begin another is ours to decide
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.max_reconnect_backoff_ms", 2_000),
)


class Nim:
    """One NIM: a channel, and the calls that run on it."""

    def __init__(self, address: Address, credentials: grpc.ChannelCredentials | None, metadata: Any) -> None:
        self.target = address.target
        self._calls: WeakSet[Call] = WeakSet()
        self._adding = threading.Lock()
        self.failed_s = -REST_S
        self.full_s = -FULL_S
        self._metadata = metadata
        if credentials is None:
            self._channel = grpc.insecure_channel(address.target, options=CHANNEL)
        else:
            self._channel = grpc.secure_channel(address.target, credentials, options=CHANNEL)
        stub = A2FControllerServiceStub(self._channel)  # type: ignore[no-untyped-call]
        self._process = stub.ProcessAudioStream

    @property
    def running(self) -> int:
        """Calls under way."""
        return sum(not call.over for call in self.calls())

    def add(self, call: Call) -> None:
        """Count a call that was begun."""
        with self._adding:
            self._calls.add(call)

    def calls(self) -> list[Call]:
        """All that are still held by somebody."""
        with self._adding:
            return list(self._calls)

    def open(self, requests: Iterator[Any]) -> Any:
        """Begin a call; it fails when it is read, not here, unless the channel is closed."""
        try:
            return self._process(requests, metadata=self._metadata)
        except ValueError as error:
            raise EngineFailed(f"the channel to {self.target} is closed: create another engine") from error

    def abort(self) -> None:
        """End every call."""
        for call in self.calls():
            call.cancel()

    def close(self) -> None:
        """End every call, and hang up."""
        self.abort()
        self._channel.close()


class Nims:
    """All NIMs of an engine: the next call goes to the one with the fewest, those that failed lately last."""

    def __init__(self, options: NimOptions, clock: Callable[[], float] = monotonic) -> None:
        addresses = options.addresses()
        metadata = _metadata(options, addresses)
        credentials = _credentials(options) if any(address.secure for address in addresses) else None
        self._clock = clock
        self._nims = [Nim(address, credentials if address.secure else None, metadata) for address in addresses]

    def __len__(self) -> int:
        return len(self._nims)

    def choose(self) -> Nim:
        """Where to begin the next call. Raises `EngineRefused` where every NIM is full."""
        now = self._clock()
        open_ones = [nim for nim in self._nims if now - nim.full_s >= FULL_S]
        if not open_ones:
            raise EngineRefused("every NIM has as many streams as it takes: add another one, or lower --max-sessions")
        return min(open_ones, key=lambda nim: (now - nim.failed_s < REST_S, nim.running))

    def note_failure(self, call: Call) -> None:
        """It failed."""
        for nim in self._nims:
            if nim.target == call.target:
                nim.failed_s = self._clock()
                nim.full_s = self._clock() if call.full else nim.full_s

    def abort(self) -> None:
        """End every call."""
        for nim in self._nims:
            nim.abort()

    def close(self) -> None:
        """End every call, and hang up."""
        for nim in self._nims:
            nim.close()


def _metadata(options: NimOptions, addresses: tuple[Address, ...]) -> tuple[tuple[str, str], ...]:
    key = os.environ.get(options.key_variable, "")
    if options.function_id and not key:
        raise EngineUnavailable(f"engine 'nim': a function id needs a key: put it into {options.key_variable}")
    if key and not all(address.secure or address.local for address in addresses):
        raise ConfigError("engine 'nim': the key would travel in the clear: write grpcs://host:port, or unset it")
    found = {"function-id": options.function_id, "authorization": key and f"Bearer {key}"}
    return tuple((name, value) for name, value in found.items() if value)


def _credentials(options: NimOptions) -> grpc.ChannelCredentials:
    root, key, chain = map(_read, (options.root_certificates, options.private_key, options.certificate))
    return grpc.ssl_channel_credentials(root, key, chain)


def _read(path: str) -> bytes | None:
    if not path:
        return None
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ConfigError(f"engine 'nim': the certificate file {path} cannot be read: {why}") from error
