"""The adapter for Vault, against Vault itself.

It is built with Go from `tests/servers/vault`, which takes minutes, so these tests run only where
`SHIELD_VAULT_SERVER` names the program. They hold the fake one, too, to what Vault answers.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest

import shield_secrets
from shield_secrets import SecretError, get_secret, get_secret_json

SERVER = os.environ.get("SHIELD_VAULT_SERVER")
VALUE = "rosebud-üñ/1941 &%\n"
POLICY = 'path "secret/data/shop/*" { capabilities = ["read"] }'
Call = Callable[..., Any]

pytestmark = pytest.mark.skipif(SERVER is None, reason="SHIELD_VAULT_SERVER names no program")


@pytest.fixture(scope="module")
def ready() -> Iterator[dict[str, str]]:
    """The address of a server without anything in it, and its root token."""
    process = subprocess.Popen([str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    yield json.loads(process.stdout.readline())
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def call(ready: dict[str, str]) -> Call:
    """Asks the server for something, as its administrator; a store and a role are set up."""

    def call(path: str, body: Any = None, method: str | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"X-Vault-Token": ready["token"]}
        url = f"{ready['address']}/v1/{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")

    call("sys/mounts/secret", {"type": "kv", "options": {"version": "2"}})
    call("sys/policies/acl/shop", {"policy": POLICY}, "PUT")
    call("sys/auth/approle", {"type": "approle"})
    call("auth/approle/role/shop", {"token_policies": ["shop"], "token_ttl": "3s"})
    # A new store is upgraded in the background.
    for _ in range(100):
        try:
            call("secret/data/shop/production/first", {"data": {"value": "1"}})
            break
        except urllib.error.HTTPError:
            time.sleep(0.1)
    return call


@pytest.fixture(autouse=True)
def secret_id(
    ready: dict[str, str], call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The settings of a program that logs in with a role; the file with its password."""
    file = tmp_path / "secret-id"
    file.write_text(call("auth/approle/role/shop/secret-id", {})["data"]["secret_id"])
    settings = {
        "SECRETS_BACKEND": "vault",
        "ENVIRONMENT": "production",
        "SECRETS_APP": "shop",
        "VAULT_ADDR": ready["address"],
        "VAULT_ROLE_ID": call("auth/approle/role/shop/role-id")["data"]["role_id"],
        "VAULT_SECRET_ID_FILE": str(file),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return file


def put(call: Call, name: str, **fields: Any) -> None:
    call(f"secret/data/shop/production/{name}", {"data": fields})


def refusal(**how: Any) -> str:
    """The code of the error that asking for `api-key` ends in."""
    with pytest.raises(SecretError) as caught:
        get_secret("api-key", default="other", **how)
    return caught.value.code


@pytest.mark.parametrize("value", [VALUE, "12345", "", "null", "x" * 65_536])
def test_a_value_comes_back_as_it_was_put(call: Call, value: str) -> None:
    put(call, "api-key", value=value)
    assert get_secret("api-key") == value


def test_fields_are_fields(call: Call) -> None:
    put(call, "database", username="shop", password=VALUE, port=5432)
    assert get_secret_json("database") == {"username": "shop", "password": VALUE, "port": 5432}
    assert get_secret("database", field="port") == "5432"


def test_a_token_is_renewed_before_it_ends(call: Call) -> None:
    put(call, "api-key", value=VALUE)
    for _ in range(4):
        assert get_secret("api-key", max_age=0) == VALUE
        time.sleep(1.1)


def test_a_token_that_was_revoked_is_replaced(call: Call) -> None:
    put(call, "api-key", value=VALUE)
    get_secret("api-key")
    call("sys/leases/revoke-prefix/auth/approle/login", {}, "PUT")
    assert get_secret("api-key", force_refresh=True) == VALUE


def test_a_policy_that_denies_is_told_from_an_unknown_program(
    secret_id: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRETS_APP", "other")
    assert refusal() == "secret_access_denied"
    monkeypatch.setenv("SECRETS_APP", "shop")
    secret_id.write_text("wrong")
    shield_secrets.configure()
    assert refusal() == "secret_unauthenticated"
    monkeypatch.delenv("VAULT_ROLE_ID")
    monkeypatch.setenv("VAULT_TOKEN", "rosebud")
    shield_secrets.configure()
    assert refusal() == "secret_unauthenticated"


def test_what_is_deleted_is_not_there_and_not_denied(call: Call) -> None:
    assert get_secret("nothing", default=None) is None
    put(call, "gone", value=VALUE)
    call("secret/data/shop/production/gone", method="DELETE")
    with pytest.raises(shield_secrets.SecretNotFoundError, match="newest version was deleted"):
        get_secret("gone")
    call("secret/undelete/shop/production/gone", {"versions": [1]})
    assert get_secret("gone", force_refresh=True) == VALUE


def test_a_new_version_is_a_rotation(call: Call) -> None:
    put(call, "rotated", value="one")
    events: list[Any] = []
    stop = shield_secrets.on_rotation("rotated", events.append)
    get_secret("rotated")
    put(call, "rotated", value="two")
    assert get_secret("rotated", force_refresh=True) == "two"
    assert events == [("rotated", "2", "1")]
    stop()


def test_a_sealed_store_is_unavailable(call: Call) -> None:
    put(call, "api-key", value=VALUE)
    get_secret("api-key")
    # The last of these tests, since nobody keeps the key that would open it again.
    call("sys/seal", {}, "PUT")
    shield_secrets.configure()
    assert refusal() == "secret_backend_unavailable"
