"""The adapter for AWS, against a server that answers as AWS does."""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Callable

import pytest
from conftest import forms, served

import shield_secrets
from shield_secrets import SecretError, get_secret, get_secret_bytes, get_secret_json

boto3 = pytest.importorskip("boto3")
pytest.importorskip("moto.server")

VALUE = "rosebud-üñ/1941 &%\n"
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    with ExitStack() as servers:
        moto = servers.enter_context(served("-m", "moto.server", "-H", "127.0.0.1", "-p"))
        port = servers.enter_context(served("quirk_proxy.py", f"http://127.0.0.1:{moto}"))
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def ask(proxy: str) -> Ask:
    def ask(path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(proxy + path, data)) as answer:
            return json.loads(answer.read())

    ask("/_fault", {"kind": None})
    return ask


@pytest.fixture(autouse=True)
def aws(proxy: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The settings of a program in production, and a client of an administrator."""
    settings = {
        "SECRETS_BACKEND": "aws",
        "ENVIRONMENT": "production",
        "SECRETS_APP": "shop",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": proxy,
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    session = boto3.session.Session(region_name=settings["AWS_REGION"])
    return session.client("secretsmanager", endpoint_url=proxy)


@pytest.fixture
def put(aws: Any) -> Callable[[str, Any], str]:
    """Makes a secret of a program, or gives it another value."""

    def put(name: str, value: Any, place: str = "/shop/production/") -> str:
        kind = {"SecretBinary" if isinstance(value, bytes) else "SecretString": value}
        try:
            made = aws.create_secret(Name=place + name, **kind)
        except aws.exceptions.ResourceExistsException:
            made = aws.put_secret_value(SecretId=place + name, **kind)
        return str(made["VersionId"])

    return put


Put = Callable[[str, Any], str]


@pytest.mark.parametrize(
    "value",
    [VALUE, "12345", "null", '{"a": 1}', "x" * 65_536, " rosebud\n\n"],
    ids=["letters", "digits", "null", "json", "large", "spaces"],
)
def test_a_value_comes_back_as_it_was_put(put: Put, value: str) -> None:
    put("some/text", value)
    assert get_secret("some/text", force_refresh=True) == value


def test_fields_are_fields(put: Put) -> None:
    put("database", json.dumps({"username": "shop", "password": VALUE}))
    assert get_secret_json("database") == {"username": "shop", "password": VALUE}
    assert get_secret("database", field="password") == VALUE


def test_bytes_are_bytes_and_decoded_once(put: Put) -> None:
    # What would be base64 itself, and must not be decoded again.
    for value in (b"cm9zZWJ1ZA==", b"\x00\xff\xfe rosebud"):
        put("keystore", value)
        assert get_secret_bytes("keystore", force_refresh=True) == value
        shield_secrets.configure()
    with pytest.raises(SecretError) as caught:
        get_secret("keystore")
    assert caught.value.code == "secret_binary"


@pytest.mark.parametrize(
    ("fault", "code", "calls"),
    [
        ("denied", "secret_access_denied", 1),
        ("key-denied", "secret_access_denied", 1),
        ("key-disabled", "secret_access_denied", 1),
        ("unauthenticated", "secret_unauthenticated", 1),
        ("expired", "secret_unauthenticated", 1),
        ("throttled", "secret_throttled", 3),
        ("unavailable", "secret_backend_unavailable", 3),
        ("broken", "secret_backend_unavailable", 3),
        ("half-closed", "secret_backend_unavailable", 3),
        ("reset", "secret_backend_unavailable", None),
    ],
)
def test_trouble_has_a_name_and_no_default(
    put: Put, ask: Ask, fault: str, code: str, calls: int | None
) -> None:
    put("api-key", VALUE)
    ask("/_fault", {"kind": fault})
    with pytest.raises(SecretError) as caught:
        get_secret("api-key", default="other")
    error = caught.value
    assert error.code == code
    assert error.__cause__ is None
    text = "".join(traceback.format_exception(type(error), error, None)) + repr(vars(error))
    assert "arn:" not in text
    assert not [it for it in forms(VALUE) if it in text.encode()]
    if calls is not None:
        assert ask("/_calls") == {"GetSecretValue": calls}


def test_a_slow_answer_is_not_waited_for(put: Put, ask: Ask) -> None:
    put("api-key", VALUE)
    ask("/_fault", {"kind": "slow", "times": 1})
    assert get_secret("api-key") == VALUE
    assert ask("/_calls") == {"GetSecretValue": 2}


def test_what_is_not_there_is_not_there(aws: Any, put: Put, ask: Ask) -> None:
    assert get_secret("nothing", default=None) is None
    assert ask("/_calls") == {"GetSecretValue": 1}
    with pytest.raises(shield_secrets.SecretNotFoundError, match="ResourceNotFound"):
        get_secret("nothing")
    # Made, and never given a value.
    aws.create_secret(Name="/shop/production/empty")
    with pytest.raises(shield_secrets.SecretNotFoundError):
        get_secret("empty")
    put("gone", VALUE)
    aws.delete_secret(SecretId="/shop/production/gone")
    with pytest.raises(shield_secrets.SecretPendingDeletionError):
        get_secret("gone", default="other")


def test_a_store_without_an_environment_is_not_asked(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", "of the environment")
    monkeypatch.delenv("ENVIRONMENT")
    with pytest.raises(shield_secrets.SecretConfigurationError, match="ENVIRONMENT"):
        get_secret("api-key", default="other")
    assert ask("/_calls") == {}


def test_the_switch_of_older_programs_counts(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    put("api-key", VALUE)
    monkeypatch.delenv("SECRETS_BACKEND")
    monkeypatch.setenv("USE_AWS_SECRETS", "true")
    monkeypatch.setenv("API_KEY", "of the environment")
    assert get_secret("api-key") == VALUE
    monkeypatch.setenv("SECRETS_BACKEND", "env")
    with pytest.raises(shield_secrets.SecretConfigurationError, match="USE_AWS_SECRETS"):
        get_secret("api-key")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.setenv("API_KEY", "of the environment")
    with pytest.raises(shield_secrets.SecretConfigurationError, match="pip install boto3"):
        get_secret("api-key", default="other")


def test_missing_credentials_and_regions_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(shield_secrets.SecretUnauthenticatedError):
        get_secret("api-key", default="other")
    monkeypatch.delenv("AWS_REGION")
    shield_secrets.configure()
    with pytest.raises(shield_secrets.SecretConfigurationError, match="NoRegion"):
        get_secret("api-key", default="other")


def test_fifty_threads_make_one_call(put: Put, ask: Ask) -> None:
    put("api-key", VALUE)
    ask("/_fault", {"kind": None})
    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(lambda _: get_secret("api-key"), range(50))) == {VALUE}
    assert ask("/_calls") == {"GetSecretValue": 1}


def test_a_rotation_is_seen_and_told(put: Put) -> None:
    first = put("api-key", "one")
    events: list[Any] = []
    stop = shield_secrets.on_rotation("api-*", lambda it: events.append((it, get_secret(it.name))))
    assert get_secret("api-key") == "one"
    second = put("api-key", "two")
    assert get_secret("api-key") == "one"
    shield_secrets.refresh_cache("api-key")
    assert get_secret("api-key") == "two"
    assert events == [(("api-key", second, first), "two")]
    stop()


def test_a_rejected_value_is_replaced_at_once(put: Put, ask: Ask) -> None:
    put("api-key", "one")
    get_secret("api-key")
    put("api-key", "two")

    def use(secret: str) -> str:
        if secret != "two":
            raise PermissionError("rejected")
        return secret

    def rejected(error: Exception) -> bool:
        return isinstance(error, PermissionError)

    assert shield_secrets.with_secret("api-key", use, is_auth_error=rejected) == "two"


def test_nothing_that_is_logged_has_a_value(
    put: Put, aws: Any, caplog: pytest.LogCaptureFixture
) -> None:
    put("api-key", VALUE)
    put("keystore", VALUE.encode())
    caplog.set_level(logging.DEBUG)
    assert get_secret("api-key") == VALUE
    get_secret_bytes("keystore")
    aws.put_secret_value(SecretId="/shop/production/api-key", SecretString=VALUE)
    assert "botocore" in caplog.text
    assert not [it for it in forms(VALUE) if it in caplog.text.encode()]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_child_has_what_its_parent_had_and_connects_anew(put: Put, ask: Ask) -> None:
    put("api-key", VALUE)
    put("other", "of the child")
    get_secret("api-key")
    ask("/_fault", {"kind": None})
    child = os.fork()
    if child == 0:
        right = get_secret("api-key") == VALUE and get_secret("other") == "of the child"
        os._exit(0 if right else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert ask("/_calls") == {"GetSecretValue": 1}


def test_the_agent_is_asked_without_a_package(
    put: Put, proxy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("api-key", VALUE)
    put("keystore", b"\x00rosebud")
    monkeypatch.setitem(sys.modules, "boto3", None)
    token = tmp_path / "token"
    token.write_text("agent-token\n")
    monkeypatch.setenv("AWS_SECRETS_AGENT_URL", proxy)
    monkeypatch.setenv("AWS_SECRETS_AGENT_TOKEN_FILE", str(token))
    assert get_secret("api-key") == VALUE
    assert get_secret_bytes("keystore") == b"\x00rosebud"
    assert get_secret("nothing", default=None) is None
    token.write_text("another")
    with pytest.raises(shield_secrets.SecretAccessError):
        get_secret("api-key", force_refresh=True)
    token.unlink()
    with pytest.raises(shield_secrets.SecretConfigurationError, match="TOKEN_FILE"):
        get_secret("other")
    monkeypatch.setenv("AWS_SECRETS_AGENT_URL", "http://example.com")
    token.write_text("agent-token")
    with pytest.raises(shield_secrets.SecretConfigurationError, match="https"):
        get_secret("another")
