"""The C# of the Unity package, compiled as strictly as mono can and run without Unity."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

UNITY = Path(__file__).parents[2] / "unity"
HERE = Path(__file__).parent
NUNIT = Path("/usr/lib/cli/nunit.framework-2.6.3/nunit.framework.dll")
APT = "mono-mcs mono-runtime libmono-cil-dev nunit-console"
STRICT = ("-langversion:7.2", "-warnaserror", "-warn:4", "-debug", "-define:DEBUG")
"""The language that Unity 2021.3 and mono share, every warning an error."""
PATIENCE_S = 120.0

needs_mono = pytest.mark.skipif(
    not (shutil.which("mcs") and shutil.which("mono") and shutil.which("nunit-console") and NUNIT.is_file()),
    reason=f"mono is needed to compile and run C#: apt install {APT}",
)


def sources(*folders: Path) -> list[Path]:
    """Every C# file below the folders."""
    return sorted(path for folder in folders for path in folder.rglob("*.cs"))


@dataclass(frozen=True)
class Builder:
    """Compiles assemblies into one folder, where they find each other."""

    folder: Path

    def build(
        self,
        name: str,
        files: Iterable[Path],
        uses: Sequence[str | Path] = (),
        *,
        defines: Sequence[str] = (),
        documented: bool = False,
    ) -> Path:
        """An assembly of the files; where `documented`, a public name without a comment is an error too."""
        target = self.folder / name
        kind = "exe" if target.suffix == ".exe" else "library"
        references = [f"-r:{self.folder / one}" if isinstance(one, str) else f"-r:{one}" for one in uses]
        more = [f"-define:{define}" for define in defines]
        if documented:
            more.append(f"-doc:{target.with_suffix('.xml')}")
        done = subprocess.run(
            ["mcs", *STRICT, *more, f"-target:{kind}", f"-out:{target}", *references, *map(str, files)],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return target

    def run_tests(
        self, assembly: Path, *, include: str = "", exclude: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        """Run the NUnit tests of an assembly, of a category or without one; what fails is told with its message."""
        chosen = [f"-include:{include}"] * bool(include) + [f"-exclude:{exclude}"] * bool(exclude)
        framework = self.folder / NUNIT.name
        if not framework.exists():
            shutil.copy(NUNIT, framework)
        done = subprocess.run(
            ["nunit-console", "-nologo", "-noxml", "-nothread", *chosen, str(assembly)],
            cwd=self.folder,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        told = done.stdout + done.stderr
        assert done.returncode == 0, told
        assert "Tests run: 0" not in told, told
