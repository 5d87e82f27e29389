"""`docs/operations.md` tells every setting, metric, command and exit status."""

import re
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


def setting_tables() -> str:
    """A table for each group."""
    head = "| flag | variables | key | default | meaning |\n|---|---|---|---|---|\n"
    groups = groupby(SETTINGS.values(), key=lambda setting: setting.group)
    return "\n\n".join(f"### {name}\n\n{head}" + "\n".join(map(row, members)) for name, members in groups)


def metric_table() -> str:
    """Every metric of the product."""
    rows = (
        f"| `{name}` | {about.kind} | {', '.join(about.labels) or 'none'} | {about.help} |"
        for name, about in METRICS.items()
    )
    return "\n".join(("| metric | kind | labels | meaning |", "|---|---|---|---|", *rows))


TABLES = {"settings": setting_tables, "metrics": metric_table}


def renewed(page: str) -> str:
    """The page with its tables made anew."""
    for name, table in TABLES.items():
        page = re.sub(f"(<!-- {name} -->\n).*?(<!-- end -->)", rf"\g<1>\n{table()}\n\n\g<2>", page, flags=re.DOTALL)
    return page


def test_the_tables_are_those_of_the_definitions() -> None:
    page = PAGE.read_text("utf-8")
    assert page == renewed(page), "run `python -m tests.cli.test_operations_page`"


@pytest.mark.parametrize("name", [*SETTINGS, *METRICS])
def test_everything_is_told(name: str) -> None:
    assert f"| `{name}` |" in PAGE.read_text("utf-8")


def test_nothing_is_told_twice() -> None:
    headings = re.findall(r"^##+ .*", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize("status", [0, 1, main.EXIT_USAGE, main.EXIT_BUG, main.EXIT_INTERRUPTED, main.EXIT_BROKEN_PIPE])
def test_every_exit_status_is_told(status: int) -> None:
    assert f"| {status} |" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("command", main.COMMANDS)
def test_every_command_is_told(command: str) -> None:
    assert f"`a2f-live {command}" in PAGE.read_text("utf-8")


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
