<<head>>"""A template for keys that a provider makes and revokes over HTTP: fill in the three requests.

Two keys are valid for a while. A new one is made and stored; programs take it up when they read
anew; the old one is revoked in the *next* rotation, when nobody has used it for weeks.

The secret is an object: ``key``, the ``id`` by which the provider knows the key, and ``retired``,
the id of the one before.
"""

from __future__ import annotations

import json
import os
import urllib.request
from typing import Any
from urllib.parse import quote

from rotation_steps import Fields, Rotation, RotationError

# Where the provider is asked, such as https://api.example.com/v1.
PROVIDER = os.environ.get("PROVIDER_URL", "")


class HttpApi(Rotation):
    """A key that the provider replaces."""

    def create(self, current: Fields) -> Fields:
        # Whatever was left by the last rotation goes first: providers allow few keys.
        if current.get("retired"):
            ask("DELETE", f"/keys/{quote(str(current['retired']), safe='')}", current["key"])
        made = ask("POST", "/keys", current["key"], {"name": "rotated"})
        return {**current, "key": made["key"], "id": made["id"], "retired": current.get("id")}

    def install(self, current: Fields, pending: Fields, previous: Fields | None) -> None:
        """The provider has made the key valid when it made it."""

    def test(self, pending: Fields) -> None:
        ask("GET", f"/keys/{quote(str(pending['id']), safe='')}", pending["key"])


def ask(method: str, path: str, key: str, body: dict[str, Any] | None = None) -> Any:
    """What the provider answers; no error has the key in it."""
    if not PROVIDER.startswith(("https://", "http://127.0.0.1:")):
        raise RotationError("set PROVIDER_URL to an address that begins with https://")
    request = urllib.request.Request(
        PROVIDER + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
    except OSError as error:
        status = getattr(error, "code", "no answer")
        # What is gone already need not be taken away.
        if method == "DELETE" and status == 404:
            return {}
        raise RotationError(f"{method} {path.split('/')[1]}: {status}") from None
    return json.loads(text) if text else {}


def handler(event: dict[str, Any], _context: object) -> None:
    """What AWS Lambda calls."""
    HttpApi().handle(event)
