"""A value is nowhere where the program has not put it: not in a log, an error, a traceback."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import pprint
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import HERE, forms

import shield_secrets as wrapper
from shield_secrets import SecretError

CANARY = "rosebud/üñ+1941 &%#"


def clear(text: str | bytes) -> bool:
    """Whether no form of the canary is in it: as it is, in base64, as part of an address."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    escaped = CANARY.encode("unicode_escape")
    return not [it for it in (*forms(CANARY), escaped, repr(CANARY).encode()) if it in raw]


class Answers(BaseHTTPRequestHandler):
    """Says one thing to whoever asks, as Vault, as AWS and as its agent."""

    status = 200
    body: Any = None

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(params=["vault", "agent", "boto3"])
def answers(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[type[Answers]]:
    """A server that repeats the value in whatever it says."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{made.server_port}"
    (tmp_path / "token").write_text("token")
    settings = {
        "ENVIRONMENT": "production",
        "SECRETS_APP": "shop",
        "SECRETS_BACKEND": "vault" if request.param == "vault" else "aws",
        "VAULT_ADDR": url,
        "VAULT_TOKEN": "root",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SECRETS_AGENT_TOKEN_FILE": str(tmp_path / "token"),
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": url,
    }
    if request.param == "agent":
        settings["AWS_SECRETS_AGENT_URL"] = url
    if request.param == "boto3":
        pytest.importorskip("boto3")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Answers, "status", 200)
    data = {"data": {"value": CANARY}, "metadata": {"version": 1}}
    held = {"SecretString": CANARY, "VersionId": "1", "Name": "x", "data": data}
    monkeypatch.setattr(Answers, "body", held)
    wrapper.configure()
    yield Answers
    made.shutdown()
    wrapper.configure()


def own_frames(error: BaseException) -> Any:
    """The frames of the wrapper, without that of the test, which knows the value."""
    trace = error.__traceback__
    while trace and "shield_secrets" not in trace.tb_frame.f_code.co_filename:
        trace = trace.tb_next
    return trace


def tracebacks(error: BaseException) -> str:
    """An error as trackers show it: with its causes, and the variables of every frame."""
    kind, trace = type(error), error.__traceback__
    plain = "".join(traceback.format_exception(kind, error, trace))
    with_locals = traceback.TracebackException(kind, error, trace, capture_locals=True)
    shown = [plain, "".join(with_locals.format()), repr(error), repr(vars(error)), str(error)]
    rich = pytest.importorskip("rich.traceback")
    console = pytest.importorskip("rich.console").Console(file=io.StringIO(), width=400)
    console.print(rich.Traceback.from_exception(kind, error, trace, show_locals=True))
    return "\n".join([*shown, console.file.getvalue()])


def test_logs_at_their_loudest_have_no_value(
    answers: type[Answers], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    assert wrapper.get_secret("api-key") == CANARY
    assert wrapper.get_secret("api-key") == CANARY
    assert asyncio.run(wrapper.aget_secret("api-key", force_refresh=True)) == CANARY
    assert wrapper.get_secret_bytes("api-key") == CANARY.encode()
    wrapper.refresh_cache()
    assert "api-key" in caplog.text
    assert all(clear(it.getMessage()) and clear(repr(vars(it))) for it in caplog.records)
    assert clear(caplog.text + "".join(capfd.readouterr()))


def test_whatever_is_printed_has_no_value(answers: type[Answers]) -> None:
    value = wrapper.get_secret("api-key")
    listened: list[Any] = []
    stop = wrapper.on_rotation("*", listened.append)
    objects: list[Any] = [value, [value], {"it": value}, wrapper.health(), wrapper.get_provider()]
    objects += [wrapper.Fetched(CANARY, "1"), listened, wrapper.stores._STORES]
    caches = wrapper.stores._STORES.caches.values()
    objects += [vars(it) for it in caches]
    objects += [vars(entry) for it in caches for entry in it._entries.values()]
    objects += [entry.held for it in caches for entry in it._entries.values()]
    rich = pytest.importorskip("rich.pretty")
    for it in objects:
        assert clear(repr(it) + f"{it!r}" + pprint.pformat(it) + rich.pretty_repr(it))
    stop()


@pytest.mark.parametrize("status", [0, 200, 400, 403, 404, 418, 429, 500, 503])
def test_errors_and_their_causes_have_no_value(
    answers: type[Answers], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr(answers, "status", status or 200)
    told = {"message": CANARY, "__type": CANARY, "errors": [CANARY], "data": None}
    cut_off = b'{"SecretString": "' + CANARY.encode()
    said = {0: {"canary": CANARY}, 200: cut_off}.get(status, told)
    monkeypatch.setattr(answers, "body", said)
    monkeypatch.setenv("VAULT_TOKEN", CANARY)
    with pytest.raises(SecretError) as caught:
        wrapper.get_secret("api-key", default="other" if status != 404 else wrapper._core.REQUIRED)
    error = caught.value
    assert error.__cause__ is None
    assert clear(tracebacks(error.with_traceback(own_frames(error))))


def test_frames_have_no_value_where_it_is_not_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(read: Any, kind: type[Exception] = SecretError) -> BaseException:
        with pytest.raises(kind) as caught:
            read()
        return caught.value

    monkeypatch.setenv("LOGIN", json.dumps({"user": CANARY, "more": [CANARY]}))
    for field in ("none", "more"):
        error = fail(lambda field=field: wrapper.get_secret("login", field=field))
        assert clear(tracebacks(error.with_traceback(own_frames(error))))
    monkeypatch.setenv("LOGIN", CANARY)
    assert clear(tracebacks(fail(lambda: wrapper.get_secret_json("login"))))

    def use(secret: str) -> None:
        raise PermissionError("rejected")

    def rejected(error: Exception) -> bool:
        return True

    def read() -> None:
        wrapper.with_secret("login", use, is_auth_error=rejected)

    assert clear(tracebacks(fail(read, PermissionError)))


def test_a_process_has_no_value_in_its_arguments_and_environment(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("there is no /proc here")
    (tmp_path / "key").write_text(CANARY, encoding="utf-8")
    code = (
        "import sys; from shield_secrets import get_secret; key = get_secret('api-key')\n"
        "for name in ('cmdline', 'environ', 'comm', 'status'):\n"
        "    sys.stdout.buffer.write(open('/proc/self/' + name, 'rb').read())\n"
    )
    environment = {"PYTHONPATH": str(HERE.parent), "API_KEY_FILE": str(tmp_path / "key")}
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], env=environment, capture_output=True, check=True
    )
    assert b"API_KEY_FILE" in done.stdout
    assert clear(done.stdout + done.stderr)
