"""The components of the package, compiled against small stubs of Unity and driven as Unity drives them."""

import asyncio
from pathlib import Path

import pytest

from tests.server.helpers import quick, serving
from tests.unity.conftest import CORE
from tests.unity.mono import HERE, NUNIT, UNITY, Builder, needs_mono, sources
from tests.unity.test_console import short_clip  # noqa: F401 - a fixture

pytestmark = needs_mono

ENGINE, LAYER, EDITOR = "UnityEngine.dll", "A2FLive.Unity.dll", "A2FLive.Editor.dll"
NATIVE, SAMPLE = "A2FLive.NativeWebSocket.dll", "A2FLive.Samples.TalkingHead.dll"


@pytest.fixture(scope="module")
def layer(builder: Builder) -> Path:
    """Everything that needs Unity, and its tests."""
    builder.build(ENGINE, sources(HERE / "stubs"))
    builder.build(LAYER, sources(UNITY / "Runtime" / "Unity"), [CORE, ENGINE], documented=True)
    builder.build(NATIVE, sources(UNITY / "Runtime" / "NativeWebSocket"), [CORE, ENGINE], documented=True)
    builder.build(EDITOR, sources(UNITY / "Editor"), [CORE, LAYER, ENGINE], documented=True)
    builder.build(SAMPLE, sources(UNITY / "Samples~"), [CORE, LAYER, ENGINE])
    shared = [UNITY / "Tests" / "Core" / name for name in ("FakeServer.cs", "FramesTests.cs", "MsgpackTests.cs")]
    return builder.build(
        "A2FLive.LayerTests.dll",
        [*sources(HERE / "layer"), *shared],
        [CORE, LAYER, NATIVE, EDITOR, SAMPLE, ENGINE, NUNIT],
    )


def test_the_components_do_what_their_tests_say(builder: Builder, layer: Path) -> None:
    builder.run_tests(layer, exclude="Live")


async def test_an_avatar_speaks_with_a_server_that_runs(
    builder: Builder,
    layer: Path,
    short_clip: Path,  # noqa: F811
) -> None:
    async with serving(quick(), "embedded") as server:
        given = {"A2F_LIVE_TEST_URL": f"http://127.0.0.1:{server.port}", "A2F_LIVE_TEST_CLIP": str(short_clip)}
        await asyncio.to_thread(builder.run_tests, layer, include="Live", environment=given)


@pytest.mark.parametrize(
    ("assembly", "folder", "defines"),
    [
        ("core", "Runtime/Core", ["UNITY_WEBGL"]),
        ("layer", "Runtime/Unity", ["UNITY_WEBGL"]),
        ("native", "Runtime/NativeWebSocket", ["UNITY_WEBGL"]),
    ],
)
def test_it_compiles_for_a_browser(
    builder: Builder,
    layer: Path,
    assembly: str,
    folder: str,
    defines: list[str],
) -> None:
    uses = [] if assembly == "core" else [CORE, ENGINE]
    builder.build(f"webgl-{assembly}.dll", sources(UNITY / folder), uses, defines=defines)
