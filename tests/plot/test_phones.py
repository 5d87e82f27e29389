"""Phones from tables and TextGrids, and what the lips must do for them."""

from pathlib import Path

import pytest

from a2f_live.errors import FileError
from a2f_live.plot.phones import Phone, PhoneTable, read_phones

TABLE = "file\tstart\tend\tphone\nb.wav\t0.5\t1.0\tAA1\nb.wav\t0.0\t0.5\tB\na.wav\t0\t1\tSIL\n"
LONG_GRID = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 1.5
tiers? <exists>
size = 3
item []:
    item [1]:
        class = "IntervalTier"
        name = "words"
        xmin = 0
        xmax = 1.5
        intervals: size = 1
        intervals [1]:
            xmin = 0
            xmax = 1.5
            text = "by ""the"" way"
    item [2]:
        class = "TextTier"
        name = "clicks"
        xmin = 0
        xmax = 1.5
        points: size = 1
        points [1]:
            number = 0.25
            mark = "click"
    item [3]:
        class = "IntervalTier"
        name = "phones"
        xmin = 0
        xmax = 1.5
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 0.25
            text = "B"
        intervals [2]:
            xmin = 0.25
            xmax = 1.5
            text = "AY1"
"""
SHORT_GRID = """File type = "ooTextFile"
Object class = "TextGrid"

0
1.5
<exists>
1
"IntervalTier"
"sounds"
0
1.5
2
0
0.25
"B"
0.25
1.5
"AY1"
"""
GRID_PHONES = [Phone(0, 0.25, "B"), Phone(0.25, 1.5, "AY1")]


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding)
    return path


def test_a_table_is_read_by_clip_and_in_order(tmp_path: Path) -> None:
    table = read_phones(written(tmp_path, "phones.tsv", TABLE))
    assert table.of("b.wav") == [Phone(0.0, 0.5, "B"), Phone(0.5, 1.0, "AA1")]
    assert table.of("some/folder/b.csv") == table.of("b.wav")
    assert not table.of("c.wav")


def test_a_table_without_names_is_of_any_clip(tmp_path: Path) -> None:
    table = read_phones(written(tmp_path, "phones.tsv", "start\tend\tphone\n0\t1\tM\n"))
    assert table.of("a.wav") == table.of("b.wav") == [Phone(0, 1, "M")]


@pytest.mark.parametrize("grid", [LONG_GRID, SHORT_GRID])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_grid_is_read_long_and_short(grid: str, encoding: str, tmp_path: Path) -> None:
    assert read_phones(written(tmp_path, "b.TextGrid", grid, encoding)).of("b.wav") == GRID_PHONES


def test_a_folder_of_text_grids_is_read_by_their_names(tmp_path: Path) -> None:
    written(tmp_path, "b.TextGrid", LONG_GRID)
    table = read_phones(tmp_path)
    assert table.of("b.wav") == GRID_PHONES
    assert not table.of("c.wav")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("phones.tsv", ""),
        ("phones.tsv", "file\tstart\tend\tphone\n"),
        ("phones.tsv", "file,start,end,phone\na.wav,0,1,M\n"),
        ("phones.tsv", "file\tstart\tend\tphone\na.wav\tsoon\t1\tM\n"),
        ("phones.tsv", "file\tstart\tend\tphone\na.wav\t0\n"),
        ("b.TextGrid", "hello"),
        ("b.TextGrid", LONG_GRID[:600]),
        ("b.TextGrid", LONG_GRID.replace('"IntervalTier"', '"TextTier"')),
    ],
)
def test_what_holds_no_phones_is_told_in_one_sentence(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="holds no phones: give a TextGrid") as caught:
        read_phones(written(tmp_path, name, text))
    assert "\n" not in caught.value.message


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        read_phones(tmp_path / "gone.tsv")


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("M", "closed"),
        ("b", "closed"),
        ("V", "teeth on lip"),
        ("UW1", "rounded"),
        ("AA0", "open"),
        ("T", "other"),
        ("SIL", "silence"),
        ("", "silence"),
        ("ʁ", "other"),
    ],
)
def test_what_the_lips_must_do(label: str, kind: str) -> None:
    assert Phone(0, 1, label).kind == kind


def test_nothing_is_of_no_clip() -> None:
    assert not PhoneTable({}).of("a.wav")
