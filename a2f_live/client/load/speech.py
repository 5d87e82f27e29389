"""What the streams of a load say, made before the first of them speaks."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

from a2f_live.config import AudioFormat, StreamConfig
from a2f_live.wire.codec import MsgpackCodec
from a2f_live.wire.framing import masked_frame
from a2f_live.wire.messages import Audio

MESSAGES_HZ: Final = 50
MESSAGE_S: Final = Fraction(1, MESSAGES_HZ)
"""Seconds of audio in one message."""
RATE_HZ: Final = 16_000
MESSAGE_BYTES: Final = int(RATE_HZ * MESSAGE_S) * 2
STRIDE: Final = 7919
"""Messages between the places where two streams begin: a prime, so that they say different things."""


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """What to put on a server."""

    url: str
    streams: int
    seconds: float
    fps: Fraction
    pcm: bytes
    """16 kHz mono s16 that the streams speak, each from another place."""
    lookahead_ms: int = 40
    engine: str | None = None
    token: str | None = None

    @property
    def messages(self) -> int:
        """Messages of each stream."""
        return ceil(self.seconds / MESSAGE_S)

    @property
    def frames(self) -> int:
        """Frames that are due to each stream."""
        return ceil(self.messages * MESSAGE_S * self.fps)

    @property
    def config(self) -> StreamConfig:
        """What each stream asks for."""
        audio = AudioFormat("pcm_s16le", RATE_HZ, 1)
        return StreamConfig(audio, self.fps, lookahead_ms=self.lookahead_ms, engine=self.engine)


class Speech:
    """The messages of all streams, as they go over the wire."""

    def __init__(self, pcm: bytes) -> None:
        codec = MsgpackCodec()
        whole = pcm + bytes(-len(pcm) % MESSAGE_BYTES or (0 if pcm else MESSAGE_BYTES))
        pieces = (whole[at : at + MESSAGE_BYTES] for at in range(0, len(whole), MESSAGE_BYTES))
        self._messages = [masked_frame(codec.encode(Audio(piece))) for piece in pieces]

    def message(self, stream: int, number: int) -> bytes:
        """The message of that number of a stream."""
        return self._messages[(stream * STRIDE + number) % len(self._messages)]
