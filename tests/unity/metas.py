"""The .meta files of the Unity package: ``python -m tests.unity.metas`` writes those that are missing.

Unity knows an asset by the GUID in the file beside it, so a GUID, once written, never changes. A new one is derived
from the name of the package and the path.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from tests.unity.mono import UNITY

PACKAGE = "com.a2f-live.client"
GUID = re.compile(r"^guid: ([0-9a-f]{32})$", re.MULTILINE)
_IMPORTERS = {
    ".cs": "MonoImporter:\n  externalObjects: {}\n  serializedVersion: 2\n  defaultReferences: []\n"
    "  executionOrder: 0\n  icon: {instanceID: 0}\n",
    ".asmdef": "AssemblyDefinitionImporter:\n  externalObjects: {}\n",
    ".md": "TextScriptImporter:\n  externalObjects: {}\n",
    "package.json": "PackageManifestImporter:\n  externalObjects: {}\n",
}
_OTHER = "DefaultImporter:\n  externalObjects: {}\n"
_END = "  userData: \n  assetBundleName: \n  assetBundleVariant: \n"


def assets() -> Iterator[Path]:
    """Every file and folder that needs a .meta: Unity skips folders that end in ~, but samples become assets later."""
    for path in sorted(UNITY.rglob("*")):
        inside = path.relative_to(UNITY)
        hidden = [part for part in inside.parts if part.startswith(".") or part.endswith("~")]
        if path.suffix != ".meta" and (not hidden or (hidden == ["Samples~"] and len(inside.parts) > 1)):
            yield path


def meta(path: Path) -> Path:
    """The file beside an asset."""
    return path.with_name(path.name + ".meta")


def text(path: Path) -> str:
    """What the .meta of a new asset holds."""
    name = f"{PACKAGE}/{path.relative_to(UNITY).as_posix()}"
    guid = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    if path.is_dir():
        importer = "folderAsset: yes\n" + _OTHER
    else:
        importer = _IMPORTERS.get(path.name) or _IMPORTERS.get(path.suffix, _OTHER)
    return f"fileFormatVersion: 2\nguid: {guid}\n{importer}{_END}"


def main() -> None:
    """Write what is missing, and remove what belongs to nothing."""
    for path in assets():
        if not meta(path).exists():
            meta(path).write_text(text(path), "utf-8")
    for path in UNITY.rglob("*.meta"):
        if not path.with_suffix("").exists():
            path.unlink()


if __name__ == "__main__":
    main()
