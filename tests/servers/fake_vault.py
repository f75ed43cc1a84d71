"""A Vault with a KV store of version 2, for tests: what it answers is what OpenBao answers.

    python fake_vault.py 8200

Tokens, AppRole and Kubernetes logins, leases, policies, soft deletion, check-and-set, sealing.
`POST /_fake` says what else it should do: `{"fault": 503, "times": 1}`, `{"sealed": true}`,
`{"lease": 6}` (seconds of tokens given out from now on), `{"revoke": "all"}`. `GET /_fake` counts
the requests by path. `root` may do everything; who logs in may read below `secret/data/shop/`.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import urllib.parse
import uuid
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Any]
ROLE, SECRET_ID, JWT = "shop-role", "shop-secret-id", "shop-service-account"
ALLOWED = "secret/data/shop/"


class Vault(ThreadingHTTPServer):
    """The server and all it knows."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.lock = threading.RLock()
        # A token and when it ends.
        self.tokens: dict[str, float] = {"root": float("inf")}
        # Every version of a secret: its fields, or none when it was destroyed; when deleted.
        self.secrets: dict[str, list[dict[str, Any]]] = {}
        self.calls: Counter[str] = Counter()
        self.lease, self.sealed = 3600.0, False
        self.fault, self.times = 0, 0

    def answer(self, method: str, path: str, token: str, body: dict[str, Any]) -> Answer:
        self.calls[f"{method} {path}"] += 1
        if self.times > 0:
            self.times -= 1
            return failed(self.fault, "as it was asked for")
        if self.sealed:
            return failed(503, "Vault is sealed")
        if path in ("auth/approle/login", "auth/kubernetes/login"):
            given = (body.get("role_id"), body.get("secret_id"))
            known = given == (ROLE, SECRET_ID) or body.get("jwt") == JWT
            return (
                self.grant(str(uuid.uuid4())) if known else failed(400, "invalid role or secret ID")
            )
        if self.tokens.get(token, 0) < time.monotonic():
            return failed(403, "permission denied", "invalid token")
        if path == "auth/token/lookup-self":
            return 200, {"data": {"ttl": self.lease, "renewable": token != "root"}}
        if path == "auth/token/renew-self":
            return self.grant(token)
        if token != "root" and not (method == "GET" and path.startswith(ALLOWED)):
            return failed(403, "1 error occurred:\n\t* permission denied\n\n")
        mount, _, rest = path.partition("/")
        action, _, name = rest.partition("/")
        if mount != "secret":
            return failed(404, f"no handler for route {path!r}")
        return self.store(method, action, name, body)

    def grant(self, token: str) -> Answer:
        self.tokens[token] = time.monotonic() + self.lease
        about = {"client_token": token, "lease_duration": int(self.lease), "renewable": True}
        return 200, {"auth": about}

    def store(self, method: str, action: str, name: str, body: dict[str, Any]) -> Answer:
        versions = self.secrets.get(name, [])
        wanted = [it - 1 for it in body.get("versions", []) if 0 < it <= len(versions)]
        if action == "data" and method == "GET":
            return read(versions)
        if action == "data" and method in ("POST", "PUT"):
            expected = body.get("options", {}).get("cas")
            if expected is not None and expected != len(versions):
                return failed(400, "check-and-set parameter did not match the current version")
            now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            version = {"data": body["data"], "created_time": now, "deletion_time": ""}
            self.secrets[name] = [*versions, version]
            return 200, {"data": about(len(versions) + 1, version)}
        if action == "data" and method == "DELETE":
            wanted = [len(versions) - 1] if versions else []
        for number in wanted:
            if action in ("data", "delete"):
                versions[number]["deletion_time"] = "2026-01-01T00:00:00Z"
            elif action == "undelete":
                versions[number]["deletion_time"] = ""
            elif action == "destroy":
                versions[number]["data"] = None
        return 204, None


def read(versions: list[dict[str, Any]]) -> Answer:
    """The newest version; one without data is `null` and 404, with what is known about it."""
    if not versions:
        return 404, {"errors": []}
    newest = versions[-1]
    gone = newest["data"] is None or newest["deletion_time"]
    data = None if gone else newest["data"]
    held = {"data": data, "metadata": about(len(versions), newest)}
    return 404 if gone else 200, {"request_id": str(uuid.uuid4()), "data": held}


def about(number: int, version: dict[str, Any]) -> dict[str, Any]:
    known = {key: version[key] for key in ("created_time", "deletion_time")}
    return {**known, "destroyed": version["data"] is None, "version": number}


def failed(status: int, *errors: str) -> Answer:
    return status, {"errors": list(errors)}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Vault

    def log_message(self, *_: object) -> None:
        """Nothing: requests carry secrets."""

    def act(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        vault, token = self.server, self.headers.get("X-Vault-Token", "")
        with vault.lock:
            if path == "/_fake":
                status, answer = 200, self.fake(body)
            else:
                path = path.removeprefix("/v1/")
                status, answer = vault.answer(self.command, path, token, body or {})
        data = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_LIST = act

    def fake(self, body: dict[str, Any]) -> Any:
        vault = self.server
        if self.command == "GET":
            return dict(vault.calls)
        vault.calls.clear()
        vault.fault, vault.times = body.get("fault", 0), body.get("times", 0)
        vault.sealed, vault.lease = body.get("sealed", False), body.get("lease", 3600.0)
        if body.get("revoke") == "all":
            vault.tokens = {"root": float("inf")}
        return {}


if __name__ == "__main__":
    Vault(int(sys.argv[1])).serve_forever()
