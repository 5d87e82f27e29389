"""TLS in its three ways, with the back end `nim` as the client."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nvidia_audio2face_3d", reason="needs the extra nim: pip install 'a2f-live[nim]'")

from a2f_live.engine.nim import NimEngine, NimOptions
from a2f_live.errors import EngineUnavailable
from tests.server.nim_grpc.helpers import door_in_a_thread

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="makes certificates with openssl: apt install openssl")
SUBJECT = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a server and a client, each its own authority."""
    folder = tmp_path_factory.mktemp("papers")
    for name in ("server", "client", "stranger"):
        key = ("-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "2")
        command = [str(OPENSSL), "req", "-x509", *key, *SUBJECT]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


def start(port: int, **options: Any) -> None:
    NimEngine(NimOptions(url=f"grpcs://localhost:{port}", connect_ms=3_000, lookahead_ms=300, **options)).close()


def test_a_client_that_trusts_the_server_is_answered(papers: Path) -> None:
    with door_in_a_thread("fake", certificate=f"{papers}/server.pem", private_key=f"{papers}/server.key") as port:
        start(port, root_certificates=f"{papers}/server.pem")
        with pytest.raises(EngineUnavailable, match="unavailable"):
            start(port, root_certificates=f"{papers}/stranger.pem")
        with pytest.raises(EngineUnavailable, match="unavailable"):
            NimEngine(NimOptions(url=f"localhost:{port}", connect_ms=3_000))


def test_a_server_may_ask_for_a_certificate_of_the_client(papers: Path) -> None:
    known = {"root_certificates": f"{papers}/server.pem"}
    mine = {"certificate": f"{papers}/client.pem", "private_key": f"{papers}/client.key"}
    theirs = {"certificate": f"{papers}/stranger.pem", "private_key": f"{papers}/stranger.key"}
    with door_in_a_thread(
        "fake",
        certificate=f"{papers}/server.pem",
        private_key=f"{papers}/server.key",
        client_certificates=f"{papers}/client.pem",
    ) as port:
        start(port, **known, **mine)
        unknown: tuple[dict[str, str], ...] = ({}, theirs)
        for wrong in unknown:
            with pytest.raises(EngineUnavailable, match="unavailable"):
                start(port, **known, **wrong)
