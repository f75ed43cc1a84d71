# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
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

from . import _config, _errors
from ._errors import SecretConfigurationError, SecretNotFoundError
from ._http import Reply, Server
from ._types import Fetched

_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token"


class VaultBackend:
    """The KV store that the settings name, read with a token that is renewed in time."""

    name = "vault"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token: str | None = None
        # When to renew the token; it is renewed at two thirds of its life.
        self._renew_at = float("inf")
        self._server: Server | None = None

    def fetch(self, name: str) -> Fetched:
        path = _config.path_of(name, self.name).strip("/")
        mount = (_config.setting("VAULT_MOUNT") or "secret").strip("/")
        place = f"/v1/{mount}/data/{urllib.parse.quote(path)}"
        used = self._login(name)
        reply = self._ask(name, place, used)
        if reply.status == 403 and self._is_unknown(name, used):
            # The token has ended before its time; another one may be had.
            used = self._login(name, rejected=used)
            reply = self._ask(name, place, used)
            if reply.status == 403 and self._is_unknown(name, used):
                raise self._error(name, 401)
        if reply.status == 404 and isinstance(reply.body.get("data"), dict):
            raise SecretNotFoundError(name, "its newest version was deleted", backend=self.name)
        if reply.status != 200:
            raise self._error(name, reply.status)
        return _parse(reply.body)

    def _ask(
        self, name: str, path: str, token: str = "", body: dict[str, Any] | None = None
    ) -> Reply:
        if self._server is None:
            url = _config.setting("VAULT_ADDR")
            if url is None:
                raise SecretConfigurationError(name, "set VAULT_ADDR", backend=self.name)
            self._server = Server(self.name, "VAULT_ADDR", url, _config.setting("VAULT_CACERT"))
        headers = {"X-Vault-Request": "true", "Content-Type": "application/json"}
        if token:
            headers["X-Vault-Token"] = token
        namespace = _config.setting("VAULT_NAMESPACE")
        if namespace:
            headers["X-Vault-Namespace"] = namespace
        return self._server.ask(name, path, headers, body)

    def _is_unknown(self, name: str, token: str) -> bool:
        """Whether a refusal means that the token is not valid, and not that a policy denies."""
        return self._ask(name, "/v1/auth/token/lookup-self", token).status == 403

    def _login(self, name: str, rejected: str | None = None) -> str:
        """A token that is valid, as far as it is known."""
        if _config.setting("VAULT_TOKEN_FILE"):
            return _config.content(name, "VAULT_TOKEN_FILE")
        with self._lock:
            if self._token is not None and self._token != rejected:
                if time.monotonic() < self._renew_at:
                    return self._token
                reply = self._ask(name, "/v1/auth/token/renew-self", self._token, {})
                if reply.status == 200:
                    return self._keep(name, reply)
            role, account = _config.setting("VAULT_ROLE_ID"), _config.setting("VAULT_K8S_ROLE")
            if role is not None:
                secret = _config.content(name, "VAULT_SECRET_ID_FILE")
                body = {"role_id": role, "secret_id": secret}
                return self._keep(name, self._ask(name, "/v1/auth/approle/login", body=body))
            if account is not None:
                body = {"role": account, "jwt": _config.content(name, "VAULT_K8S_TOKEN", _ACCOUNT)}
                return self._keep(name, self._ask(name, "/v1/auth/kubernetes/login", body=body))
            token = _config.setting("VAULT_TOKEN")
            if token is None:
                reason = "set VAULT_TOKEN_FILE, VAULT_ROLE_ID, VAULT_K8S_ROLE or VAULT_TOKEN"
                raise SecretConfigurationError(name, reason, backend=self.name)
            return token

    def _keep(self, name: str, reply: Reply) -> str:
        """The token of a login or a renewal; under the lock."""
        granted = reply.body.get("auth")
        if reply.status != 200 or not isinstance(granted, dict):
            self._token = None
            # A wrong password is 400 here, and no reason to look at the settings of the store.
            raise self._error(name, 401 if reply.status in (400, 403) else reply.status)
        token = self._token = str(granted["client_token"])
        life = granted.get("lease_duration") or 0
        self._renew_at = time.monotonic() + life * 2 / 3 if life else float("inf")
        return token

    def _error(self, name: str, status: int) -> _errors.SecretError:
        """What a status means. What the server says beside it may repeat what it was sent."""
        reason, backend = f"vault answered {status}", self.name
        if status == 404:
            return SecretNotFoundError(name, reason, backend=backend)
        if status == 403:
            return _errors.SecretAccessError(name, "a policy denies it", backend=backend)
        if status == 401:
            reason = "vault does not know this program (any more)"
            return _errors.SecretUnauthenticatedError(name, reason, backend=backend)
        if status == 429:
            return _errors.SecretThrottledError(name, reason, backend=backend)
        if status >= 500:
            return _errors.SecretUnavailableError(name, reason, backend=backend)
        return SecretConfigurationError(name, reason, backend=backend)


def _parse(body: dict[str, Any]) -> Fetched:
    held: dict[str, Any] = body["data"]
    fields, version = held["data"], str(held["metadata"]["version"])
    if list(fields) == ["value"] and isinstance(fields["value"], str):
        return Fetched(fields["value"], version)
    return Fetched(json.dumps(fields, ensure_ascii=False), version)
