"""The codes that the wire documents are those that the package uses."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import a2f_live
from a2f_live.errors import A2FError
from a2f_live.wire.codes import CLOSE_CODES, ERROR_CODES, WARNING_CODES

PACKAGE = Path(a2f_live.__file__).parent
SOURCES = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}


def family(root: type[A2FError]) -> Iterator[type[A2FError]]:
    yield root
    for child in root.__subclasses__():
        yield from family(child)


@pytest.mark.parametrize("error", [e for e in family(A2FError) if e.__module__ == "a2f_live.errors"])
def test_every_error_is_told(error: type[A2FError]) -> None:
    assert error.code in ERROR_CODES
    assert error.close_code in CLOSE_CODES


def test_every_warning_of_the_package_is_told() -> None:
    calls = (node for source in SOURCES.values() for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    notices = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Notice" and call.args)
    codes = {call.args[0].value for call in notices if isinstance(call.args[0], ast.Constant)}
    assert codes <= set(WARNING_CODES)


def test_every_close_code_of_the_package_is_told() -> None:
    constants = (node for source in SOURCES.values() for node in ast.walk(ast.parse(source)))
    found = {node.value for node in constants if isinstance(node, ast.Constant) and type(node.value) is int}
    assert {code for code in found if 4400 <= code < 4500} <= set(CLOSE_CODES)


def test_every_error_code_of_the_server_is_told() -> None:
    local = ("cli/", "relay/", "outputs/")
    trees = (ast.parse(source) for name, source in SOURCES.items() if not name.startswith(local))
    keywords = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.keyword))
    codes = {word.value.value for word in keywords if word.arg == "code" and isinstance(word.value, ast.Constant)}
    assert codes - {None} <= set(ERROR_CODES)


def test_close_codes_are_such_as_may_be_used() -> None:
    assert all(1000 <= code <= 1014 or 4400 <= code < 4500 for code in CLOSE_CODES)
