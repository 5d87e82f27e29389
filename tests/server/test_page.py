"""Only files of the page are served: no traversal, no links, no unknown kinds, nothing hidden."""

from pathlib import Path

import pytest

from a2f_live.server import http, page
from tests.server.helpers import serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "web_demo"
    (folder / "assets").mkdir(parents=True)
    (folder / ".git").mkdir()
    for name in ("index.html", "main.js", "assets/face.glb", "notes.md", ".env.json", ".git/a.json"):
        (folder / name).write_text(name)
    (tmp_path / "secret.json").write_text("secret")
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    (folder / "outside").symlink_to(tmp_path)
    return folder


@pytest.mark.parametrize("name", ["index.html", "main.js", "assets/face.glb"])
def test_files_of_the_page_are_found(folder: Path, name: str) -> None:
    assert page.find_file(folder, name) == folder / name


@pytest.mark.parametrize(
    "name",
    [
        *["../secret.json", "assets/../../secret.json", "/etc/passwd", "link.json", "outside/secret.json", "assets"],
        *["notes.md", ".env.json", ".git/a.json", "nothing.js", "", "a\0.js", "..\\secret.json", "assets//face.glb"],
    ],
)
def test_nothing_else_is(folder: Path, name: str) -> None:
    assert page.find_file(folder, name) is None


async def test_files_come_with_headers_that_protect(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "page_dir", lambda: folder)
    async with serving() as served:
        async with served.http.get(served.url, headers={"Accept": "text/html"}) as answer:
            assert await answer.text() == "index.html"
        async with served.http.get(served.url + "/main.js") as answer:
            assert answer.content_type == "text/javascript"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "object-src 'none'" in answer.headers["Content-Security-Policy"]
        for path in ("/..%2fsecret.json", "/link.json", "/%2e%2e/secret.json", "/notes.md"):
            async with served.http.get(served.url + path) as answer:
                assert answer.status == 404


async def test_an_installation_without_a_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "page_dir", lambda: None)
    async with serving() as served, served.http.get(served.url, headers={"Accept": "text/html"}) as answer:
        assert "no demo page" in await answer.text()
