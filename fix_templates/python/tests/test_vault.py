"""The adapter for Vault, against a fake one that a client of others is tried on, too."""

from __future__ import annotations

import json
import logging
import os
import time
import traceback
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable

import pytest
from conftest import forms, served

import shield_secrets
from shield_secrets import SecretError, get_secret, get_secret_json

VALUE = "rosebud-üñ/1941 &%\n"
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served("fake_vault.py") as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def call(address: str) -> Call:
    """Asks the server for something, as its administrator."""

    def call(path: str, body: Any = None, method: str | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"X-Vault-Token": "root"}
        request = urllib.request.Request(address + path, data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")

    call("/_fake", {"revoke": "all"})
    return call


@pytest.fixture
def put(call: Call) -> Callable[..., None]:
    def put(name: str, **fields: Any) -> None:
        call(f"/v1/secret/data/shop/production/{name}", {"data": fields})
        call("/_fake", {})

    return put


Put = Callable[..., None]


@pytest.fixture(autouse=True)
def vault(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of a program that logs in with a role; the file with its password."""
    secret_id = tmp_path / "secret-id"
    secret_id.write_text("shop-secret-id\n")
    settings = {
        "SECRETS_BACKEND": "vault",
        "ENVIRONMENT": "production",
        "SECRETS_APP": "shop",
        "VAULT_ADDR": address,
        "VAULT_ROLE_ID": "shop-role",
        "VAULT_SECRET_ID_FILE": str(secret_id),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return secret_id


@pytest.mark.parametrize("value", [VALUE, "12345", "", "null", "x" * 65_536])
def test_a_value_comes_back_as_it_was_put(put: Put, value: str) -> None:
    put("api-key", value=value)
    assert get_secret("api-key") == value


def test_fields_are_fields_and_none_is_guessed(put: Put) -> None:
    put("database", username="shop", password=VALUE, port=5432)
    expected = {"username": "shop", "password": VALUE, "port": 5432}
    assert get_secret_json("database") == expected
    assert get_secret("database", field="port") == "5432"
    assert json.loads(get_secret("database")) == expected
    put("other", value={"a": 1})
    assert get_secret_json("other") == {"value": {"a": 1}}


def test_a_secret_is_logged_in_for_once(put: Put, call: Call) -> None:
    put("one", value="1")
    put("two", value="2")
    assert (get_secret("one"), get_secret("two")) == ("1", "2")
    assert call("/_fake")["POST auth/approle/login"] == 1


@pytest.mark.parametrize("way", ["token", "file", "kubernetes"])
def test_there_are_other_ways_to_log_in(
    put: Put, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("api-key", value=VALUE)
    monkeypatch.delenv("VAULT_ROLE_ID")
    file = tmp_path / "token"
    if way == "token":
        monkeypatch.setenv("VAULT_TOKEN", "root")
    elif way == "file":
        file.write_text("root\n")
        monkeypatch.setenv("VAULT_TOKEN_FILE", str(file))
    else:
        file.write_text("shop-service-account")
        monkeypatch.setenv("VAULT_K8S_ROLE", "shop")
        monkeypatch.setenv("VAULT_K8S_TOKEN", str(file))
    assert get_secret("api-key") == VALUE


def test_a_token_is_renewed_at_two_thirds_of_its_life(put: Put, call: Call) -> None:
    put("api-key", value=VALUE)
    call("/_fake", {"lease": 3})
    get_secret("api-key")
    time.sleep(1)
    get_secret("api-key", max_age=0)
    assert "POST auth/token/renew-self" not in call("/_fake")
    time.sleep(1.2)
    get_secret("api-key", max_age=0)
    calls = call("/_fake")
    assert (calls["POST auth/token/renew-self"], calls["POST auth/approle/login"]) == (1, 1)


def test_a_token_that_was_revoked_is_replaced(put: Put, call: Call) -> None:
    put("api-key", value=VALUE)
    get_secret("api-key")
    call("/_fake", {"revoke": "all"})
    assert get_secret("api-key", force_refresh=True) == VALUE
    assert call("/_fake")["POST auth/approle/login"] == 1


def test_a_policy_that_denies_is_told_from_an_unknown_program(
    call: Call, vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRETS_APP", "other")
    with pytest.raises(SecretError) as caught:
        get_secret("api-key", default="x")
    assert caught.value.code == "secret_access_denied"
    assert call("/_fake")["POST auth/approle/login"] == 1
    shield_secrets.configure()
    vault.write_text("wrong")
    with pytest.raises(SecretError) as caught:
        get_secret("api-key", default="x")
    assert caught.value.code == "secret_unauthenticated"
    monkeypatch.delenv("VAULT_ROLE_ID")
    monkeypatch.setenv("VAULT_TOKEN", "rosebud")
    shield_secrets.configure()
    with pytest.raises(SecretError) as caught:
        get_secret("api-key", default="x")
    assert caught.value.code == "secret_unauthenticated"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"fault": 500, "times": 9}, "secret_backend_unavailable"),
        ({"fault": 429, "times": 9}, "secret_throttled"),
        ({"fault": 418, "times": 9}, "configuration"),
        ({"sealed": True}, "secret_backend_unavailable"),
    ],
)
def test_trouble_has_a_name_and_no_default(
    put: Put, call: Call, fault: dict[str, Any], code: str
) -> None:
    put("api-key", value=VALUE)
    get_secret("api-key")
    shield_secrets.configure()
    call("/_fake", fault)
    with pytest.raises(SecretError) as caught:
        get_secret("api-key", default="other")
    error = caught.value
    assert error.code == code
    text = "".join(traceback.format_exception(type(error), error, None)) + repr(vars(error))
    assert not [it for it in [*forms(VALUE), b"shop-secret-id"] if it in text.encode()]


def test_what_is_deleted_is_not_there_and_not_denied(put: Put, call: Call) -> None:
    assert get_secret("nothing", default=None) is None
    put("gone", value=VALUE)
    call("/v1/secret/data/shop/production/gone", method="DELETE")
    with pytest.raises(shield_secrets.SecretNotFoundError, match="newest version was deleted"):
        get_secret("gone")
    call("/v1/secret/undelete/shop/production/gone", {"versions": [1]})
    assert get_secret("gone", force_refresh=True) == VALUE


def test_a_new_version_is_a_rotation(put: Put) -> None:
    put("rotated", value="one")
    events: list[Any] = []
    stop = shield_secrets.on_rotation("rotated", events.append)
    get_secret("rotated")
    put("rotated", value="two")
    assert get_secret("rotated", force_refresh=True) == "two"
    assert events == [("rotated", "2", "1")]
    stop()


def test_fifty_threads_make_one_call(put: Put, call: Call) -> None:
    put("api-key", value=VALUE)
    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(lambda _: get_secret("api-key"), range(50))) == {VALUE}
    calls = call("/_fake")
    assert calls == {"POST auth/approle/login": 1, "GET secret/data/shop/production/api-key": 1}


@pytest.mark.parametrize("address", ["http://vault.example.com", "ftp://127.0.0.1", "vault:8200"])
def test_a_token_never_travels_in_the_clear(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_ADDR", address)
    with pytest.raises(shield_secrets.SecretConfigurationError, match="https"):
        get_secret("api-key", default="x")


@pytest.mark.parametrize("missing", ["VAULT_ADDR", "VAULT_ROLE_ID", "VAULT_SECRET_ID_FILE"])
def test_a_setting_that_is_missing_is_named(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(missing)
    with pytest.raises(shield_secrets.SecretConfigurationError, match=missing):
        get_secret("api-key", default="x")


def test_a_server_that_is_not_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_ADDR", "http://127.0.0.1:9")
    with pytest.raises(shield_secrets.SecretUnavailableError):
        get_secret("api-key", default="x")


def test_nothing_that_is_logged_has_a_value(put: Put, caplog: pytest.LogCaptureFixture) -> None:
    put("api-key", value=VALUE)
    caplog.set_level(logging.DEBUG)
    get_secret("api-key")
    secrets = [*forms(VALUE), b"shop-secret-id"]
    assert not [it for it in secrets if it in caplog.text.encode()]


def test_the_server_is_one_for_a_client_of_others(address: str, call: Call) -> None:
    hvac = pytest.importorskip("hvac")
    client = hvac.Client(url=address, token="root")
    kv = client.secrets.kv.v2
    made = kv.create_or_update_secret("second/opinion", {"value": VALUE}, cas=0)
    assert made["data"]["version"] == 1
    with pytest.raises(hvac.exceptions.InvalidRequest):
        kv.create_or_update_secret("second/opinion", {"value": "x"}, cas=0)
    read = kv.read_secret_version("second/opinion", raise_on_deleted_version=True)
    assert read["data"]["data"] == {"value": VALUE}
    kv.delete_latest_version_of_secret("second/opinion")
    deleted = kv.read_secret_version("second/opinion", raise_on_deleted_version=False)
    assert deleted["data"]["data"] is None
    with pytest.raises(hvac.exceptions.InvalidPath):
        kv.read_secret_version("second/opinion", raise_on_deleted_version=True)
    kv.undelete_secret_versions("second/opinion", [1])
    kv.destroy_secret_versions("second/opinion", [1])
    program = hvac.Client(url=address)
    program.auth.approle.login("shop-role", "shop-secret-id")
    with pytest.raises(hvac.exceptions.Forbidden):
        program.secrets.kv.v2.read_secret_version("second/opinion", raise_on_deleted_version=True)
    assert program.auth.token.renew_self()["auth"]["client_token"] == program.token
    call("/_fake", {"sealed": True})
    with pytest.raises(hvac.exceptions.VaultDown):
        kv.read_secret_version("second/opinion", raise_on_deleted_version=True)
    assert os.environ.get("VAULT_ADDR") == address
