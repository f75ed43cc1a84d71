# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""What the adapters of stores share: where a secret is in a store, and how a server is asked."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import urllib.parse
import urllib.request
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from . import _errors
from ._core import SecretText, environment, read_file, setting

_SECONDS, _LIMIT = 5, 1024 * 1024
_KINDS: dict[int, type[_errors.SecretError]] = {
    401: _errors.SecretUnauthenticatedError,
    403: _errors.SecretAccessError,
    404: _errors.SecretNotFoundError,
    429: _errors.SecretThrottledError,
}


def token(variable: str, default: str = "") -> SecretText:
    """What is in the file that a setting names: a token that something else keeps fresh."""
    what = f"the file of {variable}"
    content, _ = read_file(setting(variable) or default, what)
    return SecretText(content.decode("utf-8", "replace").strip())


def path_of(name: str) -> str:
    """Where a store keeps ``name``: ``database/url`` is ``/shop/production/database/url``.

    ``SECRETS_PATH_TEMPLATE`` says so, with ``{app}``, ``{environment}``, ``{category}`` (what
    stands before the last ``/`` of a name, if anything) and ``{name}`` (the rest).
    """
    template = setting("SECRETS_PATH_TEMPLATE") or "/{app}/{environment}/{category}/{name}"
    category, _, last = name.rpartition("/")
    parts = {"app": setting("SECRETS_APP"), "environment": environment()}
    # Without it, the credentials of one environment could be those of another.
    if not parts["environment"]:
        reason = "set ENVIRONMENT (development, staging, production …)"
        raise _errors.SecretConfigurationError(reason)
    if "{app}" in template and not parts["app"]:
        reason = "set SECRETS_APP, the first part of the paths of this program's secrets"
        raise _errors.SecretConfigurationError(reason)
    parts.update(category=category, name=last)
    path = re.sub(r"\{(\w+)\}", lambda word: parts.get(word[1], word[0]), template)
    return re.sub(r"([/.])\1+", r"\1", path)


def kind_of(status: int) -> type[_errors.SecretError]:
    """What a status means that is not 200."""
    other = _errors.SecretUnavailableError if status >= 500 else _errors.SecretConfigurationError
    return _KINDS.get(status, other)


class _AsItIs(urllib.request.HTTPErrorProcessor):
    """Follows no redirect, since a token that was meant for one server is for no other one."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response

    https_response = http_response


@lru_cache(maxsize=8)
def _opener(url: str, authorities: str) -> urllib.request.OpenerDirector:
    parts = urllib.parse.urlsplit(url)
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        reason = "its address must begin with https://, or with http:// on this machine"
        raise _errors.SecretConfigurationError(reason)
    tls = ssl.create_default_context(cafile=authorities or None)
    proxies = [urllib.request.ProxyHandler({})] if here else []
    return urllib.request.build_opener(_AsItIs, urllib.request.HTTPSHandler(context=tls), *proxies)


def ask(
    url: str, path: str, headers: Mapping[str, str], body: Any = None, authorities: str = ""
) -> tuple[int, dict[str, Any]]:
    """The status and the JSON object that a server answers to a GET, or to a POST of ``body``.

    It is asked by https, or it is on this machine.
    """
    opener = _opener(url, authorities)
    answer: tuple[int, dict[str, Any]] | None
    try:
        answer = _exchange(opener, url.rstrip("/") + path, headers, body)
    except (OSError, ValueError, RecursionError, http.client.HTTPException):
        answer = None
    # Not as part of it: what trackers of errors collect has the values of its frames.
    if answer is None:
        raise _errors.SecretUnavailableError("it did not answer, or not to the end")
    return answer


def _exchange(
    opener: urllib.request.OpenerDirector, url: str, headers: Mapping[str, str], body: Any
) -> tuple[int, dict[str, Any]]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, dict(headers))
    with opener.open(request, timeout=_SECONDS) as answer:
        status, content = answer.status, answer.read(_LIMIT)
    # What a server says about an error may be no JSON; an answer that was cut off is none.
    parsed = json.loads(content if status == 200 or content[:1] == b"{" else "{}")
    return status, parsed if isinstance(parsed, dict) else {}
