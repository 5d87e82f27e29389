"""PCM, resampling and windows as one: how the bytes were cut into messages must not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from a2f_live.audio.pcm import PcmDecoder
from a2f_live.audio.resample import Resampler
from a2f_live.audio.window import Windower
from a2f_live.config import ENCODINGS, AudioFormat
from a2f_live.frames import Array
from tests.audio.helpers import RATES_HZ, cuts, pieces

CONTEXT, HOP, LOOKAHEAD = 2_400, 320, 640

formats = st.builds(AudioFormat, st.sampled_from(sorted(ENCODINGS)), st.sampled_from(RATES_HZ), st.integers(1, 8))


def reference(audio: AudioFormat, pcm: bytes, total_hops: int) -> list[Array]:
    """Every window of the utterance, from the whole of it at once."""
    samples = Resampler(audio.sample_rate).push(PcmDecoder(audio).push(pcm))
    padded = np.pad(samples, (CONTEXT, total_hops * HOP + LOOKAHEAD))
    ends = [CONTEXT + LOOKAHEAD + hop * HOP for hop in range(total_hops)]
    return [padded[end - CONTEXT : end] for end in ends]


class Stream:
    """The way of one stream's audio, as a session goes it, utterance after utterance."""

    def __init__(self, audio: AudioFormat) -> None:
        self.audio = audio
        self.decoder = PcmDecoder(audio)
        self.resampler = Resampler(audio.sample_rate)
        self.windower = Windower(CONTEXT, HOP, LOOKAHEAD)

    def hear(self, pcm: bytes, lengths: list[int], total_hops: int, max_hops: int) -> list[Array]:
        heard: list[Array] = []
        for piece in pieces(pcm, lengths):
            self.windower.push(self.resampler.push(self.decoder.push(piece)))
            heard += self.take_all(max_hops)
        self.decoder.flush()
        self.windower.push(self.resampler.flush())
        self.windower.finish(total_hops)
        heard += self.take_all(max_hops)
        for part in (self.decoder, self.resampler, self.windower):
            part.reset()
        return heard

    def take_all(self, max_hops: int) -> list[Array]:
        heard: list[Array] = []
        while taken := self.windower.take(max_hops):
            heard += [taken.samples[hop * HOP :][:CONTEXT] for hop in range(taken.hops)]
        return heard


def hops_of(audio: AudioFormat, pcm: bytes) -> int:
    """Hops that begin within the utterance."""
    return int(-(-audio.seconds(len(pcm)) * 16_000 // HOP))


@settings(deadline=None)
@given(formats, st.binary(max_size=9_000), cuts, st.lists(st.integers(1, 500), max_size=5), st.integers(1, 5))
def test_windows_do_not_depend_on_the_cut_nor_on_the_utterance_before(
    audio: AudioFormat, pcm: bytes, first_cut: list[int], second_cut: list[int], max_hops: int
) -> None:
    stream, total_hops = Stream(audio), hops_of(audio, pcm)
    expected = [window.tobytes() for window in reference(audio, pcm, total_hops)]
    for lengths in (first_cut, second_cut):
        heard = stream.hear(pcm, lengths, total_hops, max_hops)
        assert [window.tobytes() for window in heard] == expected


@pytest.mark.parametrize("rate_hz", [rate_hz for rate_hz in RATES_HZ if rate_hz % 50 == 0])
def test_at_every_rate_a_hop_is_ready_with_the_message_that_completes_it(rate_hz: int) -> None:
    stream, message = Stream(AudioFormat(sample_rate=rate_hz)), bytes(2 * rate_hz // 50)
    for count in range(1, 40):
        stream.windower.push(stream.resampler.push(stream.decoder.push(message)))
        assert stream.windower.ready == max(count * 320 - LOOKAHEAD + HOP, 0) // HOP
