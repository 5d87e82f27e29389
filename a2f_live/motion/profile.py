"""How strongly a face takes each shape: gain, offset and bounds, to fit speech to one avatar.

A profile file is JSON; every key may be left out::

    {
      "description": "for people",
      "jaw_gain": 0.8,
      "lip_gain": 1.1,
      "gain": {"jawOpen": 0.9},
      "offset": {"mouthSmileLeft": 0.05, "mouthSmileRight": 0.05},
      "clamp": {"jawOpen": [0.0, 0.7]}
    }

A weight becomes `weight * gain + offset`, held within its bounds. `jaw_gain` multiplies the gains of the jaw shapes and
of `mouthClose`, which closes the lips over an open jaw and so has to follow it; `lip_gain` those of all other mouth
shapes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from reprlib import repr as brief
from typing import Any, Final, NamedTuple, Self

import numpy as np

from a2f_live import arkit
from a2f_live.errors import ConfigError
from a2f_live.frames import Array

JAW: Final = [*arkit.JAW, arkit.INDEX["mouthClose"]]
LIPS: Final = [shape for shape in arkit.LIPS if shape not in JAW]

GAIN_RANGE: Final = (0.0, 10.0)
OFFSET_RANGE: Final = (-1.0, 1.0)
CLAMP_RANGE: Final = (0.0, 1.0)
LOWEST: Final = np.zeros((), np.float32)
HIGHEST: Final = np.ones((), np.float32)


class Rows(NamedTuple):
    """The numbers of a profile, one for each shape: (1, 52) float32 each."""

    gain: Array
    offset: Array
    lowest: Array
    highest: Array


@dataclass(frozen=True, slots=True)
class Profile:
    """How strongly a face takes each shape; the defaults change nothing. Raises `ConfigError` for what cannot be."""

    jaw_gain: float = 1.0
    """0 to 10."""
    lip_gain: float = 1.0
    """0 to 10."""
    gain: Mapping[str, float] = field(default_factory=dict)
    """Name of a shape to 0..10; 1 where missing."""
    offset: Mapping[str, float] = field(default_factory=dict)
    """Name of a shape to -1..1, added after the gain; 0 where missing."""
    clamp: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Name of a shape to its lowest and highest weight within 0..1."""
    description: str = ""
    """For people."""
    _rows: Rows | None = field(init=False, repr=False, compare=False)
    """None where nothing is changed."""

    def __post_init__(self) -> None:
        _require_number("jaw_gain", self.jaw_gain, GAIN_RANGE)
        _require_number("lip_gain", self.lip_gain, GAIN_RANGE)
        for shape, gain in _shapes("gain", self.gain):
            _require_number(f"gain.{shape}", gain, GAIN_RANGE)
        for shape, offset in _shapes("offset", self.offset):
            _require_number(f"offset.{shape}", offset, OFFSET_RANGE)
        for shape, bounds in _shapes("clamp", self.clamp):
            _require_bounds(f"clamp.{shape}", bounds)
        if not isinstance(self.description, str):
            raise ConfigError("profile: description must be text")
        self._keep_copies()
        changes = (self.jaw_gain, self.lip_gain) != (1, 1) or self.gain or self.offset or self.clamp
        object.__setattr__(self, "_rows", self._laid_out() if changes else None)

    @classmethod
    def neutral(cls) -> Self:
        """The profile that changes nothing."""
        return cls()

    @classmethod
    def from_map(cls, mapping: Mapping[str, Any]) -> Self:
        """A profile as in its file. Raises `ConfigError` that names the key that cannot be used."""
        if not isinstance(mapping, Mapping):
            raise ConfigError(f"a profile must be a map with any of {', '.join(KEYS)}")
        for key in mapping:
            if key not in KEYS:
                raise ConfigError(f"profile: {brief(key)} is not known: use any of {', '.join(KEYS)}")
        return cls(**mapping)

    def to_map(self) -> dict[str, Any]:
        """The profile as in its file, without what is as by default."""
        bare = type(self)()
        changed = {key: getattr(self, key) for key in KEYS if getattr(self, key) != getattr(bare, key)}
        lists = {"clamp": {shape: list(bounds) for shape, bounds in self.clamp.items()}} if self.clamp else {}
        return changed | lists

    def apply(self, weights: Array) -> Array:
        """Weights, (n, 52) float32 of any values, as this face takes them: a new array, finite and in 0..1."""
        shaped = clean(weights)
        if self._rows is None:
            return shaped
        gain, offset, lowest, highest = self._rows
        shaped *= gain
        shaped += offset
        np.maximum(shaped, lowest, out=shaped)
        return np.minimum(shaped, highest, out=shaped)

    def _keep_copies(self) -> None:
        bounds = {shape: (low, high) for shape, (low, high) in self.clamp.items()}
        for name, values in (("gain", dict(self.gain)), ("offset", dict(self.offset)), ("clamp", bounds)):
            object.__setattr__(self, name, values)

    def _laid_out(self) -> Rows:
        gain = _row(1.0, self.gain)
        gain[:, JAW] *= self.jaw_gain
        gain[:, LIPS] *= self.lip_gain
        low, high = CLAMP_RANGE
        lowest = _row(low, {shape: bounds[0] for shape, bounds in self.clamp.items()})
        highest = _row(high, {shape: bounds[1] for shape, bounds in self.clamp.items()})
        return Rows(gain, _row(0.0, self.offset), lowest, highest)


KEYS: Final = tuple(item.name for item in fields(Profile) if item.init)


def clean(weights: Array) -> Array:
    """A copy with every weight finite and in 0..1; what is no number becomes 0."""
    finite = np.fmax(weights, LOWEST)
    return np.fmin(finite, HIGHEST, out=finite)


def _row(default: float, values: Mapping[str, float]) -> Array:
    row = np.full((1, arkit.COUNT), default, np.float32)
    for shape, value in values.items():
        row[:, arkit.INDEX[shape]] = value
    return row


def _shapes(key: str, values: Any) -> list[tuple[str, Any]]:
    """The items of a map from shapes. Raises `ConfigError` for anything else."""
    if not isinstance(values, Mapping):
        raise ConfigError(f"profile: {key} must be a map from names of shapes")
    for shape in values:
        if shape not in arkit.INDEX:
            raise ConfigError(
                f"profile: {key} names {brief(shape)}, which is no shape: use ARKit names, such as jawOpen"
            )
    return list(values.items())


def _require_number(key: str, value: Any, within: tuple[float, float]) -> None:
    low, high = within
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise ConfigError(f"profile: {key} is {brief(value)}: use a number from {low:g} to {high:g}")


def _require_bounds(key: str, bounds: Any) -> None:
    if not isinstance(bounds, list | tuple) or len(bounds) != 2:
        raise ConfigError(f"profile: {key} is {brief(bounds)}: use two numbers, the lowest and the highest weight")
    for bound in bounds:
        _require_number(key, bound, CLAMP_RANGE)
    if bounds[0] > bounds[1]:
        raise ConfigError(f"profile: {key} is {brief(bounds)}: put the lower number first")
