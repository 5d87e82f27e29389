"""`a2f-live doctor`: what is installed, what can run, and what is missing."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from a2f_live.cli.checks import FAILED, MISSING, OK, Finding, everything
from a2f_live.cli.rendering import add_model_option, name_model
from a2f_live.settings import SETTINGS, Given

ENGINE: Final = "embedded"
"""The engine that always has to work."""
MARKS: Final = {OK: "ok", MISSING: "--", FAILED: "!!"}
COLOURS: Final = {OK: "green", MISSING: "yellow", FAILED: "bold red"}


def add_parser(subparsers: Any) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "doctor",
        description="Says what is installed, what can run, and what is missing. "
        f"The exit status is 0 if the engine `{ENGINE}` works.",
    )
    parser.set_defaults(run=run)
    parser.add_argument("--port", default=str(SETTINGS["port"].default), help="port to look at (default: %(default)s)")
    add_model_option(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
    """Look at everything and report; 1 if the embedded engine does not work."""
    name_model(options)
    findings = list(everything(SETTINGS["port"].read(Given(options.port, "--port"))))
    if options.json:
        print(json.dumps({"ok": healthy(findings), "findings": [asdict(finding) for finding in findings]}))
    elif sys.stdout.isatty():
        show_table(findings)
    else:
        show_lines(findings)
    return 0 if healthy(findings) else 1


def healthy(findings: Sequence[Finding]) -> bool:
    """Whether there is an engine to serve with."""
    return any(found.area == "engines" and found.name == ENGINE and found.state == OK for found in findings)


def show_lines(findings: Sequence[Finding]) -> None:
    """Print plain lines."""
    width = max(len(found.name) for found in findings)
    for found in findings:
        print(f"{MARKS[found.state]} {found.area:<8} {found.name:<{width}} {found.detail}")


def show_table(findings: Sequence[Finding]) -> None:
    """Print a table with colours."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="dim")
    for column in ("", "area", "name", "detail"):
        table.add_column(column, overflow="fold")
    area = ""
    for found in findings:
        mark = Text(MARKS[found.state], style=COLOURS[found.state])
        table.add_row(mark, found.area if found.area != area else "", Text(found.name), Text(found.detail))
        area = found.area
    Console().print(table)
