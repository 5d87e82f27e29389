import numpy as np
import pytest
from rich.console import Console

from a2f_live.arkit import COUNT, INDEX
from a2f_live.cli.view import HEIGHT, WIDTH, bar, bars, face, line, mouth
from a2f_live.frames import Array


def weights(**values: float) -> Array:
    row = np.zeros(COUNT, np.float32)
    for name, value in values.items():
        row[INDEX[name]] = value
    return row


def height(drawing: list[str]) -> int:
    return sum(bool(text.strip()) for text in drawing)


def width(drawing: list[str]) -> int:
    columns = [i for text in drawing for i, character in enumerate(text) if character != " "]
    return max(columns) - min(columns)


def test_the_jaw_opens_the_mouth_and_lips_close_it() -> None:
    shut = height(mouth(weights()))
    assert height(mouth(weights(jawOpen=0.7))) > shut
    assert mouth(weights(jawOpen=0.7, mouthClose=0.7)) == mouth(weights())


def test_a_pucker_is_narrow_and_a_smile_is_wide() -> None:
    rest = width(mouth(weights()))
    assert width(mouth(weights(mouthPucker=1.0))) < rest
    assert width(mouth(weights(mouthSmileLeft=1.0, mouthSmileRight=1.0))) > rest


def test_a_smile_lifts_the_corners_and_a_frown_lowers_them() -> None:
    def corner(drawing: list[str]) -> int:
        rows = [
            (min(i for i, c in enumerate(text) if c != " "), row) for row, text in enumerate(drawing) if text.strip()
        ]
        return min(rows)[1]

    smile = corner(mouth(weights(mouthSmileLeft=1.0, mouthSmileRight=1.0)))
    frown = corner(mouth(weights(mouthFrownLeft=1.0, mouthFrownRight=1.0)))
    assert smile < corner(mouth(weights())) < frown


@pytest.mark.parametrize("seed", range(20))
def test_every_face_fits_its_frame(seed: int) -> None:
    drawing = mouth(np.random.default_rng(seed).random(COUNT, np.float32))
    assert len(drawing) == HEIGHT
    assert {len(text) for text in drawing} == {WIDTH}


@pytest.mark.parametrize(("value", "filled"), [(-1.0, 0), (0.0, 0), (0.5, 5), (1.0, 10), (7.0, 10)])
def test_bars_are_as_long_as_the_value(value: float, filled: int) -> None:
    assert bar(value, 10) == ("█" * filled).ljust(10)


def test_a_line_tells_what_the_bars_tell() -> None:
    row = weights(jawOpen=0.25, eyeBlinkLeft=1.0)
    assert dict(bars(row))["blink"] == 0.5
    assert line(row, "1.00 s").startswith("1.00 s  jaw 0.25")
    console = Console(width=100, record=True, file=None, quiet=True)
    with console.capture():
        console.print(face(row, "the caption"))
    assert all(len(text) <= 100 for text in mouth(row))
