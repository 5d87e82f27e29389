"""The JavaScript client and its examples in a real Chromium; their tests lie beside them in `web_demo`."""

import pytest

from tests.web_demo.test_browser import missing, run_tests

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.mark.parametrize("name", ["capture", "examples"])
def test_in_a_browser(name: str) -> None:
    run_tests(name)
