"""Files appear whole or not at all."""

from pathlib import Path

import pytest

from a2f_live.errors import ConfigError, FileError
from a2f_live.outputs.base import Clip
from a2f_live.outputs.files import FORMATS, ClipWriter, choose
from tests.outputs.helpers import FPS, clip

CLIP = Clip("voice.wav", FPS)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_has_its_name_only_when_it_is_whole(name: str, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "voice.out"
    with ClipWriter(path, FORMATS[name], CLIP) as writer:
        writer.write(clip(3)[0])
        assert not path.exists()
    assert path.read_text("utf-8").endswith("\n")
    assert list(path.parent.iterdir()) == [path]


def test_nothing_is_left_of_a_failure_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "voice.csv"
    path.write_text("old")
    writer = ClipWriter(path, FORMATS["csv"], CLIP)
    writer.write(clip(3)[0])
    writer.__exit__(RuntimeError, RuntimeError(), None)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(FileError, match="cannot be written"):
        ClipWriter(tmp_path / "out" / "voice.csv", FORMATS["csv"], CLIP)


def test_a_target_that_is_a_folder_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "voice.csv"
    path.mkdir()
    with pytest.raises(FileError, match="cannot be written"), ClipWriter(path, FORMATS["csv"], CLIP):
        pass
    assert list(tmp_path.iterdir()) == [path]


def test_formats_are_chosen_by_name() -> None:
    assert choose("json, csv,json") == ("json", "csv")


@pytest.mark.parametrize(
    ("names", "told"), [("fbx", "'fbx' is not known"), ("", "'' is not known"), ("csv,plain", "same file")]
)
def test_a_wrong_choice_is_told(names: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        choose(names)
