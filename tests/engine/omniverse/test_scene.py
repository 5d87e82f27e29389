"""What is found in a scene."""

from typing import Any

import pytest

from a2f_live.engine.omniverse.scene import first, other_name


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"regular": ["/World/a", "/World/b"], "streaming": []}, "/World/a"),
        (["/World/a"], "/World/a"),
        ({"regular": [], "streaming": ["/World/s"]}, ""),
        ({"streaming": ["/World/s"]}, ""),
        ([], ""),
        ([3, "", "/a"], "/a"),
        (None, ""),
        ("/World/a", ""),
    ],
)
def test_the_first_name_of_its_kind_in_new_answers_and_old(names: Any, expected: str) -> None:
    assert first(names, "regular") == expected


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("/World/audio2face/BlendshapeSolve", "/audio2face/BlendshapeSolve"),
        ("/audio2face/BlendshapeSolve", "/World/audio2face/BlendshapeSolve"),
        ("/Worldwide/solver", "/World/Worldwide/solver"),
    ],
)
def test_a_node_has_another_name_with_or_without_the_root(name: str, other: str) -> None:
    assert other_name(name) == other
