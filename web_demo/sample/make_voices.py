"""Makes the spoken clips of the page, `*.mp3` and `samples.json`: `python web_demo/sample/make_voices.py` from the top.

Needs the extra `train` and Debian's espeak-ng; fetches Kokoro (310 MB) the first time. The three voices are those
that the embedded network never heard while it learned.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

HERE: Final = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from assets.lipnet.training.fetch import kokoro  # noqa: E402
from assets.lipnet.training.plan import Utterance  # noqa: E402
from assets.lipnet.training.settings import RATE_HZ, default_folder  # noqa: E402
from assets.lipnet.training.speak_kokoro import Kokoro  # noqa: E402

PEAK: Final = 0.7
EDGES_S: Final = (0.15, 0.5)
"""Silence before and after."""


@dataclass(frozen=True, slots=True)
class Clip:
    """What is said, and by whom."""

    name: str
    title: str
    voice: str
    speed: float
    text: str


CLIPS: Final = (
    Clip(
        "greeting",
        "A greeting",
        "af_nova",
        0.95,
        "Hello, it is lovely to meet you. Everything my face does, it hears in this voice, a few hundredths of a "
        "second after you do. Watch my lips when I say papa, mama, and Bob. Now, would you like to try your own voice?",
    ),
    Clip(
        "lips",
        "Busy lips",
        "am_eric",
        1.0,
        "Big Ben bought a pair of purple boots. Five brave foxes flew over the wavy river, while Mabel and Pam hummed "
        "by the warm fire. Whoever moved those mossy boulders must be proud of them.",
    ),
    Clip(
        "story",
        "A short story",
        "bf_lily",
        0.95,
        "There was once a lighthouse that was afraid of the dark. Every evening she asked the moon to stay a little "
        "longer. Oh no, said the moon, I only borrow my light. You make your own! And that night, nobody "
        "lost their way.",
    ),
)


def main() -> None:
    """Speak every clip."""
    speak = Kokoro(kokoro(default_folder() / "models"))
    for clip in CLIPS:
        samples = speak(Utterance("kokoro", ((clip.voice, 1.0),), clip.speed, clip.text))
        before, after = (np.zeros(int(edge * RATE_HZ), np.float32) for edge in EDGES_S)
        levelled = np.concatenate([before, samples * (PEAK / np.abs(samples).max()), after])
        path = HERE / f"{clip.name}.mp3"
        soundfile.write(path, levelled, RATE_HZ, format="MP3", bitrate_mode="CONSTANT", compression_level=0.7)
        print(f"{path.name}: {len(levelled) / RATE_HZ:.1f} s, {path.stat().st_size // 1024} KiB")
    listed = [{"file": f"{clip.name}.mp3", "title": clip.title, "text": clip.text} for clip in CLIPS]
    (HERE / "samples.json").write_text(json.dumps(listed, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
