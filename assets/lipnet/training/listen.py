"""Listens to the material with numbers: how much there is, how loud, how fast, and how far its times can be trusted.

python -m assets.lipnet.training.listen [--small] [--folder PATH] [--clips N]
"""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assets.lipnet.training.align import Aligner, placed
from assets.lipnet.training.corpus import Clip, read_index
from assets.lipnet.training.fill import DROPPED
from assets.lipnet.training.phones import SILENCE, VOWELS, Phone, loudness_db
from assets.lipnet.training.settings import RATE_HZ, default_folder

CLIPPED: Final = 0.999


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures of every source."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folder", type=Path, default=default_folder(), help="keeps everything made (%(default)s)")
    parser.add_argument("--small", action="store_true", help="of the minute that `--small` makes")
    parser.add_argument("--clips", type=int, default=100, help="of each source that are listened to (%(default)s)")
    options = parser.parse_args(arguments)
    corpus = options.folder / ("small" if options.small else "full")
    clips, speech = read_index(corpus), corpus / "speech"
    for source in sorted({clip.source for clip in clips}):
        mine = [clip for clip in clips if clip.source == source]
        some = Random(0).sample(mine, min(options.clips, len(mine)))
        print(f"{source}: {amounts(mine)}; {dropped(speech / source)}")
        print(f"  {spread(mine, speech)}")
        print(f"  {loudness(some, speech)}")
        if source == "flite":
            print(f"  aligner against flite's own times: {trust(timing_errors_s(some, speech))}")


def amounts(clips: Sequence[Clip]) -> str:
    """Hours and voices, by split."""
    parts = []
    for split in sorted({clip.split for clip in clips}, reverse=True):
        mine = [clip for clip in clips if clip.split == split]
        styles = len({clip.style for clip in mine})
        parts.append(f"{split} {sum(clip.seconds for clip in mine) / 60:.1f} min, {len(mine)} clips, {styles} styles")
    return "; ".join(parts)


def dropped(folder: Path) -> str:
    """How many clips were dropped, and why."""
    reasons = Counter(path.read_text("utf-8").strip() for path in folder.rglob(f"*{DROPPED}"))
    return f"{reasons.total()} dropped" + "".join(f", {reason} ({count})" for reason, count in reasons.most_common())


def spread(clips: Iterable[Clip], speech: Path) -> str:
    """Lengths, rate, and the phones that are rarest."""
    clips = list(clips)
    phones = [phone for clip in clips for phone in clip.phones(speech)]
    spoken = [phone for phone in phones if phone.name != SILENCE]
    spoken_s = sum(phone.end_s - phone.start_s for phone in spoken)
    quiet = 1 - spoken_s / sum(clip.seconds for clip in clips)
    rarest = Counter(phone.name for phone in spoken).most_common()[:-6:-1]
    return (
        f"clips of {percentiles([clip.seconds for clip in clips])} s, {len(spoken) / spoken_s:.1f} phones a second, "
        f"silence {quiet:.0%}, {len(spoken)} phones of {len({phone.name for phone in spoken})} kinds, rarest "
        + ", ".join(f"{name} {count}" for name, count in rarest)
    )


def loudness(clips: Iterable[Clip], speech: Path) -> str:
    """Of vowels, of silences, and of the highest peaks."""
    vowels, silences, peaks = [], [], []
    for clip in clips:
        samples = clip.samples(speech)
        peaks.append(float(np.abs(samples).max()))
        for phone in clip.phones(speech):
            if phone.name in VOWELS:
                vowels.append(loudness_db(samples, phone, RATE_HZ))
            elif phone.name == SILENCE:
                silences.append(loudness_db(samples, phone, RATE_HZ))
    clipped = sum(peak >= CLIPPED for peak in peaks)
    return (
        f"vowels {percentiles(vowels, 1)} dB, silences {percentiles(silences, 1)} dB, "
        f"peaks {percentiles(peaks)}, {clipped} of {len(peaks)} clips clipped"
    )


def percentiles(values: Sequence[float], digits: int = 2) -> str:
    """The 5th, 50th and 95th."""
    return "/".join(f"{value:.{digits}f}" for value in np.percentile(values, (5, 50, 95)))


def timing_errors_s(clips: Iterable[Clip], speech: Path) -> list[float]:
    """By how much the aligner's phones begin later than they do, in clips whose times are exact."""
    align = Aligner()
    errors_s: list[float] = []
    for clip in clips:
        samples = clip.samples(speech)
        aligned = align(samples, clip.text)
        if aligned is not None:
            errors_s.extend(differences_s(clip.phones(speech), placed(aligned.phones, samples)))
    return errors_s


def differences_s(exact: Sequence[Phone], found: Sequence[Phone]) -> NDArray[np.float64]:
    """Starts of the phones that both have, in the same order: found less exact."""
    here_names, there_names = [phone.name for phone in exact], [phone.name for phone in found]
    blocks = SequenceMatcher(None, here_names, there_names, autojunk=False).get_matching_blocks()
    pairs = [(exact[a + i], found[b + i]) for a, b, size in blocks for i in range(size)]
    return np.array([there.start_s - here.start_s for here, there in pairs if here.name != SILENCE])


def trust(errors_s: Sequence[float]) -> str:
    """Mean, median of the sizes, and how many are small."""
    errors_ms = 1000 * np.array(errors_s)
    sizes_ms = np.abs(errors_ms)
    return (
        f"bias {errors_ms.mean():+.1f} ms, median size {np.median(sizes_ms):.1f} ms, "
        f"within 30 ms {np.mean(sizes_ms < 30):.1%}, {len(errors_ms)} phones"
    )


if __name__ == "__main__":
    main()
