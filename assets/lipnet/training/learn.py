"""Learning: batches in, a network out; it can be stopped and goes on where it was."""

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from assets.lipnet.training.augment import Augment
from assets.lipnet.training.batches import Batch, Batches
from assets.lipnet.training.cache import whole
from assets.lipnet.training.controls import PHONE_CLASSES, effects
from assets.lipnet.training.ears import Ears
from assets.lipnet.training.network import LipNet, Shape
from assets.lipnet.training.noises import noises
from assets.lipnet.training.pack import Pack
from assets.lipnet.training.progress import shown
from assets.lipnet.training.targets import pose_table
from assets.lipnet.training.throats import WARPS, warped

FOLLOW_EVERY: Final = 10
"""Steps between two looks of the average at the weights."""
GAP_UNIT_MM: Final = 4.0
ROUNDING_UNIT_MM: Final = 5.0
"""An error of so much counts as one."""
CLOSED: Final = [PHONE_CLASSES.index(name) for name in ("P", "B", "M")]


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how it learns."""

    steps: int = 4_500
    clips: int = 64
    seconds: float = 4.0
    rate: float = 3e-3
    """Of learning, at its highest."""
    warm_up: int = 300
    decay: float = 0.02
    average: float = 0.999
    """Of the weights over the steps: the average is what is kept."""
    soft: float = 0.02
    """Smoothing of the phones' labels."""
    gap: float = 0.5
    rounding: float = 0.3
    """How much it counts what a mistake would do to the lips, beside that it is one."""
    closure: float = 1.0
    """How much more it counts where lips must meet."""
    mask: int = 12
    """At most so many neighbouring bands are hidden."""
    noises: int = 600
    """Sounds that are no speech, to be mixed in."""
    seed: int = 1
    save_every: int = 500


class Learner:
    """A network, what moves its weights, and where it is on its course."""

    def __init__(self, pack: Pack, shape: Shape, course: Course, device: str) -> None:
        torch.manual_seed(course.seed)
        self._generator = torch.Generator(device).manual_seed(course.seed)
        self._course, self._device = course, device
        sounds = torch.from_numpy(noises(course.noises, course.seconds + 0.1, course.seed)).to(device)
        self._batches = Batches(pack, course.seconds, course.clips, Augment(self._generator, sounds), self._generator)
        self._ears = Ears().to(device)
        self.net = LipNet(shape).to(device)
        self.average = LipNet(shape).to(device).eval()
        self.average.load_state_dict(self.net.state_dict())
        self._loss = Loss(course, device)
        self._optimizer = torch.optim.AdamW(
            self.net.parameters(), course.rate, weight_decay=course.decay, fused=device == "cuda"
        )
        self.step = 0

    def learn(self, path: Path | None = None, until_s: float = math.inf) -> None:
        """Go on to the end of the course, or until the clock is there; writes what it has to `path` now and then."""
        left = self._course.steps - self.step
        with shown("learning", left, "steps") as advance:
            while self.step < self._course.steps and monotonic() < until_s:
                self.one_step()
                advance(1)
                if path and self.step % self._course.save_every == 0:
                    self.save(path)
        if path and left:
            self.save(path)

    def one_step(self) -> dict[str, Tensor]:
        """One batch; gives the parts of the loss."""
        for group in self._optimizer.param_groups:
            group["lr"] = self._course.rate * self._pace()
        batch = self._batches.draw()
        self.net.train()
        outputs = self.net(self._masked(self._warped(self._ears(batch.samples))))
        loss, parts = self._loss(outputs, batch)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self._optimizer.step()
        self.step += 1
        self._follow()
        return {name: part.detach() for name, part in parts.items()}

    def save(self, path: Path) -> None:
        """Everything that is needed to go on, and the averaged network."""
        with whole(path) as part:
            torch.save(self.state(), part)

    def state(self) -> dict[str, Any]:
        """As it is saved."""
        return {
            "step": self.step,
            "shape": asdict(self.net.shape),
            "course": asdict(self._course),
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self._optimizer.state_dict(),
        }

    def resume(self, path: Path) -> None:
        """Go on from what `save` wrote."""
        state = torch.load(path, map_location=self._device, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]
        self._generator.manual_seed(self._course.seed + self.step)

    def _pace(self) -> float:
        """Rises at first, then falls along a cosine."""
        warm = min(1.0, (self.step + 1) / self._course.warm_up)
        return warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, self.step / self._course.steps))))

    def _warped(self, features: Tensor) -> Tensor:
        """As heard from other throats, for each clip another."""
        low, high = WARPS
        drawn = torch.rand(len(features), generator=self._generator, device=self._device)
        return warped(features, low + (high - low) * drawn)

    def _masked(self, features: Tensor) -> Tensor:
        """Some bands hidden, for each clip others."""
        bands = (features.shape[-1] - 2) // 2
        draw = torch.rand(3, len(features), 1, generator=self._generator, device=self._device)
        width = draw[0] * self._course.mask
        start = draw[1] * (bands - width)
        place = torch.arange(bands, device=self._device)
        hidden = (place >= start) & (place < start + width) & (draw[2] < 0.6)
        keep = torch.cat((~hidden, ~hidden, torch.ones(len(features), 2, dtype=torch.bool, device=self._device)), 1)
        return torch.where(keep[:, None], features, torch.full_like(features, -2.0))

    @torch.no_grad()
    def _follow(self) -> None:
        if self.step % FOLLOW_EVERY == 0:
            keep = min(self._course.average**FOLLOW_EVERY, 1 - 1 / (self.step / 10 / FOLLOW_EVERY + 1))
            means, nows = self.average.state_dict().values(), self.net.state_dict().values()
            pairs = [(mean, now) for mean, now in zip(means, nows, strict=True) if mean.dtype.is_floating_point]
            torch._foreach_lerp_([mean for mean, _ in pairs], [now for _, now in pairs], 1 - keep)


class Loss:
    """How wrong the phones are, and how far off a mouth would be that believes them."""

    def __init__(self, course: Course, device: str) -> None:
        self._course = course
        self._units = torch.tensor((GAP_UNIT_MM, ROUNDING_UNIT_MM), device=device)
        self._seen = torch.from_numpy(pose_table() @ effects()).to(device)
        self._closed = torch.zeros(len(PHONE_CLASSES), device=device)
        self._closed[CLOSED] = 1.0

    def __call__(self, outputs: list[Tensor], batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        """The mean over the heads, and its parts by name."""
        parts = [self._one(phones, batch) for phones in outputs]
        means = {name: torch.stack([part[name] for part in parts]).mean() for name in parts[0]}
        return torch.stack(list(means.values())).sum(), means

    def _one(self, phones: Tensor, batch: Batch) -> dict[str, Tensor]:
        rows = min(phones.shape[1], batch.phones.shape[1])
        phones, said = phones[:, :rows], batch.phones[:, :rows]
        error = (phones.softmax(-1) @ self._seen - batch.lips[:, :rows]) / self._units
        gap, rounding = error.square().unbind(-1)
        weight = 1.0 + self._course.closure * self._closed[said]
        return {
            "phones": cross_entropy(phones.flatten(0, 1), said.flatten(), label_smoothing=self._course.soft),
            "gap": self._course.gap * (weight * gap).mean(),
            "rounding": self._course.rounding * rounding.mean(),
        }
