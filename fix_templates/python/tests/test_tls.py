"""Whom the adapter for Vault believes, with real certificates."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

import shield_secrets

SEEN: list[str] = []


class Vault(BaseHTTPRequestHandler):
    """Has every secret there is, and keeps the tokens that it was shown."""

    def do_GET(self) -> None:
        SEEN.append(self.headers["X-Vault-Token"])
        data = json.dumps({"data": {"data": {"value": "x"}, "metadata": {"version": 1}}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


def certificate(folder: Path, name: str) -> list[str]:
    """A certificate that answers for itself, and its key."""
    paths = [str(folder / f"{name}.{it}") for it in ("crt", "key")]
    command = ["openssl", "req", "-x509", "-nodes", "-newkey", "ec"]
    command += ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-days", "1", "-subj", "/CN=test"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-out", paths[0], "-keyout", paths[1]]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return paths


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where a server listens with the certificate `own.crt`."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    server = HTTPServer(("127.0.0.1", 0), Vault)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(tmp_path, "own"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_token_goes_to_whom_the_named_authorities_vouch_for(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SEEN.clear()
    for name, value in {
        "SECRETS_BACKEND": "vault",
        "SECRETS_APP": "shop",
        "ENVIRONMENT": "production",
        "VAULT_ADDR": address,
        "VAULT_TOKEN": "made-up",
    }.items():
        monkeypatch.setenv(name, value)
    for authorities in ("", certificate(tmp_path, "other")[0]):
        monkeypatch.setenv("VAULT_CACERT", authorities)
        shield_secrets.configure()
        with pytest.raises(shield_secrets.SecretUnavailableError):
            shield_secrets.get_secret("api-key")
    assert SEEN == []
    monkeypatch.setenv("VAULT_CACERT", str(tmp_path / "own.crt"))
    shield_secrets.configure()
    assert shield_secrets.get_secret("api-key") == "x"
    assert SEEN == ["made-up"]
    shield_secrets.configure()
