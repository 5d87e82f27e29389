"""The API describes itself, as that of Omniverse does: `/openapi.json`, and `/docs` for people."""

from collections.abc import Sequence
from html import escape
from typing import Any, Final

from aiohttp import web

from a2f_live import __version__
from a2f_live.headless.answers import json_answer
from a2f_live.headless.calls import Call
from a2f_live.headless.fields import REQUIRED, Field

POLICY: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


def routes(calls: Sequence[Call]) -> list[web.RouteDef]:
    """The two paths."""
    document, page = openapi(calls), _page(calls)

    async def as_json(request: web.Request) -> web.Response:
        return json_answer(document)

    async def as_page(request: web.Request) -> web.Response:
        return web.Response(text=page, content_type="text/html", headers=POLICY)

    return [web.get("/openapi.json", as_json), web.get("/docs", as_page)]


def openapi(calls: Sequence[Call]) -> dict[str, Any]:
    """The document of OpenAPI 3."""
    paths: dict[str, Any] = {}
    for call in calls:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call)
    info = {"title": "Audio2Face headless API of a2f-live", "version": __version__}
    return {"openapi": "3.0.2", "info": info, "paths": paths}


def _operation(call: Call) -> dict[str, Any]:
    answers = {"200": {"description": "Successful Response", "content": {"application/json": {"schema": {}}}}}
    operation: dict[str, Any] = {"summary": call.summary, "responses": answers}
    if call.fields:
        answers["422"] = {"description": "Validation Error", "content": {"application/json": {"schema": {}}}}
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _schema(call.fields)}},
        }
    return operation


def _schema(fields: Sequence[Field]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": [field.name for field in fields if field.default is REQUIRED],
        "properties": {field.name: _property(field) for field in fields},
    }


def _property(field: Field) -> dict[str, Any]:
    default = {} if field.default in (REQUIRED, None) else {"default": field.default}
    return {"type": field.schema} | ({"items": {}} if field.schema == "array" else {}) | default


def _page(calls: Sequence[Call]) -> str:
    rows = "".join(
        f"<tr><td>{call.method}</td><td><code>{call.path}</code></td>"
        f"<td><code>{escape(', '.join(_shown(field) for field in call.fields))}</code></td>"
        f"<td>{escape(call.summary)}</td></tr>"
        for call in calls
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Audio2Face headless API</title>"
        "<style>body{font:15px/1.4 sans-serif;margin:2em}td{padding:.2em .8em;border-top:1px solid #ccc}</style>"
        f"<h1>Audio2Face headless API</h1><p>a2f-live {__version__} · <code>/openapi.json</code></p>"
        f"<table>{rows}</table></html>"
    )


def _shown(field: Field) -> str:
    return field.name if field.default is REQUIRED else f"[{field.name}]"
