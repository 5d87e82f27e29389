"""`docs/clients.md`: five steps for each listener, a mark whether it was tried, and nothing that does not exist."""

import re
import shlex
from pathlib import Path

import pytest

from a2f_live.cli.main import COMMANDS, build_parser
from a2f_live.relay.address import SCHEMES, parse

PAGE = Path(__file__).parents[1] / "docs" / "clients.md"
TEXT = PAGE.read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
ELSEWHERE = ("pipecat", "LiveKit agents")
LISTENERS = [name for name in SECTIONS if name not in (*ELSEWHERE, "The relay, and the outputs of a server")]
LINES = re.findall(r"`(a2f-live [^`]*)`", TEXT)


@pytest.mark.parametrize("name", LISTENERS)
def test_a_listener_takes_five_steps_and_says_what_was_tried(name: str) -> None:
    steps = re.findall(r"^(\d+)\. ", SECTIONS[name], re.MULTILINE)
    assert steps == ["1", "2", "3", "4", "5"]
    assert re.search(r"[Tt]ried", SECTIONS[name])


def test_every_listener_is_in_the_table() -> None:
    anchors = set(re.findall(r"\]\(#([\w-]+)\)", TEXT.split("## ")[0]))
    titles = {name.lower().replace(" ", "-") for name in SECTIONS}
    assert anchors == titles - {"the-relay,-and-the-outputs-of-a-server"}


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([^)#:]+)\)", TEXT))))
def test_what_is_linked_is_there(path: str) -> None:
    assert (PAGE.parent / path).exists()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`python (docs/[\w./]+)", TEXT))))
def test_examples_are_there(path: str) -> None:
    assert (PAGE.parents[1] / path).exists()


@pytest.mark.parametrize("line", sorted({line for line in LINES if "SOURCE" not in line and "OUTPUT" not in line}))
def test_commands_are_understood(line: str) -> None:
    _, command, *arguments = shlex.split(line)
    assert command in COMMANDS
    parsed = vars(build_parser(command).parse_args([command, *arguments])) if arguments else {}
    for output in parsed.get("to") or ():
        assert parse(output)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_output_and_each_of_its_options_is_told(scheme: str) -> None:
    assert re.search(rf"--to '?{scheme}:", TEXT)
    section = next(text for text in SECTIONS.values() if re.search(rf"--to '?{scheme}:", text))
    assert all(f"| `{option}` |" in section for option in SCHEMES[scheme].options)
