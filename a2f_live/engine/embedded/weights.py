"""The file of the network's weights: written by its training, read and checked by the engine."""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from a2f_live import arkit
from a2f_live.engine.base import Array
from a2f_live.engine.embedded.features import FEATURES
from a2f_live.engine.embedded.visemes import SEEN_AS
from a2f_live.errors import EngineUnavailable

PLACES: Final = (
    Path(__file__).with_name("lipnet.npz"),
    Path(__file__).parents[3] / "assets" / "lipnet" / "lipnet.npz",
)
"""Where they are in an installed package, and in a source checkout."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Of the network, float32. `channels`, `phones` ... in the shapes stand for how many there are."""

    phones: tuple[str, ...]
    """ARPAbet without stress, and SIL: what the network tells apart."""
    controls: tuple[str, ...]
    """Names of ARKit, left and right together: what it moves."""
    lookaheads_ms: tuple[int, ...]
    """There is a head for each."""
    dilations: tuple[int, ...]
    """Of the blocks, in hops."""
    entry: Array
    """(FEATURES, channels)."""
    entry_bias: Array
    """(channels,)."""
    blocks: Array
    """(blocks, taps * channels, channels), the oldest tap first."""
    block_biases: Array
    """(blocks, channels)."""
    hidden: Array
    """(heads, channels, hidden)."""
    hidden_biases: Array
    """(heads, hidden)."""
    outputs: Array
    """(heads, hidden, phones)."""
    output_biases: Array
    """(heads, phones)."""
    poses: Array
    """(phones, controls): the mouth of each phone."""
    dominance: Array
    """(groups, phones): how much each phone insists on its pose, in each group of controls."""
    groups: Array
    """(groups, controls): 1 for the controls of a group; every control is in one."""
    smoothing: Array
    """(heads, groups, kernel): shares of the newest hop and of those before it."""

    @property
    def channels(self) -> int:
        """Of every block."""
        return len(self.entry_bias)

    @property
    def taps(self) -> int:
        """Of every block."""
        return int(self.blocks.shape[1]) // self.channels


NAMES: Final = ("phones", "controls")
NUMBERS: Final = ("lookaheads_ms", "dilations")


def save(weights: Weights, path: Path) -> None:
    """Write the file."""
    arrays: dict[str, Any] = {field.name: np.asarray(getattr(weights, field.name)) for field in fields(weights)}
    with path.open("wb") as file:
        np.savez(file, **arrays)


def find() -> Path:
    """The file that ships. Raises `EngineUnavailable` where there is none."""
    for path in PLACES:
        if path.is_file():
            return path
    raise EngineUnavailable(f"the embedded engine has no weights in {PLACES[0]}: install a2f-live again")


@cache
def load(path: Path, lookaheads_ms: tuple[int, ...]) -> Weights:
    """The weights in a file, read once, with such heads. Raises `EngineUnavailable` where they cannot be used."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = dict(archive)
    except (OSError, ValueError, EOFError, BadZipFile) as error:
        raise _unusable(path, str(error)) from error
    wanted = {field.name for field in fields(Weights)}
    if arrays.keys() != wanted:
        raise _unusable(path, f"it must hold {', '.join(sorted(wanted))}")
    weights = Weights(**{name: _value(name, array) for name, array in arrays.items()})
    if fault := _fault(weights, lookaheads_ms):
        raise _unusable(path, fault)
    return weights


def _value(name: str, array: NDArray[Any]) -> Any:
    if name in NAMES:
        return tuple(map(str, array.tolist()))
    if name in NUMBERS:
        return tuple(map(int, array.tolist()))
    array.flags.writeable = False
    return array


def _fault(weights: Weights, lookaheads_ms: tuple[int, ...]) -> str | None:
    """What does not fit together, if so."""
    if weights.lookaheads_ms != lookaheads_ms:
        return f"its look-aheads are {weights.lookaheads_ms} ms but must be {lookaheads_ms}"
    blocks, heads, channels = len(weights.dilations), len(weights.lookaheads_ms), weights.channels
    hidden, phones, controls = weights.hidden.shape[-1], len(weights.phones), len(weights.controls)
    groups, kernel = len(weights.groups), weights.smoothing.shape[-1]
    shapes: dict[str, tuple[int, ...]] = {
        "entry": (FEATURES, channels),
        "entry_bias": (channels,),
        "blocks": (blocks, weights.taps * channels, channels),
        "block_biases": (blocks, channels),
        "hidden": (heads, channels, hidden),
        "hidden_biases": (heads, hidden),
        "outputs": (heads, hidden, phones),
        "output_biases": (heads, phones),
        "poses": (phones, controls),
        "dominance": (groups, phones),
        "groups": (groups, controls),
        "smoothing": (heads, groups, kernel),
    }
    for name, shape in shapes.items():
        array = getattr(weights, name)
        if array.shape != shape or array.dtype != np.float32:
            return f"{name} is {array.dtype} {array.shape} but must be float32 {shape}"
        if not np.isfinite(array).all():
            return f"{name} has what is no number"
    return _unknown(weights)


def _unknown(weights: Weights) -> str | None:
    """What it names that nothing is known of, if so."""
    if "SIL" not in weights.phones:
        return "SIL is not among its phones"
    for name in weights.phones:
        if name not in SEEN_AS:
            return f"no viseme is seen for {name}"
    for name in weights.controls:
        if not arkit_names(name):
            return f"no weight of ARKit is called {name}"
    return None


def arkit_names(control: str) -> tuple[str, ...]:
    """The weights that a control moves: itself, or its left and right."""
    return tuple(name for name in (control, f"{control}Left", f"{control}Right") if name in arkit.INDEX)


def _unusable(path: Path, why: str) -> EngineUnavailable:
    return EngineUnavailable(f"the embedded engine cannot use its weights in {path}, {why}: install a2f-live again")
