"""Whether a server is no stream of ours but the REST API of Audio2Face, which clients of old were pointed at."""

import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

ASK_S: Final = 3.0
"""How long it may take to say so."""
SHORT: Final = 64
"""Bytes; the answer is a word."""


def is_rest_door(url: str, token: str | None = None) -> bool:
    """Whether the server of a stream address answers `GET /status` as Audio2Face does; no if nobody answers."""
    try:
        place = urlsplit(url)
        connect = HTTPSConnection if place.scheme == "wss" else HTTPConnection
        connection = connect(place.hostname or "", place.port, timeout=ASK_S)
    except (ValueError, HTTPException, OSError):  # no number for a port, no name of a host, no TLS
        return False
    try:
        connection.request("GET", "/status", headers={} if token is None else {"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        return answer.status == 200 and bool(json.loads(answer.read(SHORT)) == "OK")
    except (OSError, HTTPException, ValueError):
        return False
    finally:
        connection.close()
