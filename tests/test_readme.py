"""What the README names exists: targets, commands, files, the tree, links; and its programs are programs."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from a2f_live.cli.main import COMMANDS
from a2f_live.settings import SETTINGS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))


def blocks(language: str) -> list[str]:
    """Fenced blocks of that language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def section(title: str) -> str:
    return re.split(rf"^## {title}\n", README, flags=re.MULTILINE)[1].split("\n## ")[0]


def tree() -> list[Path]:
    """Every file and folder of the tree, which is drawn by two spaces a level."""
    found, parents = [], [ROOT]
    for line in section("The tree").split("```")[1].strip("\n").splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        names = [word for word in line.split("     ")[0].split() if re.fullmatch(r"[\w.]+(/|\.\w+)", word)]
        parents[depth + 1 :] = [parents[depth] / names[0]]
        found += [parents[depth] / name for name in names]
    return found


def targets_named(text: str) -> set[str]:
    return set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))


def test_every_target_named_exists() -> None:
    named = targets_named(README)
    assert {"demo", "test", "bench"} <= named <= TARGETS


def test_the_targets_that_the_makefile_explains_are_those_it_has() -> None:
    assert set(re.findall(r"^#   make ([a-z]+)", MAKEFILE, re.MULTILINE)) <= TARGETS


def test_ci_runs_exactly_the_test_command() -> None:
    assert "make test" in blocks("sh")[0]
    commands = [line for line in (ROOT / ".ci" / "run").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert commands[-1].removeprefix("exec ") == "make test"


def test_the_table_has_every_command() -> None:
    assert set(re.findall(r"^\| `a2f-live (\w+)", section("Commands"), re.MULTILINE)) == set(COMMANDS)
    assert set(re.findall(r"a2f-live ([a-z]+)", "".join(re.findall(r"`[^`\n]+`", README)))) <= set(COMMANDS)


def test_every_flag_named_is_one_of_a_command() -> None:
    known = {setting.flag for setting in SETTINGS.values()} | {"--help"}
    for source in (ROOT / "a2f_live" / "cli").glob("*.py"):
        known |= set(re.findall(r'"(--[a-z-]+)"', source.read_text("utf-8")))
    named = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]*)", README))
    assert "--token" in named
    assert named <= known


def test_the_tree_names_only_what_exists() -> None:
    paths = tree()
    assert len(paths) > 25
    assert not [str(path) for path in paths if not path.exists()]
    assert not [str(path) for path in paths if path.is_dir() != (path.suffix == "" and not path.is_file())]


def test_the_tree_has_every_folder_at_the_top_and_of_the_package() -> None:
    named = set(tree())
    tops = [path for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"]
    kept = [path for path in tops if path.name not in ("dist", "build") and any(path.glob("[!_.]*"))]
    parts = [path for path in (ROOT / "a2f_live").iterdir() if (path / "__init__.py").is_file()]
    assert not [path.name for path in [*kept, *parts] if path not in named]


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", "assets/README.md", "docs/plots.md"])
def test_links_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text("utf-8"))
    assert not [link for link in links if not (ROOT / page).parent.joinpath(link).exists()]


def test_every_file_named_in_words_exists() -> None:
    prose = re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL)
    named = re.findall(r"`((?:a2f_live|tests|docs|benchmarks|assets|web_demo)/[\w./]+)`", prose)
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_python_snippets_compile(number: int) -> None:
    compile(blocks("python")[number], "README.md", "exec")


@pytest.mark.parametrize("number", range(len(blocks("js"))))
def test_browser_snippets_are_javascript(number: int, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is needed to check JavaScript")
    script = tmp_path / "snippet.mjs"
    script.write_text(blocks("js")[number], "utf-8")
    done = subprocess.run([node, "--check", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_there_is_something_to_compile() -> None:
    assert blocks("python")
    assert blocks("js")


def test_figures_say_what_made_them() -> None:
    rows = re.findall(r"^\|(?! *\|)[^|]+\|([^|]+)\|([^|]+)\|$", section("Figures"), re.MULTILINE)
    made_by = [command for _, command in rows if "---" not in command]
    assert len(made_by) >= 5
    known = ("`make bench`", "`python -m benchmarks.", "the same")
    assert all(any(name in command for name in known) for command in made_by)
