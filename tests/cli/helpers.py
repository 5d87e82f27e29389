"""Runs the console command as a user does: in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

SCALE = float(os.environ.get("A2F_LIVE_TEST_TIMEOUT_SCALE", "1"))


def a2f_live(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `a2f-live` with these arguments in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "a2f_live", *arguments],
        cwd=folder,
        env=clean_environment() | environment,
        capture_output=True,
        text=True,
        timeout=60 * SCALE,
        check=False,
    )


def clean_environment() -> dict[str, str]:
    """The environment without settings of this product, and where the package is found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("A2F_")}
    return kept | {"PYTHONPATH": str(Path(__file__).parents[2])}


def assert_one_sentence(result: subprocess.CompletedProcess[str], status: int, *told: str) -> None:
    """The command failed with this status, and said why in one line without a traceback."""
    assert result.returncode == status, result.stderr
    assert "Traceback" not in result.stderr + result.stdout
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("a2f-live: ")
    for part in told:
        assert part in lines[0]
