"""What the embedded engine costs by itself: no server, no wire, no motion.

    python -m benchmarks.engine [--batches 1 8 64 256] [--seconds 20]

Live: so many streams at a look-ahead of 40 ms, a hop of each in every call, each with its own state; the figure is
processor time for a second of one stream. File: one stream in windows of as many hops as the engine takes, as a
multiple of real time on one core. What else the machine does only ever adds, so the quickest twentieth of the calls
counts, and the mean of all stands beside it. The last line is one JSON document.
"""

import argparse
import json
from time import process_time

import numpy as np

from a2f_live.cli.bench import voice
from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import Window
from a2f_live.engine.embedded import EmbeddedEngine

LOOKAHEAD_MS = 40
BEST_SHARE = 0.05


def call_costs_s(streams: int, hops: int, calls: int) -> list[float]:
    """Processor seconds of each call with a window of every stream, `hops` long, in order of cost."""
    engine = EmbeddedEngine()
    step, context = engine.info.hop_samples * hops, engine.info.context_samples
    sound = voice((context + step * (calls + 1)) / ENGINE_RATE_HZ + 1.0)
    length = context + step - engine.info.hop_samples
    lookahead = LOOKAHEAD_MS * ENGINE_RATE_HZ // 1000
    states: list[object] = [None] * streams
    costs_s = []
    for call in range(calls):
        # Every stream is elsewhere in the sound, and has samples of its own, as live ones have.
        starts = [(call * step + stream * 4001) % (len(sound) - length) for stream in range(streams)]
        batch = [
            Window(0, call * hops, hops, sound[start : start + length].copy(), lookahead, state)
            for start, state in zip(starts, states, strict=True)
        ]
        began_s = process_time()
        results = engine.infer(batch)
        costs_s.append(process_time() - began_s)
        states = [result.state for result in results]
    return sorted(costs_s)


def of_second(costs_s: list[float], streams: int, hops: int) -> tuple[float, float]:
    """Processor seconds for a second of one stream: of the best calls, and of all."""
    hop_s = EmbeddedEngine().info.hop_samples / ENGINE_RATE_HZ
    heard_s = streams * hops * hop_s
    return costs_s[int(len(costs_s) * BEST_SHARE)] / heard_s, float(np.mean(costs_s)) / heard_s


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 8, 64, 256], metavar="STREAMS")
    parser.add_argument("--seconds", type=float, default=20.0, help="of every live stream (%(default)s)")
    options = parser.parse_args()
    live = {}
    for streams in options.batches:
        best_s, mean_s = of_second(call_costs_s(streams, 1, round(options.seconds * 50)), streams, 1)
        print(f"batches of {streams:3}: {best_s * 1000:.2f} ms for a second of a stream (mean {mean_s * 1000:.2f})")
        live[streams] = {"best_ms": round(best_s * 1000, 3), "mean_ms": round(mean_s * 1000, 3)}
    hops = EmbeddedEngine().info.max_hops
    best_s, mean_s = of_second(call_costs_s(1, hops, 200), 1, hops)
    print(f"a file: {1 / best_s:.0f} x real time on one core (mean {1 / mean_s:.0f})")
    print(json.dumps({"live": live, "file": {"best": round(1 / best_s), "mean": round(1 / mean_s)}}))


if __name__ == "__main__":
    main()
