"""A project with an encrypted file, for every test that wants one."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable

import pyrage
import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import shield_secrets  # noqa: E402

Seal = Callable[..., Path]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the machine, and nobody's own key, plays a part in a test."""
    for name in list(os.environ):
        if name not in ("PATH", "SYSTEMROOT"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "config"))
    shield_secrets.configure()


def forms(value: str) -> set[bytes]:
    """What a value may look like where it has leaked: as it is, in base64, in an address."""
    raw = value.encode()
    encoded = {base64.b64encode(b"x" * number + raw)[4:-4] for number in range(3)}
    quoted = urllib.parse.quote(value, safe="").encode()
    return {raw, quoted, quoted.lower(), json.dumps(value)[1:-1].encode(), *encoded}


@contextmanager
def served(*command: str) -> Iterator[int]:
    """The port of a server of our own, or of a module, that takes it as its last argument."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    place = HERE.parents[2] / "tests" / "servers"
    process = subprocess.Popen(
        [sys.executable, *command, str(port)], cwd=place, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, "the server has ended"
            time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """What the audit log has."""
    records = [it for it in caplog.records if it.name == "shield_secrets.audit"]
    return [json.loads(it.getMessage()) for it in records if it.levelname != "DEBUG"]


@pytest.fixture
def seal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Seal:
    """Encrypts something and points the wrapper to it; again to replace it."""
    identity = pyrage.x25519.Identity.generate()

    def write(content: Any, *, sealed_for: str = "user") -> Path:
        key = tmp_path / "identity.txt"
        key.write_text(f"# public key: {identity.to_public()}\n{identity}\n")
        key.chmod(0o600)
        store = tmp_path / ".shield" / "secrets.dev.age"
        store.parent.mkdir(exist_ok=True)
        reader = identity if sealed_for == "user" else pyrage.x25519.Identity.generate()
        plain = json.dumps(content).encode()
        staged = store.with_suffix(".new")
        staged.write_bytes(pyrage.encrypt(plain, [reader.to_public()], armored=True))
        staged.replace(store)
        monkeypatch.setenv("SECRETS_STORE", str(store))
        monkeypatch.setenv("SECRETS_IDENTITY_FILE", str(key))
        return store

    return write


def store_of(**secrets: str) -> dict[str, Any]:
    """The content of an encrypted file; `_` in a name stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in secrets.items()}
    return {"schema": 1, "environment": "development", "secrets": named}
