"""The page of `GET /` and its files: only files of known kinds below one folder, never through a link."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from aiohttp import web

PACKAGED: Final = Path(__file__).parents[1] / "web_demo"
CHECKOUT: Final = Path(__file__).parents[2] / "web_demo" / "dist"

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".mjs": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".webp": "image/webp",
        ".ico": "image/x-icon",
        ".woff2": "font/woff2",
        ".wasm": "application/wasm",
        ".glb": "model/gltf-binary",
        ".wav": "audio/wav",
        ".mp3": "audio/mpeg",
        ".ogg": "audio/ogg",
        ".flac": "audio/flac",
    }
)
"""Suffix to content type of what may be served."""

HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'self'; script-src 'self'; worker-src 'self' blob:; "
        "connect-src 'self' blob: data:; img-src 'self' blob: data:; media-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "Permissions-Policy": "microphone=(self)",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-cache",
    }
)

HASHED: Final = re.compile(r"assets/[^/]+-[\w-]{8}\.\w+")
"""Names that hold a hash of their content: what they name never changes."""

FALLBACK: Final = (
    "<!doctype html><title>a2f-live</title><p>a2f-live runs; this installation has no demo page. In a checkout, "
    "install Node 20.19 or newer (Debian, Ubuntu: apt install nodejs npm) and run: python web_demo/build.py</p>\n"
)


def page_dir() -> Path | None:
    """The folder of the page: packaged, or built in a source checkout; None if there is none."""
    return next((folder for folder in (PACKAGED, CHECKOUT) if (folder / "index.html").is_file()), None)


def find_file(folder: Path | None, name: str) -> Path | None:
    """The file of that relative name if it may be served.

    Hidden names, unknown kinds, everything outside the folder and everything reached through a link may not.
    """
    parts = name.split("/")
    if folder is None or "\0" in name or any(not part or part.startswith(".") or "\\" in part for part in parts):
        return None
    path = folder.joinpath(*parts)
    if path.suffix.lower() not in KINDS or not path.is_file():
        return None
    return path if path.resolve() == folder.resolve().joinpath(*parts) else None


def page_answer(folder: Path | None, name: str) -> web.StreamResponse:
    """The file, or 404; the index of an installation without a page is one line."""
    path = find_file(folder, name)
    if path is None:
        if name != "index.html":
            raise web.HTTPNotFound
        return web.Response(text=FALLBACK, content_type="text/html", headers=dict(HEADERS))
    headers = {**HEADERS, "Content-Type": KINDS[path.suffix.lower()]}
    if HASHED.fullmatch(name):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return web.FileResponse(path, headers=headers)
