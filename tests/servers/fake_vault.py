"""A Vault with a KV store of version 2, for tests: what it answers is what OpenBao answers.

    python fake_vault.py 8200

Tokens, AppRole and Kubernetes logins, leases, policies, soft deletion, check-and-set, sealing.
`POST /_fake` says what else it should do: `{"fault": 503, "times": 1}`, `{"sealed": true}`,
`{"lease": 6}` (seconds of tokens given out from now on), `{"revoke": "all"}`. A fault can also be
`reset`, `half-closed`, `slow` or `denied`; `stopping.py` has what else can go wrong. `GET /_fake`
counts the requests by path. `root` may do everything, and makes tokens (`auth/token/create`); who
logs in may read below `secret/data/shop/`.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import sys
import threading
import time
import urllib.parse
import uuid
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from stopping import Stop, whole_body

Answer = tuple[int, Any]
ROLE, SECRET_ID, JWT = "shop-role", "shop-secret-id", "shop-service-account"
ALLOWED = "secret/data/shop/"
DENIED = "1 error occurred:\n\t* permission denied\n\n"


class Life(NamedTuple):
    """How a token lives: for how long, at the longest, and whether it can be renewed."""

    seconds: float
    longest: float
    renewable: bool


class Vault(ThreadingHTTPServer):
    """The server and all it knows."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.lock = threading.RLock()
        # A token and when it ends; what is told of it beside that.
        self.tokens: dict[str, float] = {"root": float("inf")}
        self.lives: dict[str, Life] = {}
        # Every version of a secret: its fields, or none when it was destroyed; when deleted.
        self.secrets: dict[str, list[dict[str, Any]]] = {}
        # What is known of a secret beside its values.
        self.custom: dict[str, dict[str, str]] = {}
        self.calls: Counter[str] = Counter()
        self.lease, self.sealed = 3600.0, False
        self.fault: int | str = 0
        self.times = 0
        self.stop = Stop()

    def next_fault(self) -> int | str:
        self.times -= 1
        return self.fault if self.times >= 0 else 0

    def answer(self, method: str, path: str, token: str, body: dict[str, Any]) -> Answer:
        self.calls[f"{method} {path}"] += 1
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
            left = self.tokens[token] - time.monotonic()
            # What has no end has no time.
            ttl = 0 if token == "root" else math.ceil(left)
            about = {"ttl": ttl, "renewable": self.life(token).renewable, "display_name": "token"}
            return 200, {"data": about}
        if path == "auth/token/renew-self":
            known = self.life(token).renewable
            return self.grant(token) if known else failed(400, "lease is not renewable")
        if path == "auth/token/create" and token == "root":
            made = str(uuid.uuid4())
            longest = time.monotonic() + seconds(body.get("explicit_max_ttl", "3600s"))
            self.lives[made] = Life(seconds(body["ttl"]), longest, body.get("renewable", True))
            return self.grant(made)
        if token != "root" and not (method == "GET" and path.startswith(ALLOWED)):
            return failed(403, DENIED)
        if path == "sys/internal/ui/mounts/secret":
            return 200, {"data": {"type": "kv", "options": {"version": "2"}}}
        mount, _, rest = path.partition("/")
        action, _, name = rest.partition("/")
        if mount != "secret":
            return failed(404, f"no handler for route {path!r}")
        return self.store(method, action, name, body)

    def answer_with(
        self, fault: int | str, method: str, path: str, token: str, body: dict[str, Any]
    ) -> Answer:
        """What a call is answered, and whether it is done, with a fault."""
        if fault == "denied":
            lookup = path == "auth/token/lookup-self"
            return self.answer(method, path, token, body) if lookup else failed(403, DENIED)
        if isinstance(fault, int) and fault:
            self.calls[f"{method} {path}"] += 1
            return failed(fault, "as it was asked for")
        if fault == "half-closed":
            return 0, None
        return self.answer(method, path, token, body)

    def life(self, token: str) -> Life:
        return self.lives.get(token, Life(self.lease, float("inf"), token != "root"))

    def grant(self, token: str) -> Answer:
        life, now = self.life(token), time.monotonic()
        self.tokens[token] = min(now + life.seconds, life.longest)
        lease = math.ceil(self.tokens[token] - now)
        about = {"client_token": token, "lease_duration": lease, "renewable": life.renewable}
        return 200, {"auth": about}

    def store(self, method: str, action: str, name: str, body: dict[str, Any]) -> Answer:
        versions = self.secrets.get(name, [])
        wanted = [it - 1 for it in body.get("versions", []) if 0 < it <= len(versions)]
        if action == "metadata":
            return self.metadata(method, name, versions, body)
        if action == "data" and method == "GET":
            return read(versions, int(body.get("version") or len(versions)))
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

    def metadata(
        self, method: str, name: str, versions: list[dict[str, Any]], body: dict[str, Any]
    ) -> Answer:
        """What is known of a secret, or the names in a folder."""
        if method == "LIST" or body.get("list") == "true":
            folder = name and name.rstrip("/") + "/"
            below = [it.removeprefix(folder) for it in self.secrets if it.startswith(folder)]
            keys = sorted({head + slash for head, slash, _ in (it.partition("/") for it in below)})
            return (200, {"data": {"keys": keys}}) if keys else (404, {"errors": []})
        if method == "GET":
            if name not in self.secrets:
                return 404, {"errors": []}
            known = {str(i): about(i, it) for i, it in enumerate(versions, 1)}
            custom = self.custom.get(name)
            data = {"current_version": len(versions), "versions": known, "custom_metadata": custom}
            return 200, {"data": data}
        if method == "DELETE":
            self.secrets.pop(name, None)
            self.custom.pop(name, None)
            return 204, None
        custom = body.get("custom_metadata", {})
        if len(custom) > 64 or any(len(str(it).encode()) > 512 for it in custom.values()):
            return failed(400, "custom_metadata validation failed")
        self.secrets.setdefault(name, [])
        self.custom[name] = custom
        return 204, None


def seconds(text: str) -> float:
    """`4s` as Vault takes it."""
    return float(text.removesuffix("s"))


def read(versions: list[dict[str, Any]], number: int) -> Answer:
    """A version; one without data is `null` and 404, with what is known about it."""
    if not 0 < number <= len(versions):
        return 404, {"errors": []}
    newest = versions[number - 1]
    gone = newest["data"] is None or newest["deletion_time"]
    data = None if gone else newest["data"]
    held = {"data": data, "metadata": about(number, newest)}
    return 404 if gone else 200, {"request_id": str(uuid.uuid4()), "data": held}


def about(number: int, version: dict[str, Any]) -> dict[str, Any]:
    known = {key: version[key] for key in ("created_time", "deletion_time")}
    return {**known, "destroyed": version["data"] is None, "version": number}


def failed(status: int, *errors: str) -> Answer:
    return status, {"errors": list(errors)}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without it, what comes in two parts waits for 40 ms in between.
    disable_nagle_algorithm = True
    server: Vault

    def log_message(self, *_: object) -> None:
        """Nothing: requests carry secrets."""

    def act(self) -> None:
        data = whole_body(self)
        if data is None:
            return self.hang_up()
        body = json.loads(data or "{}")
        url = urllib.parse.urlsplit(self.path)
        path = urllib.parse.unquote(url.path)
        vault, token = self.server, self.headers.get("X-Vault-Token", "")
        fault: int | str = 0
        call = 0 if path == "/_fake" else vault.stop.count()
        if vault.stop.strikes(call, "before"):
            return self.hang_up()
        with vault.lock:
            if path == "/_fake":
                status, answer = 200, self.fake(body)
            else:
                path = path.removeprefix("/v1/")
                fault = vault.next_fault()
                asked = {**(body or {}), **dict(urllib.parse.parse_qsl(url.query))}
                status, answer = vault.answer_with(fault, self.command, path, token, asked)
        if vault.stop.strikes(call, "after"):
            return self.hang_up()
        if fault == "slow":
            time.sleep(8)
        if fault in ("reset", "half-closed"):
            # The client hears nothing, although it may have been done.
            self.close_connection = True
            linger = struct.pack("ii", int(fault == "reset"), 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.shutdown(socket.SHUT_RDWR)
            return None
        data = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        return None

    def hang_up(self) -> None:
        self.close_connection = True
        # Who was ended has hung up already.
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    do_GET = do_POST = do_PUT = do_DELETE = do_LIST = act

    def fake(self, body: dict[str, Any]) -> Any:
        vault = self.server
        if self.command == "GET":
            return dict(vault.calls)
        vault.calls.clear()
        vault.fault, vault.times = body.get("fault", 0), body.get("times", 0)
        vault.stop.set(body.get("stop"))
        vault.sealed, vault.lease = body.get("sealed", False), body.get("lease", 3600.0)
        if body.get("revoke") == "all":
            vault.tokens = {"root": float("inf")}
        return {}


if __name__ == "__main__":
    Vault(int(sys.argv[1])).serve_forever()
