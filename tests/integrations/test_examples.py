"""The two agents of `docs/examples`, run as they stand against a real server, with espeak-ng as their voice."""

import asyncio
import os
import re
import shutil
import socket
import sys
from importlib.util import find_spec
from itertools import dropwhile
from pathlib import Path

import pytest

from tests.server.helpers import serving

ROOT = Path(__file__).parents[2]
EXAMPLES = {"pipecat": ("pipecat_agent.py",), "livekit": ("livekit_agent.py", "here")}


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


@pytest.mark.parametrize("framework", EXAMPLES)
async def test_the_agent_speaks_is_interrupted_and_speaks_again(framework: str) -> None:
    if find_spec(framework) is None:
        pytest.skip(f"{framework} is needed, in an environment of its own: pip install -e '.[{framework},dev]'")
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is needed: apt install espeak-ng")
    name, *arguments = EXAMPLES[framework]
    async with serving(engine="embedded") as server:
        arguments += [server.url.replace("http", "ws"), *([free_port()] if framework == "pipecat" else [])]
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, str(ROOT / "docs" / "examples" / name), *arguments),
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(60):
                told, complaints = await program.communicate()
        finally:
            if program.returncode is None:
                program.kill()
                await program.wait()
    assert program.returncode == 0, complaints.decode()
    lines = told.decode().splitlines()
    before, after = lines[: lines.index("interrupted")], lines[lines.index("interrupted") + 1 :]
    assert sum("turn 1" in line and "#" in line for line in before) > 30, "the face spoke"
    rest = list(dropwhile(lambda line: "turn 1" in line, after))
    assert len(after) - len(rest) <= 6, "it stopped at once"
    assert not [line for line in rest if "turn 1" in line], "and for good"
    second = [index for index, line in enumerate(rest) if "turn 2" in line]
    assert rest[second[0] - 1].endswith("jaw 0.00 "), "it was at rest between the turns"
    assert max(float(re.findall(r"jaw ([\d.]+)", rest[index])[0]) for index in second) > 0.1
