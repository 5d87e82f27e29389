"""A picture has its size, its faces and its text where they were asked for, and is written whole or not at all."""

from pathlib import Path

import numpy as np
import pytest

from a2f_live.errors import ConfigError, FileError
from a2f_live.plot.face import VIEWS, face
from a2f_live.plot.shapes import Paint
from tests.plot.helpers import size_of, weights
from tests.plot.pixels import canvas, ink, near, painted, pixels, read

FACE = VIEWS["face"]


def portrait(**named: float) -> np.ndarray:
    """The pixels of a face alone, 2 pixels a millimetre."""
    sheet = canvas.Canvas(round(FACE.width * 2), round(FACE.height * 2))
    sheet.face(face(weights(**named)), 0, 0, 2.0, FACE)
    return pixels(sheet)


def test_a_picture_is_white_and_as_large_as_told(tmp_path: Path) -> None:
    canvas.Canvas(120, 80).save(tmp_path / "new" / "white.png")
    assert size_of(tmp_path / "new" / "white.png") == (120, 80)
    assert ink(read(tmp_path / "new" / "white.png")) == 0
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["white.png"]


def test_every_paint_has_a_colour() -> None:
    assert set(canvas.COLOURS) == set(Paint)


def test_text_stands_where_it_was_asked_for() -> None:
    sheet = canvas.Canvas(200, 100)
    sheet.text(100, 25, "MOUTH", size_px=16)
    picture = pixels(sheet)
    assert ink(picture[15:35, 60:140]) > 0.05
    assert ink(picture[50:]) == 0


def test_a_face_stays_within_its_view() -> None:
    sheet = canvas.Canvas(400, 400)
    sheet.face(face(weights(jawOpen=1)), 100, 100, 1.0, FACE)
    picture = pixels(sheet)
    assert ink(picture[100 : round(100 + FACE.height), 100 : round(100 + FACE.width)]) > 0.6
    assert ink(picture[:98]) == ink(picture[:, :98]) == ink(picture[round(102 + FACE.height) :]) == 0


def test_an_open_mouth_is_dark_and_a_shut_one_is_not() -> None:
    shut, open_ = portrait(), portrait(jawOpen=0.4)
    assert painted(shut, Paint.CAVITY) < 10
    assert painted(open_, Paint.CAVITY) > 500
    assert painted(portrait(jawOpen=0.4, mouthClose=0.4), Paint.CAVITY) < 10


def test_rounding_makes_the_lips_narrow() -> None:
    def lips_width(**named: float) -> int:
        seen = near(portrait(**named), canvas.COLOURS[Paint.LOWER_LIP])
        return int(seen.any(axis=0).sum())

    assert lips_width(mouthPucker=0.8) < 0.8 * lips_width()


def test_a_blink_hides_the_eyes() -> None:
    assert painted(portrait(), Paint.IRIS) > 200
    assert painted(portrait(eyeBlink=1), Paint.IRIS) < 20


def test_a_picture_too_high_to_open_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"40000 pixels high.*--from"):
        canvas.Canvas(100, 40_000)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError, match="cannot be written"):
        canvas.Canvas(10, 10).save(tmp_path / "file" / "a.png")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(FileError, match="cannot be written"):
        canvas.Canvas(10, 10).save(tmp_path / "folder.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.png"]
