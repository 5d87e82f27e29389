"""Sound files to animation files on one core, process start included.

    python -m benchmarks.files [FILES OR FOLDERS...]

Without files it makes 95 clips of 4 s of something like a voice. They are converted by `a2f-live convert --jobs 1`,
into the CSV of Live Link. The last line is one JSON document.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import soundfile

from a2f_live.cli.bench import voice

CLIPS, CLIP_S, RATE_HZ = 95, 4.0, 16_000


def made_up(folder: Path) -> None:
    """Write the clips, each from another place of the same voice."""
    samples = voice(CLIP_S + 2.0)
    for number in range(CLIPS):
        start = number * 337
        soundfile.write(folder / f"{number:02}.wav", samples[start : start + int(CLIP_S * RATE_HZ)], RATE_HZ)


def convert(sources: list[str], out: Path) -> float:
    """Seconds that the command takes on one core."""
    command = [sys.executable, "-m", "a2f_live", "convert", *sources, "-o", str(out), "--jobs", "1"]
    began_s = perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return perf_counter() - began_s


def seconds_in(sources: list[str]) -> float:
    """Seconds of sound in files and folders."""
    found = (path for source in map(Path, sources) for path in (source.rglob("*.wav") if source.is_dir() else [source]))
    return sum(float(soundfile.info(path).duration) for path in found)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="*", metavar="FILE")
    options = parser.parse_args()
    with TemporaryDirectory() as made, TemporaryDirectory() as out:
        if not options.sources:
            made_up(Path(made))
        sources = options.sources or [made]
        audio_s = seconds_in(sources)
        wall_s = min(convert(sources, Path(out)) for _ in range(3))
    print(f"{audio_s:.0f} s of sound in {wall_s:.2f} s: {audio_s / wall_s:.0f} x real time on one core")
    print(
        json.dumps(
            {"audio_s": round(audio_s, 1), "wall_s": round(wall_s, 2), "times_real_time": round(audio_s / wall_s)}
        )
    )


if __name__ == "__main__":
    main()
