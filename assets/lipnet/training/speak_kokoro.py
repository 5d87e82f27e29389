"""Kokoro's voices: natural speech, of which only the text is known."""

import json
import re
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from assets.lipnet.training.phones import Samples
from assets.lipnet.training.plan import Style, Utterance
from assets.lipnet.training.settings import SEED
from assets.lipnet.training.sound import resampled, unclipped
from assets.lipnet.training.trouble import TroubleError

KOKORO_HZ: Final = 24_000
STYLE_WIDTH: Final = 256
"""A voice is a table of style vectors, one for each length of text in phonemes."""
MARKS: Final = ".,;:!?"
UNSPOKEN: Final = str.maketrans("", "", "\u0329")
"""Marks of espeak-ng that Kokoro does not know: that a consonant is a syllable."""
EDGE: Final = 0
"""The token before and after all others."""


class Kokoro:
    """Speaks as it is told, on one core."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime

        onnxruntime.set_seed(SEED)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
        self._vocabulary: dict[str, int] = json.loads((folder / "vocab.json").read_text("utf-8"))["vocab"]
        self._folder = folder

    def __call__(self, utterance: Utterance) -> Samples:
        """Mono float32 at 16 kHz."""
        tokens = self._tokens(phonemes(utterance.text))
        inputs = {
            "tokens": np.array([[EDGE, *tokens, EDGE]], np.int64),
            "style": self._style(utterance.style, len(tokens)),
            "speed": np.array([utterance.speed], np.float32),
        }
        return unclipped(resampled(self._session.run(None, inputs)[0], KOKORO_HZ))

    def _tokens(self, symbols: str) -> list[int]:
        unknown = sorted(set(symbols) - self._vocabulary.keys())
        if unknown:
            raise TroubleError(f"Kokoro does not know {' '.join(unknown)} in {symbols!r}: put the text another way.")
        return [self._vocabulary[symbol] for symbol in symbols]

    def _style(self, style: Style, tokens: int) -> Samples:
        """(1, 256) the mix of the voices' vectors for that many tokens."""
        rows = [voice_table(self._folder / f"{voice}.bin")[tokens - 1] for voice, _ in style]
        shares = np.array([[share for _, share in style]], np.float32)
        mixed: Samples = shares @ np.stack(rows)
        return mixed


@lru_cache(maxsize=64)
def voice_table(path: Path) -> Samples:
    """(510, 256) style vectors of a voice, by the number of tokens less one."""
    return np.fromfile(path, "<f4").reshape(-1, STYLE_WIDTH)


def phonemes(text: str) -> str:
    """IPA by espeak-ng, piece by piece, since it drops the punctuation that tells Kokoro where to pause."""
    pieces = [piece for piece in re.split(f"([{MARKS}])", text) if piece.strip()]
    spoken = (piece if piece in MARKS else " " + ipa(piece.strip()) for piece in pieces)
    return "".join(spoken).strip()


def ipa(words: str) -> str:
    """American IPA of a few words without punctuation."""
    command = ["espeak-ng", "-q", "--ipa", "-v", "en-us", words]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return " ".join(told.translate(UNSPOKEN).split())
