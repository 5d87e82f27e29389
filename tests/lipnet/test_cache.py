"""The cache: files are whole or not there, and one run works at a time."""

from pathlib import Path

import pytest

from assets.lipnet.training.cache import alone, whole, write_text
from assets.lipnet.training.trouble import TroubleError


def break_off(path: Path) -> None:
    with whole(path) as part:
        part.write_text("half of the n")
        raise KeyboardInterrupt


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    with whole(path) as part:
        part.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    assert list(path.parent.iterdir()) == [path]


def test_what_broke_off_leaves_the_old_file_and_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_text(path, "old")
    with pytest.raises(KeyboardInterrupt):
        break_off(path)
    assert path.read_text() == "old"
    write_text(path, "new")
    assert [entry.read_text() for entry in tmp_path.iterdir()] == ["new"]


def test_a_folder_is_whole_too(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    (tmp_path / "folder.part").mkdir()
    (tmp_path / "folder.part" / "left over").touch()
    with whole(path) as part:
        part.mkdir()
        (part / "one").touch()
    assert [entry.name for entry in path.iterdir()] == ["one"]


def test_a_second_run_is_kept_out_until_the_first_ends(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(TroubleError, match="Another run"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass
