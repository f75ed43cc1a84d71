"""How long the wrapper takes: `python tools/numbers.py`, in fix_templates/python.

The store is a server of ours on this machine that answers as Vault does; what is told of start-up
is so with 10 milliseconds for every answer, which is what a store in the same region takes.
"""

from __future__ import annotations

import json
import os
import sys
import time
import timeit
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import shield_secrets
from shield_secrets import configure, get_secret

CALLS = [0]
HELD = ["made up", 1]


class Vault(BaseHTTPRequestHandler):
    """Has every secret there is, with one value."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        CALLS[0] += 1
        time.sleep(0.01)
        held = {"data": {"value": HELD[0]}, "metadata": {"version": HELD[1]}}
        data = json.dumps({"data": held}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


def row(what: str, seconds: float, unit: float, name: str) -> None:
    """Prints a row of a table."""
    print(f"| {what} | {seconds / unit:.1f} {name} |")


def main() -> None:
    """Prints the numbers as a table."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vault)
    Thread(target=server.serve_forever, daemon=True).start()
    os.environ.update(SECRETS_BACKEND="vault", ENVIRONMENT="production", SECRETS_APP="shop")
    os.environ.update(VAULT_ADDR=f"http://127.0.0.1:{server.server_port}", VAULT_TOKEN="made-up")
    for protection in ("none", "aead"):
        os.environ["SECRETS_CACHE_PROTECTION"] = protection
        configure()
        get_secret("api-key")
        best = min(timeit.repeat(lambda: get_secret("api-key"), number=200, repeat=2000))
        row(f"a hit, protection {protection}", best / 200, 1e-6, "µs")
    configure()
    CALLS[0], start = 0, time.perf_counter()
    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(lambda _: get_secret("api-key"), range(50))) == {"made up"}
    row(f"a miss of 50 threads, with {CALLS[0]} call", time.perf_counter() - start, 1e-3, "ms")
    configure()
    start = time.perf_counter()
    for number in range(100):
        get_secret(f"key-{number}")
    row("100 secrets at start, one after the other", time.perf_counter() - start, 1e-3, "ms")
    configure()
    start = time.perf_counter()
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda number: get_secret(f"key-{number}"), range(100)))
    row("100 secrets at start, by 10 threads", time.perf_counter() - start, 1e-3, "ms")
    HELD[:] = ["new", 2]
    shield_secrets.refresh_cache("key-1")
    start = time.perf_counter()
    assert get_secret("key-1") == "new"
    row("a rotated value after `refresh_cache`", time.perf_counter() - start, 1e-3, "ms")
    HELD[:] = ["newer", 3]
    start = time.perf_counter()

    def use(secret: str) -> None:
        if secret != "newer":
            raise PermissionError

    shield_secrets.with_secret("key-1", use, is_auth_error=lambda _: True)
    row("the same by `with_secret`, when it is rejected", time.perf_counter() - start, 1e-3, "ms")
    configure(ttl=1)
    HELD[:] = ["newest", 4]
    get_secret("key-1")
    HELD[:] = ["last", 5]
    start = time.perf_counter()
    while get_secret("key-1") != "last":
        time.sleep(0.001)
    row("the same by itself, with a time to live of 1 second", time.perf_counter() - start, 1, "s")


if __name__ == "__main__":
    main()
