"""The API describes itself."""

from pathlib import Path

from a2f_live.headless.app import CALLS
from a2f_live.headless.description import openapi
from tests.headless.helpers import opened

PAGE = Path(__file__).parents[2] / "docs" / "audio2face.md"


def test_every_call_is_described_once_in_one_sentence() -> None:
    document = openapi(CALLS)
    assert sum(map(len, document["paths"].values())) == len(CALLS)
    for call in CALLS:
        operation = document["paths"][call.path][call.method.lower()]
        assert operation["summary"].endswith(".")
        assert ("requestBody" in operation) == bool(call.fields)


def test_fields_are_described_with_their_types() -> None:
    body = openapi(CALLS)["paths"]["/A2F/Exporter/ExportBlendshapes"]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    assert schema["required"] == ["solver_node", "export_directory", "file_name"]
    assert schema["properties"]["fps"] == {"type": "number", "default": 60.0}
    assert schema["properties"]["batch"] == {"type": "boolean", "default": False}


def test_the_page_of_the_documentation_names_every_call() -> None:
    page = PAGE.read_text("utf-8")
    assert [call.path for call in CALLS if f"`{call.path}`" not in page] == []


async def test_it_is_served(tmp_path: Path) -> None:
    async with opened(tmp_path) as door:
        assert (await door.get("/openapi.json"))[1]["openapi"] == "3.0.2"
        async with door.http.get(door.url + "/docs") as answer:
            page = await answer.text()
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "/A2F/Exporter/ExportBlendshapes" in page
    assert "<script" not in page
