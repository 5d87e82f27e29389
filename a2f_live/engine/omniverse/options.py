"""What may be set about Omniverse Audio2Face, and what follows from it."""

import shlex
from dataclasses import dataclass
from math import inf
from typing import Final

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.engine.base import EngineInfo
from a2f_live.errors import ConfigError

SAMPLES_PER_MS: Final = ENGINE_RATE_HZ // 1000
CHANNELS: Final = ("emotions",)
REPORT_S: Final = 1.0
"""What dispatch waits longer than the engine does, so that the engine says what was wrong."""


@dataclass(frozen=True, slots=True)
class OmniverseOptions:
    """Times in ms are multiples of a frame of the export, so that frames of one window join those of the next."""

    first_port: int = 8190
    """Port of the first instance; the next follow it."""
    ports: int = 32
    """How many ports may be used from the first on."""
    attach: bool = True
    """Whether to use instances that run already and that nobody holds."""
    script: str = ""
    """What starts an instance; else `A2F_HEADLESS_SCRIPT`, else where the platform has it."""
    arguments: str = ""
    """More arguments for the script, as a shell would divide them."""
    usd_model: str = ""
    """The scene to load; else `A2F_DEFAULT_USD_MODEL`, else an ARKit scene beside the script."""
    fps: int = 30
    """Frames a second of the export, and rows a second."""
    min_fps: int = 10
    """Where an instance is slower than real time, it exports fewer frames a second, down to this; the rest is drawn
    between them. As much as `fps` for never fewer."""
    instances: int = 1
    """How many instances share the work: they can bear more together."""
    hop_ms: int = 500
    """Speech that one export answers."""
    context_ms: int = 2000
    """Speech heard before it."""
    after_ms: int = 300
    """Speech heard after it: the network of Audio2Face hears 260 ms ahead."""
    overlap_ms: int = 200
    """Exported before it and thrown away, so that what follows time step by step has settled."""
    lead_ms: int = 240
    """Measured lead of the weights over the sound."""
    generate_keys: bool = False
    """Whether Audio2Emotion guesses emotions from the voice."""
    timeout_s: float = 5.0
    """What one window may take; then the instance counts as hung."""
    start_timeout_s: float = 115.0
    """What an instance may take to start and to load its scene."""
    folder: str = ""
    """Where locks and tracks are kept; the same for all servers that share the ports."""

    def __post_init__(self) -> None:
        self._require_ranges()
        for name in ("hop_ms", "context_ms", "after_ms"):
            if getattr(self, name) * self.fps % 1000:
                raise ConfigError(
                    f"engine 'omniverse': {name} is {getattr(self, name)}, no whole number of frames at {self.fps} fps"
                )
        try:
            shlex.split(self.arguments)
        except ValueError as error:
            raise ConfigError(f"engine 'omniverse': arguments cannot be divided: {str(error).lower()}") from error
        if self.hop_ms > 60_000 or self.context_ms > 60_000:
            raise ConfigError("engine 'omniverse': hop_ms and context_ms must be 60000 or less")

    def _require_ranges(self) -> None:
        ranges = {
            "first_port": (1, 65_535),
            "ports": (1, 1_000),
            "fps": (1, 120),
            "min_fps": (1, self.fps),
            "instances": (1, 256),
            "hop_ms": (1, 60_000),
            "context_ms": (0, 60_000),
            "after_ms": (0, 10_000),
            "overlap_ms": (0, self.context_ms),
            "lead_ms": (-1_000, 1_000),
            "timeout_s": (0.1, 3_600),
            "start_timeout_s": (0.1, 3_600),
        }
        for name, (low, high) in ranges.items():
            if not low <= getattr(self, name) <= high < inf:
                raise ConfigError(
                    f"engine 'omniverse': {name} is {getattr(self, name)} but must be from {low:g} to {high:g}"
                )

    @property
    def rows_per_hop(self) -> int:
        """Rows that one hop gives."""
        return self.hop_ms * self.fps // 1000

    @property
    def info(self) -> EngineInfo:
        """What the engine needs and gives."""
        return EngineInfo(
            name="omniverse",
            context_samples=(self.context_ms + self.hop_ms + self.after_ms) * SAMPLES_PER_MS,
            hop_samples=self.hop_ms * SAMPLES_PER_MS,
            rows_per_hop=self.rows_per_hop,
            lookaheads_ms=(self.hop_ms + self.after_ms,),
            max_batch=1,
            max_hops=1,
            channels=(*CHANNELS, "auto_emotion") if self.generate_keys else CHANNELS,
            time_offset_s=self.lead_ms / 1000,
            isolated=True,
            call_limit_s=self.timeout_s + REPORT_S,
        )
