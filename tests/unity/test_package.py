"""The Unity package as Unity's package manager wants it."""

import json
import re
from pathlib import Path

import pytest

import a2f_live
from tests.unity.metas import GUID, PACKAGE, assets, meta
from tests.unity.mono import UNITY

MANIFEST = json.loads((UNITY / "package.json").read_text("utf-8"))
ASMDEFS = {
    str(document["name"]): (path, document)
    for path in UNITY.rglob("*.asmdef")
    for document in [json.loads(path.read_text("utf-8"))]
}


def test_the_manifest_says_what_the_package_is() -> None:
    assert MANIFEST["name"] == PACKAGE
    assert MANIFEST["version"] == a2f_live.__version__
    assert MANIFEST["unity"] == "2021.3"
    for sample in MANIFEST["samples"]:
        assert list((UNITY / sample["path"]).glob("*.cs")), sample


@pytest.mark.parametrize(
    "name", ["README.md", "CHANGELOG.md", "LICENSE.md", "Runtime", "Editor", "Tests/Core", "Documentation~"]
)
def test_what_the_package_manager_looks_for_is_there(name: str) -> None:
    assert (UNITY / name).exists()


def test_every_asset_has_its_meta_and_no_meta_is_left_over() -> None:
    missing = [path for path in assets() if not meta(path).exists()]
    assert not missing, "run python -m tests.unity.metas"
    assert not [path for path in UNITY.rglob("*.meta") if not path.with_suffix("").exists()]


def test_no_two_assets_share_a_guid() -> None:
    guids: dict[str, Path] = {}
    for path in UNITY.rglob("*.meta"):
        found = GUID.search(path.read_text("utf-8"))
        assert found, path
        assert guids.setdefault(found[1], path) == path
    assert len(guids) > 20


def test_assemblies_refer_to_each_other_and_the_core_to_no_engine() -> None:
    path, core = ASMDEFS["A2FLive.Core"]
    assert core["noEngineReferences"] is True
    assert core["references"] == []
    assert not [file for file in path.parent.rglob("*.cs") if "UnityEngine" in file.read_text("utf-8")]
    elsewhere = {
        "UnityEngine.TestRunner",
        "UnityEditor.TestRunner",
        "endel.nativewebsocket",
        "colyseus.nativewebsocket",
    }
    for _, document in ASMDEFS.values():
        assert set(document["references"]) <= set(ASMDEFS) | elsewhere


def test_every_script_lies_in_an_assembly_and_a_component_in_a_file_of_its_name() -> None:
    folders = [path.parent for path, _ in ASMDEFS.values()]
    for path in assets():
        if path.suffix != ".cs":
            continue
        assert [folder for folder in folders if folder in path.parents], path
        for component in re.findall(r"class (\w+) : (?:MonoBehaviour|ScriptableObject)", path.read_text("utf-8")):
            assert path == Path(path.parent, f"{component}.cs")
