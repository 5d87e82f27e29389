"""Whether somebody listens where a NIM would be: all that is to be known without a call."""

import os
import socket
from typing import Final

from a2f_live.engine.nim.options import NimOptions
from a2f_live.errors import EngineUnavailable

URL_VARIABLE: Final = "A2F_LIVE_NIM_URL"
PATIENCE_S: Final = 1.0


def survey() -> str:
    """Who answers at the addresses of the variable, or at the default one. Raises `EngineUnavailable` if nobody."""
    named = os.environ.get(URL_VARIABLE, "").replace(",", " ").split()
    options = NimOptions(url="+".join(named)) if named else NimOptions()
    targets = [address.target for address in options.addresses()]
    there = [target for target in targets if _listens(target)]
    if not there:
        raise EngineUnavailable(f"nobody answers at {', '.join(targets)}: --nim-url says where an Audio2Face-3D NIM is")
    return f"somebody answers at {', '.join(there)}"


def _listens(target: str) -> bool:
    host, _, port = target.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), PATIENCE_S):
            return True
    except OSError:
        return False
