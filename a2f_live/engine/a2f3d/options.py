"""What may be set of the engine `a2f3d`."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from a2f_live.config import ENGINE_RATE_HZ
from a2f_live.errors import ConfigError
from a2f_live.settings import PREFIX

MODEL_DIR_VARIABLE: Final = f"{PREFIX}MODEL_DIR"
"""Environment variable that names the folder of the model where the option does not."""

PROVIDERS: Final = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
}
"""Our names to those of onnxruntime."""
GPU_BATCH: Final = 16
"""A graphics card does so many frames in little more than the time of one. A processor gains nothing by it."""
LONGEST_HOP_S: Final = Fraction(1, 4)


@dataclass(frozen=True, slots=True)
class A2F3DOptions:
    """Options of `a2f3d`; raises `ConfigError` for what cannot be used."""

    model_dir: str = ""
    """Folder of the model, as NVIDIA publishes it; where it is empty, the one that `A2F_LIVE_MODEL_DIR` names."""
    provider: str = "cpu"
    """What onnxruntime runs on: `cpu`, `cuda` or `tensorrt`."""
    device: int = 0
    """Number of the graphics card."""
    threads: int = 0
    """Processor threads of the network; 0 leaves it to onnxruntime."""
    batch: int = 0
    """Frames in one run of the network, always so many; 0 is 1 on a processor, 16 on a graphics card."""
    fps: int = 30
    """Frames a second of a regression model; a diffusion model has its own."""
    identity: str = ""
    """Face of a diffusion model, `Claire`, `James` or `Mark`; the first where none is named."""
    eye_degrees: float = 0.0
    """Turn of an eyeball that counts as a look of 1; 0 leaves the eyes to the motion, as Audio2Face does."""
    jaw_degrees: float = 0.0
    """Turn of the lower teeth that counts as a jawOpen of 1; 0 leaves jawOpen to the solve, as Audio2Face does."""
    jaw_under_closed_lips: bool = False
    """Whether what is solved as mouthClose also opens the jaw: in NVIDIA's pose it does, in ARKit's it closes the lips
    over a jaw that is open already."""
    tongue_out: float = 0.0
    """How much of the solved TongueStretch becomes tongueOut; 0 is none, as with the 52 weights of Audio2Face."""
    constant_noise: bool = True
    """Whether a diffusion model starts every window from the same noise, as NVIDIA's does by default."""
    noise_seed: int = 0

    def __post_init__(self) -> None:
        if self.provider not in PROVIDERS:
            raise ConfigError(
                f"engine 'a2f3d': provider is {self.provider!r} but must be one of {', '.join(PROVIDERS)}"
            )
        for name, low, high in (
            ("device", 0, 1023),
            ("threads", 0, 1024),
            ("batch", 0, 1024),
            ("fps", 10, 120),
            ("eye_degrees", 0, 180),
            ("jaw_degrees", 0, 180),
            ("tongue_out", 0, 10),
            ("noise_seed", 0, 2**63 - 1),
        ):
            if not low <= getattr(self, name) <= high:
                raise ConfigError(f"engine 'a2f3d': {name} is {getattr(self, name)} but must be {low} to {high}")
        if self.rows_per_hop > LONGEST_HOP_S * self.fps:
            raise ConfigError(
                f"engine 'a2f3d': at fps={self.fps} frames seldom fall on whole samples: use 25, 30, 50 or 60"
            )

    @property
    def rows_per_hop(self) -> int:
        """The fewest frames of a regression model that last a whole number of samples."""
        return Fraction(ENGINE_RATE_HZ, self.fps).denominator

    @property
    def frames_a_run(self) -> int:
        """Frames in one run of the network."""
        return self.batch or (1 if self.provider == "cpu" else GPU_BATCH)
