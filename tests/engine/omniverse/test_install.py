"""Where the script and the scene are looked for."""

import sys
from pathlib import Path

import pytest

from a2f_live.engine.omniverse import install
from a2f_live.errors import EngineUnavailable

HERE = {
    "linux": (".local/share/ov/pkg", "audio2face_headless.sh"),
    "win32": ("AppData/Local/ov/pkg", "audio2face_headless.bat"),
}.get(sys.platform, (".local/share/ov/pkg", "audio2face_headless.sh"))


def touched(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path.resolve()


def test_the_option_comes_before_the_variable_and_the_variable_before_the_newest_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert install.headless_script("", {}) is None
    folder, name = HERE
    touched(tmp_path / folder / "audio2face-2023.2.0" / name)
    newest = touched(tmp_path / folder / "audio2face-2023.10.1" / name)
    (tmp_path / folder / "audio2face-2024.1.0").mkdir()  # half removed
    assert install.headless_script("", {}) == newest
    named, variable = touched(tmp_path / "mine.sh"), touched(tmp_path / "theirs.sh")
    environment = {"A2F_HEADLESS_SCRIPT": str(variable)}
    assert install.headless_script("", environment) == variable
    assert install.headless_script(str(named), environment) == named


@pytest.mark.parametrize(
    ("option", "variable", "place"), [("gone.sh", "", "script"), ("", "gone.sh", "A2F_HEADLESS_SCRIPT")]
)
def test_a_script_that_is_named_must_be_there(option: str, variable: str, place: str) -> None:
    with pytest.raises(EngineUnavailable, match=rf"{place} names gone.sh, which is not there"):
        install.headless_script(option, {"A2F_HEADLESS_SCRIPT": variable})


@pytest.mark.skipif(sys.platform == "win32", reason="every name has a home there")
def test_the_home_of_nobody_is_told_of() -> None:
    said = "names ~nobody-of-that-name/x, but whose home that is, nobody knows"
    with pytest.raises(EngineUnavailable, match=f"script {said}"):
        install.headless_script("~nobody-of-that-name/x", {})
    with pytest.raises(EngineUnavailable, match=f"usd_model {said}"):
        install.scene("~nobody-of-that-name/x", None, {})


@pytest.mark.skipif(sys.platform == "win32", reason="the variable comes first there")
def test_a_user_without_a_home_has_nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", none)
    assert install.headless_script("", {}) is None


def test_the_scene_is_named_or_found_beside_the_script(tmp_path: Path) -> None:
    script = touched(tmp_path / "app" / "audio2face_headless.sh")
    assert install.scene("", script, {}) == ""
    assert install.scene("", None, {}) == ""
    touched(tmp_path / "app" / "exts" / "omni.x" / "arkit_other.usd")
    found = touched(tmp_path / "app" / "exts" / "omni.x" / "data" / "mark_arkit_solved_default.usd")
    assert install.scene("", script, {}) == str(found)
    mine, theirs = touched(tmp_path / "mine.usd"), touched(tmp_path / "theirs.usd")
    environment = {"A2F_DEFAULT_USD_MODEL": str(theirs)}
    assert install.scene("", script, environment) == str(theirs)
    assert install.scene(str(mine), script, environment) == str(mine)
    assert install.scene("omniverse://localhost/a.usd", script, environment) == "omniverse://localhost/a.usd"
    with pytest.raises(EngineUnavailable, match="usd_model names"):
        install.scene(str(tmp_path / "gone.usd"), script, {})


@pytest.mark.parametrize(("name", "begins"), [("a.sh", ["bash", "/x/a.sh"]), ("a.bat", ["/x/a.bat"])])
def test_the_port_is_given_as_omniverse_takes_it(name: str, begins: list[str]) -> None:
    command = install.command(Path("/x") / name, 8190, ["--no-window"])
    assert [part.replace("\\", "/") for part in command[: len(begins)]] == begins
    assert command[len(begins) :] == ["--/exts/omni.services.transport.server.http/port=8190", "--no-window"]
