"""The built page: whole, self-contained, and within its own content security policy."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from a2f_live.server.page import HASHED, KINDS, find_file

PAGE = Path(__file__).parents[2] / "web_demo"
DIST = PAGE / "dist"

pytestmark = pytest.mark.skipif(
    not (DIST / "index.html").is_file(),
    reason="the page is not built: install Node and npm (Debian: apt install nodejs npm) and run make page",
)


class Named(HTMLParser):
    """Collects what a document refers to, and what stands inline in it."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.names |= {value for name in ("src", "href") if (value := given.get(name)) and not value.startswith("#")}
        if (tag == "script" and "src" not in given) or tag == "style":
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


@pytest.fixture(scope="module")
def named() -> Named:
    parser = Named()
    parser.feed((DIST / "index.html").read_text("utf-8"))
    return parser


def texts() -> list[Path]:
    return [path for path in DIST.rglob("*") if path.suffix in (".html", ".js", ".css")]


def test_everything_that_is_named_is_served(named: Named) -> None:
    assert any(name.endswith(".js") for name in named.names)
    for name in named.names:
        assert find_file(DIST, name.removeprefix("./")), name


def test_every_file_of_the_build_can_be_served() -> None:
    assert not [path for path in DIST.rglob("*") if path.is_file() and path.suffix not in KINDS]


def test_nothing_is_inline(named: Named) -> None:
    assert not named.inline


def test_scripts_do_what_the_policy_allows() -> None:
    for path in texts():
        text = path.read_text("utf-8")
        assert not re.search(r"\beval\(|new Function\(", text), f"{path.name} would be stopped by the policy"
        assert "data:text/javascript" not in text, f"{path.name} holds a script that the policy stops"


def test_nothing_is_loaded_from_elsewhere(named: Named) -> None:
    assert not [name for name in named.names if re.match(r"https?:|//", name)]
    for path in texts():
        loads = re.findall(
            r"(?:import|from|fetch|url|src=|href=|addModule)\s*\(?\s*[\"'`]?(https?://[^\s\"'`)]+)",
            path.read_text("utf-8"),
        )
        assert not loads, path.name


def test_built_names_hold_their_hash() -> None:
    scripts = [path.relative_to(DIST).as_posix() for path in (DIST / "assets").iterdir()]
    assert scripts
    assert all(HASHED.fullmatch(name) for name in scripts)


def test_sample_and_client_come_along() -> None:
    assert find_file(DIST, "sample/hello.wav")
    assert find_file(DIST, "client/a2f-live.js")
