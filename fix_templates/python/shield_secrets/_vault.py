# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""Secrets from HashiCorp Vault or OpenBao, out of a KV store of version 2.

``VAULT_ADDR`` says where it is (by https, or on this machine), ``VAULT_MOUNT`` which store
(``secret``). The program logs in with the first of these that is set:

* ``VAULT_TOKEN_FILE``: a token that an agent keeps fresh;
* ``VAULT_ROLE_ID`` and ``VAULT_SECRET_ID_FILE``: AppRole;
* ``VAULT_K8S_ROLE``: the service account of its pod;
* ``VAULT_TOKEN``.

A secret with the one field ``value`` is that text, as ``shield`` writes it. One with others is a
JSON object of them: ``get_secret("database", field="password")``, or ``get_secret_json``.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.parse
from typing import Any

from . import _errors
from ._adapter import ask, kind_of, path_of, token
from ._core import Fetched, SecretText, setting

_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token"
_LOGINS = (
    ("approle", "VAULT_ROLE_ID", "role_id", "secret_id", "VAULT_SECRET_ID_FILE", ""),
    ("kubernetes", "VAULT_K8S_ROLE", "role", "jwt", "VAULT_K8S_TOKEN", _ACCOUNT),
)
_SAID = {401: "vault does not know this program (any more)", 403: "a policy denies it"}


class Adapter:
    """The KV store that the settings name, read with a token that is renewed in time."""

    name = "vault"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token = SecretText()
        # When to renew the token; it is renewed at two thirds of its life.
        self._renew_at = float("inf")

    def fetch(self, name: str) -> Fetched:
        mount = (setting("VAULT_MOUNT") or "secret").strip("/")
        place = f"/v1/{mount}/data/{urllib.parse.quote(path_of(name).strip('/'))}"
        used = self._login()
        status, body = self._ask(place, used)
        if status == 403 and self._is_unknown(used):
            # The token has ended before its time; another one may be had.
            used = self._login(rejected=used)
            status, body = self._ask(place, used)
            if status == 403 and self._is_unknown(used):
                status = 401
        held: Any = body.get("data")
        if status == 404 and isinstance(held, dict):
            raise _errors.SecretNotFoundError("its newest version was deleted")
        if status != 200:
            raise _error(status)
        fields = held.get("data") if isinstance(held, dict) else None
        if not isinstance(fields, dict):
            raise _errors.SecretUnavailableError("its answer has no value")
        version = str(held.get("metadata", {}).get("version", ""))
        if list(fields) == ["value"] and isinstance(fields["value"], str):
            return Fetched(fields["value"], version)
        return Fetched(json.dumps(fields, ensure_ascii=False), version)

    def _ask(
        self, path: str, token: str = "", body: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        url = setting("VAULT_ADDR")
        if not url:
            raise _errors.SecretConfigurationError("set VAULT_ADDR")
        headers = {"X-Vault-Request": "true", "Content-Type": "application/json"}
        if token:
            headers["X-Vault-Token"] = token
        if setting("VAULT_NAMESPACE"):
            headers["X-Vault-Namespace"] = setting("VAULT_NAMESPACE")
        return ask(url, path, headers, body, setting("VAULT_CACERT"))

    def _is_unknown(self, token: str) -> bool:
        """Whether a refusal means that the token is not valid, and not that a policy denies."""
        return self._ask("/v1/auth/token/lookup-self", token)[0] == 403

    def _login(self, rejected: str = "") -> SecretText:
        """A token that is valid, as far as it is known."""
        if setting("VAULT_TOKEN_FILE"):
            return token("VAULT_TOKEN_FILE")
        with self._lock:
            if self._token and self._token != rejected:
                if time.monotonic() < self._renew_at:
                    return self._token
                answer = self._ask("/v1/auth/token/renew-self", self._token, {})
                if answer[0] == 200:
                    return self._keep(answer)
            for way, role, named, proof, file, default in _LOGINS:
                if setting(role):
                    body = {named: setting(role), proof: token(file, default)}
                    return self._keep(self._ask(f"/v1/auth/{way}/login", body=body))
        if not setting("VAULT_TOKEN"):
            reason = "set VAULT_TOKEN_FILE, VAULT_ROLE_ID, VAULT_K8S_ROLE or VAULT_TOKEN"
            raise _errors.SecretConfigurationError(reason)
        return SecretText(setting("VAULT_TOKEN"))

    def _keep(self, answer: tuple[int, dict[str, Any]]) -> SecretText:
        """The token of a login or a renewal; under the lock."""
        status, granted = answer[0], answer[1].get("auth")
        if status != 200 or not isinstance(granted, dict):
            self._token = SecretText()
            # A wrong password is 400 here, and no reason to look at the settings of the store.
            raise _error(401 if status in (400, 403) else status)
        self._token, life = SecretText(granted["client_token"]), granted.get("lease_duration") or 0
        self._renew_at = time.monotonic() + life * 2 / 3 if life else float("inf")
        return self._token


def _error(status: int) -> _errors.SecretError:
    """What a status means. What the server says beside it may repeat what it was sent."""
    return kind_of(status)(_SAID.get(status, f"vault answered {status}"))
