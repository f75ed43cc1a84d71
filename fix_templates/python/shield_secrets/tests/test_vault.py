# Written by shield. It is yours: read it, change it, commit it.
# mypy: ignore-errors
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""What the adapter for Vault promises, against a server of its own."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from .. import SecretConfigurationError, SecretError, configure, get_secret, get_secret_json

VALUES = {"api-key": {"value": "made up"}, "login": {"user": "x", "port": 1}, "gone": None}
LOGINS = ("/v1/auth/approle/login", "/v1/auth/kubernetes/login")


def held(data, version=1):
    return {"data": {"data": data, "metadata": {"version": version}}}


class Server(BaseHTTPRequestHandler):
    """Answers as Vault does; `tokens` are those that are valid, `asked` what it was asked."""

    tokens, asked, lease, trouble = (), None, 0, None

    def log_message(self, *_):
        pass

    def answer(self, body):
        if self.trouble:
            return self.trouble, {}
        if self.path in LOGINS:
            known = body.get("secret_id") == "right" or body.get("jwt") == "right"
            token = sorted(self.tokens)[0] if self.tokens else "none"
            granted = {"client_token": token, "lease_duration": self.lease}
            return (200, {"auth": granted}) if known else (400, {"errors": []})
        if self.headers["X-Vault-Token"] not in self.tokens:
            return 403, {}
        if self.path.startswith("/v1/auth"):
            return 200, {"auth": {"client_token": "first", "lease_duration": 0}, "data": {}}
        place, _, name = self.path.rpartition("/")
        if place != "/v1/kv/data/app/production":
            return 403, {}
        if name not in VALUES:
            return 404, {"errors": []}
        return (200 if VALUES[name] else 404), held(VALUES[name])

    def act(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
        self.asked.append(self.path)
        status, answer = self.answer(body)
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = act


@pytest.fixture(autouse=True)
def password(monkeypatch, tmp_path, clean):
    """The file with what the program logs in with."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    file = tmp_path / "secret-id"
    file.write_text("right\n")
    for name, value in {
        "SECRETS_BACKEND": "vault",
        "SECRETS_APP": "app",
        "ENVIRONMENT": "production",
        "VAULT_ADDR": f"http://127.0.0.1:{made.server_port}",
        "VAULT_MOUNT": "kv",
        "VAULT_NAMESPACE": "team",
        "VAULT_ROLE_ID": "role",
        "VAULT_SECRET_ID_FILE": str(file),
    }.items():
        monkeypatch.setenv(name, value)
    for name, value in {"tokens": {"first"}, "asked": [], "lease": 0, "trouble": None}.items():
        monkeypatch.setattr(Server, name, value)
    configure()
    yield file
    made.shutdown()
    configure()


def code_of(name="api-key"):
    configure()
    with pytest.raises(SecretError) as caught:
        get_secret(name, default="x")
    assert caught.value.__cause__ is None
    return caught.value.code


def test_values_come_from_vault_after_one_login():
    assert get_secret("api-key") == "made up"
    assert get_secret_json("login") == {"user": "x", "port": 1}
    assert Server.asked.count(LOGINS[0]) == 1
    for name in ("gone", "nothing"):
        assert get_secret(name, default=None) is None


def test_there_are_other_ways_to_log_in(monkeypatch, password):
    monkeypatch.delenv("VAULT_ROLE_ID")
    assert code_of() == "configuration"
    monkeypatch.setenv("VAULT_TOKEN", "first")
    assert get_secret("api-key") == "made up"
    monkeypatch.setenv("VAULT_K8S_ROLE", "role")
    monkeypatch.setenv("VAULT_K8S_TOKEN", str(password))
    configure()
    assert get_secret("api-key") == "made up"
    password.write_text("first")
    monkeypatch.setenv("VAULT_TOKEN_FILE", str(password))
    configure()
    assert get_secret("api-key") == "made up"


def test_a_token_is_renewed_and_replaced(monkeypatch):
    monkeypatch.setattr(Server, "lease", 0.001)
    get_secret("api-key")
    get_secret("login")
    assert "/v1/auth/token/renew-self" in Server.asked
    monkeypatch.setattr(Server, "tokens", {"second"})
    assert get_secret("api-key", force_refresh=True) == "made up"
    monkeypatch.setattr(Server, "lease", 0)


def test_refusals_are_told_apart(monkeypatch, password):
    monkeypatch.setenv("SECRETS_APP", "other")
    assert code_of() == "secret_access_denied"
    monkeypatch.setattr(Server, "tokens", set())
    assert code_of() == "secret_unauthenticated"
    password.write_text("wrong")
    assert code_of() == "secret_unauthenticated"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (418, "configuration"),
        (429, "secret_throttled"),
        (503, "secret_backend_unavailable"),
        (404, "secret_not_found"),
    ],
)
def test_trouble_has_a_name(monkeypatch, status, code):
    monkeypatch.delenv("VAULT_ROLE_ID")
    monkeypatch.setenv("VAULT_TOKEN", "first")
    monkeypatch.setattr(Server, "trouble", status)
    if code == "secret_not_found":
        assert get_secret("api-key", default=None) is None
    else:
        assert code_of() == code


def test_a_token_travels_by_https_or_not_at_all(monkeypatch):
    monkeypatch.setenv("VAULT_ADDR", "http://127.0.0.1:9")
    assert code_of() == "secret_backend_unavailable"
    for address in ("http://example.com", "example.com"):
        monkeypatch.setenv("VAULT_ADDR", address)
        configure()
        with pytest.raises(SecretConfigurationError, match="https"):
            get_secret("api-key")
    monkeypatch.delenv("VAULT_ADDR")
    assert code_of() == "configuration"
