# Written by shield. It is yours: read it, change it, commit it.
# mypy: ignore-errors
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""What the adapter for AWS promises, against a server of its own."""

import base64
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from .. import SecretConfigurationError, SecretError, configure, get_secret, get_secret_bytes

VALUES = {"/app/production/api-key": "made up"}


class Server(BaseHTTPRequestHandler):
    """Answers GetSecretValue as AWS does, and as the agent does."""

    trouble = None

    def log_message(self, *_):
        pass

    def answer(self, name):
        if self.trouble:
            return self.trouble
        if name not in VALUES:
            return 400, {"__type": "ResourceNotFoundException", "message": name}
        value = VALUES[name]
        if isinstance(value, bytes):
            return 200, {"VersionId": "1", "SecretBinary": base64.b64encode(value).decode()}
        return 200, {"VersionId": "1", "SecretString": value}

    def send(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send(*self.answer(body["SecretId"]))

    def do_GET(self):
        if self.headers["X-Aws-Parameters-Secrets-Token"] != "token":
            return self.send(403, ["Bad Token"])
        name = self.path.partition("secretId=")[2].partition("&")[0].replace("%2F", "/")
        return self.send(*self.answer(name))


@pytest.fixture(autouse=True)
def server(monkeypatch, clean):
    made = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{made.server_port}"
    for name, value in {
        "SECRETS_BACKEND": "aws",
        "SECRETS_APP": "app",
        "ENVIRONMENT": "production",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": url,
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "made-up",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Server, "trouble", None)
    configure()
    yield url
    made.shutdown()
    configure()


def code_of(name="api-key"):
    configure()
    with pytest.raises(SecretError) as caught:
        get_secret(name, default="x")
    assert caught.value.__cause__ is None
    return caught.value.code


def refusal(code, message="", status=400):
    return status, {"__type": f"com.amazonaws#{code}", "message": message}


def test_values_come_from_aws(monkeypatch):
    pytest.importorskip("boto3")
    monkeypatch.setitem(VALUES, "/app/production/keystore", b"\x00")
    assert get_secret("api-key") == "made up"
    assert get_secret_bytes("keystore") == b"\x00"
    assert get_secret("nothing", default=None) is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refusal("AccessDeniedException"), "secret_access_denied"),
        (refusal("ExpiredTokenException"), "secret_unauthenticated"),
        (refusal("ThrottlingException"), "secret_throttled"),
        (refusal("InvalidRequestException", "marked for deletion"), "secret_pending_deletion"),
        (refusal("InvalidRequestException", "something else"), "configuration"),
        (refusal("Whatever!", "", 503), "secret_backend_unavailable"),
    ],
)
def test_trouble_has_a_name(monkeypatch, answer, code):
    pytest.importorskip("boto3")
    monkeypatch.setattr(Server, "trouble", answer)
    assert code_of() == code


def test_a_client_that_cannot_be_made_is_told(monkeypatch):
    pytest.importorskip("boto3")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:9")
    assert code_of() == "secret_backend_unavailable"
    monkeypatch.setenv("AWS_PROFILE", "there-is-none")
    assert code_of() == "configuration"
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(SecretConfigurationError, match="pip install boto3"):
        configure()
        get_secret("api-key")


def test_the_agent_needs_no_package(server, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.setitem(VALUES, "/app/production/keystore", b"\x00")
    monkeypatch.setenv("AWS_SECRETS_AGENT_URL", server)
    monkeypatch.setenv("AWS_SECRETS_AGENT_TOKEN_FILE", str(tmp_path / "token"))
    assert code_of() == "configuration"
    (tmp_path / "token").write_text("token")
    assert get_secret("api-key") == "made up"
    assert get_secret_bytes("keystore") == b"\x00"
    assert get_secret("nothing", default=None) is None
    (tmp_path / "token").write_text("another")
    assert code_of() == "secret_access_denied"
    monkeypatch.setenv("AWS_SECRETS_AGENT_URL", "http://127.0.0.1:9")
    assert code_of() == "secret_backend_unavailable"
    monkeypatch.setenv("AWS_SECRETS_AGENT_URL", "http://example.com")
    assert code_of() == "configuration"


def test_what_boto3_logs_has_no_values(caplog):
    pytest.importorskip("boto3")
    caplog.set_level("DEBUG")
    assert get_secret("api-key") == "made up"
    assert "made up" not in caplog.text
