"""The NUnit tests of the core, which Unity's test runner runs as well."""

from tests.unity.conftest import CORE
from tests.unity.mono import NUNIT, UNITY, Builder, needs_mono, sources

pytestmark = needs_mono


def test_the_core_does_what_its_tests_say(builder: Builder) -> None:
    builder.run_tests(builder.build("A2FLive.Tests.dll", sources(UNITY / "Tests" / "Core"), [CORE, NUNIT]))
