"""The AsyncAPI document of the wire, made from the same table as the codecs.

``python -m a2f_live.wire.asyncapi > docs/asyncapi.json`` writes it.
"""

import json
import sys
from typing import Any, Final

from a2f_live.wire.codes import ERROR_CODES, WARNING_CODES
from a2f_live.wire.fields import object_schema
from a2f_live.wire.messages import CLIENT_MESSAGES, JSON, MSGPACK, PROTOCOL, SERVER_MESSAGES
from a2f_live.wire.schema import FIELDS

Json = dict[str, Any]

_DESCRIPTION: Final = (
    "Speech goes in, 52 ARKit blendshape weights a frame come out. The schemas are those of the subprotocol "
    f"{JSON}, where `audio` is a binary frame of nothing but PCM. In {MSGPACK} every message, `audio` too, is one "
    "binary frame with a msgpack map of the same fields, and rows of weights are bytes unless `list` is asked for. "
    "Unknown types and fields are ignored by both ends. docs/protocol.md is the specification."
)
_EXAMPLES_OF_CODES: Final = {"error": list(ERROR_CODES), "warning": list(WARNING_CODES)}


def document() -> Json:
    """The whole document, as plain JSON values."""
    return {
        "asyncapi": "3.1.0",
        "info": {"title": "a2f-live stream", "version": PROTOCOL, "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": {"local": {"host": "localhost:8000", "protocol": "ws", "security": _security()}},
        "channels": {"stream": _channel()},
        "operations": _operations(),
        "components": {"messages": {kind: _message(kind) for kind in FIELDS}, "securitySchemes": _security_schemes()},
    }


def payload_schema(kind: str) -> Json:
    """JSON Schema of a message in `a2f.v1.json`."""
    schema = object_schema(FIELDS[kind])
    if kind in _EXAMPLES_OF_CODES:
        schema["properties"]["code"]["examples"] = _EXAMPLES_OF_CODES[kind]
    schema["properties"] = {"type": {"const": kind}, **schema["properties"]}
    schema["required"] = ["type", *schema.get("required", ())]
    return schema


def main() -> None:
    """Write the document to standard output."""
    json.dump(document(), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


def _channel() -> Json:
    protocol = {"type": "string", "enum": [MSGPACK, JSON], "default": MSGPACK}
    token = {"type": "string", "description": "bearer token, where headers cannot be set and one is needed"}
    return {
        "address": "/v1/stream",
        "title": "One stream",
        "messages": {kind: _reference("components", "messages", kind) for kind in FIELDS},
        "bindings": {
            "ws": {
                "bindingVersion": "0.1.0",
                "method": "GET",
                "query": {"type": "object", "properties": {"token": token}},
                "headers": {"type": "object", "properties": {"Sec-WebSocket-Protocol": protocol}},
            }
        },
    }


def _operations() -> Json:
    """As the server sees it: it receives what clients say."""
    return {
        "hear": _operation("receive", "What a client says", list(CLIENT_MESSAGES)),
        "tell": _operation("send", "What the server says", list(SERVER_MESSAGES)),
    }


def _operation(action: str, title: str, kinds: list[str]) -> Json:
    messages = [_reference("channels", "stream", "messages", kind) for kind in kinds]
    return {"action": action, "title": title, "channel": _reference("channels", "stream"), "messages": messages}


def _message(kind: str) -> Json:
    make = CLIENT_MESSAGES.get(kind) or SERVER_MESSAGES[kind]
    summary = " ".join((make.__doc__ or "").split())
    if kind == "audio":
        pcm = {"type": "string", "format": "binary", "description": "PCM in the format of `hello`"}
        return {"name": kind, "summary": summary, "contentType": "application/octet-stream", "payload": pcm}
    return {"name": kind, "summary": summary, "payload": payload_schema(kind)}


def _security_schemes() -> Json:
    return {"bearer": {"type": "http", "scheme": "bearer", "description": "only where the server was given a token"}}


def _security() -> list[Json]:
    return [_reference("components", "securitySchemes", "bearer")]


def _reference(*path: str) -> Json:
    return {"$ref": "#/" + "/".join(path)}


if __name__ == "__main__":
    main()
