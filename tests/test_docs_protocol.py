"""The specification names everything that the wire has, says the same of it, and its example runs."""

import re
import wave
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from a2f_live.config import WEIGHT_FORMATS
from a2f_live.wire.codes import CLOSE_CODES, ERROR_CODES, WARNING_CODES
from a2f_live.wire.connection import Connection, Role
from a2f_live.wire.fields import Field
from a2f_live.wire.kinds import Choice
from a2f_live.wire.messages import JSON, SUBPROTOCOLS, Audio, Bye, Hello, Ready
from a2f_live.wire.schema import AUDIO_FIELDS, CONFIG_FIELDS, FIELDS, LIMITS_FIELDS, RESUME_FIELDS, RESUMED_FIELDS
from tests.wire.helpers import some_frames

PAGE = (Path(__file__).parents[1] / "docs" / "protocol.md").read_text("utf-8")


def section(title: str) -> str:
    """Text of the sections whose heading names a message in backticks."""
    parts = re.split(r"^(#+ .*)$", PAGE, flags=re.MULTILINE)
    return "".join(text for heading, text in zip(parts[1::2], parts[2::2], strict=True) if f"`{title}`" in heading)


def row(text: str, name: str) -> str:
    found = re.search(rf"^\| `{name}` \|.*$", text, re.MULTILINE)
    assert found, f"no row for {name}"
    return found.group()


@pytest.mark.parametrize("kind", FIELDS)
def test_every_message_has_a_section_with_its_fields(kind: str) -> None:
    text = section(kind)
    assert text, f"no section for {kind}"
    for field in FIELDS[kind]:
        assert f"`{field.name}`" in text, f"{kind} lacks {field.name}"


REQUIRED = [
    (kind, field)
    for kind, fields in FIELDS.items()
    for field in fields
    if kind not in ("hello", "configure") and field.name not in ("fps", "sample_rate", "limits")
]


@pytest.mark.parametrize(("kind", "field"), REQUIRED, ids=lambda value: getattr(value, "name", value))
def test_the_page_says_what_is_required(kind: str, field: Field) -> None:
    assert row(section(kind), field.name).split("|")[3].strip() == ("yes" if field.required else "no")


@pytest.mark.parametrize("field", [*AUDIO_FIELDS, *CONFIG_FIELDS, *LIMITS_FIELDS, *RESUME_FIELDS, *RESUMED_FIELDS])
def test_every_field_of_a_map_is_told(field: Field) -> None:
    line = row(PAGE, field.name)
    if isinstance(field.kind, Choice):
        assert all(f'"{choice}"' in line for choice in field.kind.choices)


@pytest.mark.parametrize("field", [*AUDIO_FIELDS, *LIMITS_FIELDS, *CONFIG_FIELDS], ids=lambda field: field.name)
def test_every_default_is_told(field: Field) -> None:
    cells = row(PAGE, field.name).split("|")
    written = cells[3].strip().strip('`"')
    plain = {"fps": "60", "audio": "", "profile": "null", "engine": ""}
    expected = plain.get(field.name, str(field.default).removesuffix(".0"))
    assert written == {"False": "false", "True": "true"}.get(expected, expected)


@pytest.mark.parametrize("code", CLOSE_CODES)
def test_every_close_code_is_told(code: int) -> None:
    assert f"| {code} | {CLOSE_CODES[code].meaning} | {CLOSE_CODES[code].advice.value} |" in PAGE


@pytest.mark.parametrize(("code", "meaning"), [*ERROR_CODES.items(), *WARNING_CODES.items()])
def test_every_error_and_warning_is_told(code: str, meaning: str) -> None:
    assert f"| `{code}` | {meaning} |" in PAGE


@pytest.mark.parametrize("word", [*SUBPROTOCOLS, *WEIGHT_FORMATS, "a2f.token.", "?token=", "Bearer", "/v1/stream"])
def test_the_handshake_is_told(word: str) -> None:
    assert word in PAGE


def test_no_link_leads_nowhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", h).strip().lower().replace(" ", "-") for h in re.findall(r"^#+ (.*)$", PAGE, re.M)
    }
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= headings


async def answer(socket: ServerConnection) -> None:
    """A server of nothing but the protocol: two frames for each message of audio."""
    connection = Connection(Role.SERVER, str(socket.subprotocol))
    async for data in socket:
        message = connection.receive(data)
        if isinstance(message, Hello):
            await socket.send(connection.send(Ready("s", "t", "none", message.config, 40)))
        elif isinstance(message, Audio):
            await socket.send(connection.send(some_frames()))
        elif isinstance(message, Bye):
            return


async def test_the_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with wave.open("speech.wav", "wb") as wav:
        wav.setparams((1, 2, 16000, 0, "NONE", ""))
        wav.writeframes(bytes(3 * 640))
    source = re.search(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert source
    names: dict[str, Any] = {"__name__": "example"}
    exec(source.group(1), names)
    main: Callable[[str], Awaitable[None]] = names["main"]
    async with serve(answer, "127.0.0.1", 0, subprotocols=[Subprotocol(JSON)]) as server:
        port = server.sockets[0].getsockname()[1]
        await main(f"ws://127.0.0.1:{port}/v1/stream")
    assert len(capsys.readouterr().out.splitlines()) == 3
