"""`docs/operations.md` tells every setting, metric, command and exit status."""

from itertools import groupby
from pathlib import Path

import pytest

from a2f_live.cli import main
from a2f_live.observe.metrics import METRICS
from a2f_live.settings import SETTINGS, Setting

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


def row(setting: Setting) -> str:
    """The line of a setting in the table of its group."""
    flag = f"{setting.flag}`, `{setting.flag.replace('--', '--no-', 1)}" if setting.kind.switch else setting.flag
    default = setting.default
    if isinstance(default, bool):
        default = str(default).lower()
    elif isinstance(default, tuple):
        default = " ".join(default)
    shown = f"`{default}`" if default != "" else "none"
    variables = "`, `".join(setting.variables)
    many = "; can be repeated" if setting.kind.many else ""
    return f"| `{flag}` | `{variables}` | `{setting.name}` | {shown} | {setting.help}{many} |"


def table() -> str:
    """All tables, to paste into the page."""
    head = "| flag | variables | key | default | meaning |\n|---|---|---|---|---|\n"
    groups = groupby(SETTINGS.values(), key=lambda setting: setting.group)
    return "\n\n".join(f"### {name}\n\n{head}" + "\n".join(map(row, members)) for name, members in groups)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_told(name: str) -> None:
    assert row(SETTINGS[name]) in PAGE.read_text("utf-8")


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_told(name: str) -> None:
    about = METRICS[name]
    assert f"| `{name}` | {about.kind} | {', '.join(about.labels) or 'none'} | {about.help} |" in PAGE.read_text(
        "utf-8"
    )


@pytest.mark.parametrize("status", [0, 1, main.EXIT_USAGE, main.EXIT_BUG, main.EXIT_INTERRUPTED, main.EXIT_BROKEN_PIPE])
def test_every_exit_status_is_told(status: int) -> None:
    assert f"| {status} |" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("command", main.COMMANDS)
def test_every_command_is_told(command: str) -> None:
    assert f"`a2f-live {command}" in PAGE.read_text("utf-8")


if __name__ == "__main__":
    print(table())
