"""Which files are found, and that no two of them become the same file."""

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from a2f_live.cli.batch import Source, find, stems
from a2f_live.errors import ConfigError


def tree(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def found(sources: list[Source], folder: Path) -> dict[str, str]:
    return {str(source.path.relative_to(folder)): str(source.stem) for source in sources}


def test_a_folder_gives_its_audio_files(tmp_path: Path) -> None:
    tree(tmp_path, "b.WAV", "a.flac", "notes.txt", "deep/c.mp3")
    assert found(find([tmp_path], recursive=False), tmp_path) == {"a.flac": "a", "b.WAV": "b"}
    deep = found(find([tmp_path], recursive=True), tmp_path)
    assert deep == {"a.flac": "a", "b.WAV": "b", "deep/c.mp3": "deep/c"}


def test_a_named_file_is_taken_whatever_its_name_and_even_if_it_is_missing(tmp_path: Path) -> None:
    assert [source.stem for source in find([tmp_path / "take.raw"], recursive=False)] == [Path("take")]


def test_a_file_named_twice_is_converted_once(tmp_path: Path) -> None:
    tree(tmp_path, "a.wav")
    assert len(find([tmp_path / "a.wav", tmp_path, tmp_path / "." / "a.wav"], recursive=False)) == 1


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--recursive"):
        find([tmp_path], recursive=False)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["x/a.wav", "x/b.wav"], ["a", "b"]),
        (["x/a.wav", "y/a.wav", "y/b.wav"], ["x/a", "y/a", "b"]),
        (["a.wav", "a.mp3"], ["a.wav", "a.mp3"]),
        (["a.wav", "a.mp3", "b.wav"], ["a.wav", "a.mp3", "b"]),
        (["x/a.v2.wav", "x/a.v1.wav"], ["a.v2", "a.v1"]),
        (["x/a.wav", "a.wav"], ["x/a", "a"]),
    ],
)
def test_files_that_share_a_name_get_longer_ones(names: list[str], expected: list[str]) -> None:
    given = [(Path("/", name), Path(PurePosixPath(name).name)) for name in names]
    assert stems(given) == [Path(name) for name in expected]


PARTS = st.sampled_from(["a", "b", "a.wav", "b.mp3", "a.wav.mp3"])


@given(st.sets(st.lists(PARTS, min_size=1, max_size=3).map("/".join), max_size=12))
def test_no_two_files_share_a_stem(names: set[str]) -> None:
    named = stems([(Path("/", name), Path(PurePosixPath(name).name)) for name in sorted(names)])
    assert len(set(named)) == len(names)
