# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
"""Asking a server for JSON, with what the standard library has."""

from __future__ import annotations

import http.client
import json
import ssl
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, NamedTuple

from ._errors import SecretConfigurationError, SecretUnavailableError

_SECONDS = 5
_LIMIT = 1024 * 1024


class Reply(NamedTuple):
    """The status of an answer, and the JSON object that came with it."""

    status: int
    body: dict[str, Any]


class _Stay(urllib.request.HTTPRedirectHandler):
    """A token that was meant for one server is not taken to another one."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Server:
    """A server that is asked for secrets: by https, or on this machine."""

    def __init__(
        self, backend: str, setting: str, url: str, authorities: str | None = None
    ) -> None:
        parts = urllib.parse.urlsplit(url)
        here = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.scheme != "https" and not (parts.scheme == "http" and here):
            reason = f"{setting} must begin with https://, or with http:// on this machine"
            raise SecretConfigurationError("", reason, backend=backend)
        self._backend, self._url = backend, url.rstrip("/")
        tls = ssl.create_default_context(cafile=authorities) if parts.scheme == "https" else None
        handlers: list[Any] = [_Stay(), urllib.request.HTTPSHandler(context=tls)]
        if here:
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    def ask(
        self, name: str, path: str, headers: dict[str, str], body: dict[str, Any] | None = None
    ) -> Reply:
        """What the server says to a GET, or to a POST of ``body``."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, headers)
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                parsed = json.loads(answer.read(_LIMIT))
                return Reply(answer.status, parsed if isinstance(parsed, dict) else {})
        except urllib.error.HTTPError as error:
            return Reply(error.code, _trouble(error))
        # An answer that was cut off is no JSON.
        except (OSError, ValueError, RecursionError, http.client.HTTPException):
            reason = "it did not answer, or not to the end"
            raise SecretUnavailableError(name, reason, backend=self._backend) from None


def _trouble(error: urllib.error.HTTPError) -> dict[str, Any]:
    """What the server says about an error, if it does."""
    try:
        with error:
            parsed = json.loads(error.read(_LIMIT))
    except (OSError, ValueError, RecursionError, http.client.HTTPException):
        return {}
    return parsed if isinstance(parsed, dict) else {}
