"""Which paths are open."""

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from a2f_live.errors import NotAllowed
from a2f_live.headless import folders as module
from a2f_live.headless.folders import Folders, is_elsewhere


def test_without_a_list_everything_is_open(tmp_path: Path) -> None:
    assert Folders().resolve(tmp_path / "x" / ".." / "y") == tmp_path.resolve() / "y"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    (tmp_path / "open" / "deep").mkdir(parents=True)
    (tmp_path / "open-not").mkdir()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "open" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "open" / "out").symlink_to(tmp_path)
    (tmp_path / "open" / "inner").symlink_to(tmp_path / "open" / "deep")
    return Folders.of([tmp_path / "open"])


@pytest.mark.parametrize("path", ["open", "open/deep/new.json", "open/../open/x", "open/inner/x"])
def test_what_lies_within_is_open(folders: Folders, tmp_path: Path, path: str) -> None:
    assert folders.resolve(tmp_path / path).is_relative_to((tmp_path / "open").resolve())


@pytest.mark.parametrize(
    "path", ["", "open/..", "secret", "open/../secret", "open/link", "open/out/secret", "open-not/x", "open/out/new"]
)
def test_what_lies_outside_is_not(folders: Folders, tmp_path: Path, path: str) -> None:
    with pytest.raises(NotAllowed, match="outside"):
        folders.resolve(tmp_path / path)


@pytest.mark.parametrize("path", ["/etc/passwd", "relative.wav", "~/x"])
def test_nor_is_anything_elsewhere(folders: Folders, path: str) -> None:
    with pytest.raises(NotAllowed):
        folders.resolve(path)


def test_a_path_that_is_none_is_refused(folders: Folders) -> None:
    with pytest.raises(NotAllowed, match="cannot be followed"):
        folders.resolve("a\0b")


def test_an_allowed_folder_may_itself_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "alias").symlink_to(tmp_path / "real")
    assert Folders.of([tmp_path / "alias"]).resolve(tmp_path / "alias" / "x") == (tmp_path / "real" / "x").resolve()


ALLOWED = (PureWindowsPath(r"C:\open"), PureWindowsPath(r"\\NAS\Sound\open"))
ELSEWHERE = (
    *(r"\\evil\share\x.wav", "//evil/share/x.wav", r"\/evil/share", r"\\nas\other\x.wav", r"\\nas.evil\sound\open"),
    *(r"\\?\UNC\evil\share\x", r"\??\UNC\evil\share\x", r"\\.\pipe\x", "//./PhysicalDrive0", r"\\evil@SSL\share\x"),
)
HERE = (r"C:\open\x.wav", r"D:\x.wav", r"x.wav", r"..\x", r"\x", "", r"\\nas\sound\open\x.wav", "//NAS/SOUND/x")


@pytest.mark.parametrize("path", ELSEWHERE)
def test_another_machine_is_not_even_asked(path: str) -> None:
    assert is_elsewhere(PureWindowsPath(path), ALLOWED)


def test_nor_is_it_as_the_name_of_a_file_in_an_open_folder() -> None:
    assert is_elsewhere(PureWindowsPath(r"C:\open", r"\\evil\share\x.wav"), ALLOWED)


@pytest.mark.parametrize("path", HERE)
def test_what_is_on_this_one_or_on_a_share_that_is_open_is_followed(path: str) -> None:
    assert not is_elsewhere(PureWindowsPath(path), ALLOWED)


@pytest.mark.parametrize("path", ["//evil/share", r"\\evil\share"])
def test_elsewhere_such_a_name_is_that_of_a_file(path: str) -> None:
    assert not is_elsewhere(PurePosixPath(path), ALLOWED)


def test_what_is_elsewhere_is_refused_before_it_is_followed(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(path: Path) -> Path:
        raise AssertionError(f"{path} was followed")

    monkeypatch.setattr(module, "is_elsewhere", lambda path, allowed: allowed == folders.allowed)
    monkeypatch.setattr(Path, "resolve", resolve)
    with pytest.raises(NotAllowed, match="outside"):
        folders.resolve(r"\\evil\share\x.wav")
