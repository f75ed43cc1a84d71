# Written by shield. It is yours: read it, change it, commit it.
"""How a name becomes a value: the rules, without the places."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, TypeVar, overload

from . import _env, _local
from ._errors import (
    SecretConfigurationError,
    SecretError,
    SecretInvalidError,
    SecretNotFoundError,
)

T = TypeVar("T")

# Tells "no default" from "the default is None".
_MISSING: Final = object()

_OFF = ("", "0", "false", "no", "off")


class SecretText(str):
    """A text that does not show itself when an object is printed.

    It is a ``str`` in every other way: drivers, ``json`` and f-strings get the value. Only
    ``repr`` is redacted, and with it tracebacks, debuggers and printed settings. What is made
    from it, ``key.strip()`` or ``key[4:]``, is an ordinary ``str`` again.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "SecretText('**********')"

    def __copy__(self) -> SecretText:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> SecretText:
        return self

    def __reduce__(self) -> tuple[type[SecretText], tuple[str]]:
        # In pickles as a call with a plain text, whatever the protocol.
        return (SecretText, (str(self),))


class SecretDict(dict[str, Any]):
    """A dictionary that shows its keys and not its values when it is printed."""

    def __repr__(self) -> str:
        return "SecretDict({" + ", ".join(f"{key!r}: '**********'" for key in self) + "})"


def variable_of(name: str) -> str:
    """The environment variable of a secret: ``database/url`` is ``DATABASE_URL``."""
    return name.replace("/", "_").replace("-", "_").replace(".", "_").upper()


@overload
def get_secret(name: str, *, env: str | None = None) -> str: ...
@overload
def get_secret(name: str, default: T, *, env: str | None = None) -> str | T: ...
def get_secret(name: str, default: Any = _MISSING, *, env: str | None = None) -> Any:
    """The value of the secret ``name``::

        get_secret("stripe-key")                    # must be there, else SecretNotFoundError
        get_secret("stripe-key", default=None)      # may be missing
        get_secret("stripe-key", env="STRIPE_SK")   # another variable than STRIPE_KEY

    A secret that is there but empty is ``""``, not the default. The default is returned only
    when there certainly is no such secret: a store that cannot be opened raises an error,
    since a program that goes on with the wrong value is worse than one that stops.
    """
    value, reason = _find(name, env or variable_of(name), strict=default is _MISSING)
    if value is not None:
        return SecretText(value)
    return _default(name, default, reason)


@overload
def get_secret_json(name: str, *, env: str | None = None) -> SecretDict: ...
@overload
def get_secret_json(name: str, default: T, *, env: str | None = None) -> SecretDict | T: ...
def get_secret_json(name: str, default: Any = _MISSING, *, env: str | None = None) -> Any:
    """The fields of a secret that holds a JSON object::

    database = get_secret_json("database/credentials")
    connect(user=database["username"], password=database["password"])
    """
    value, reason = _find(name, env or variable_of(name), strict=default is _MISSING)
    if value is None:
        return _default(name, default, reason)
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        # Without the cause: it holds the whole text.
        raise SecretInvalidError(name, "it is not JSON") from None
    if not isinstance(parsed, dict):
        raise SecretInvalidError(name, "it is JSON, but not an object")
    return _redacted(parsed)


get_secret_dict = get_secret_json


def _find(name: str, variable: str, *, strict: bool) -> tuple[str | None, str]:
    """The value, or ``None`` and why there is none."""
    unset = f"the environment variable {variable} is not set"
    backend = (_env.setting("SECRETS_BACKEND") or "").lower()
    if backend == "local":
        if _env.in_production():
            reason = "SECRETS_BACKEND is local, which is for development, and this is production"
            raise SecretConfigurationError(name, reason, backend="local")
        return _local.STORE.get(name), "the encrypted file has no such name"
    if backend == "env":
        return _env.read(name, variable), unset
    if backend:
        raise SecretConfigurationError(name, "SECRETS_BACKEND must be env or local, or not set")
    value = _env.read(name, variable)
    # A read with a default has its answer: the default.
    if value is not None or not strict:
        return value, unset
    if _env.in_production():
        return None, f"{unset}, and in production nothing else is asked"
    if _local.find() is None:
        return None, unset
    try:
        value = _local.STORE.get(name)
    except SecretError as error:
        return None, f"{unset}, and the encrypted file is of no help: {error.reason}"
    return value, f"{unset}, and the encrypted file has no such name"


def _default(name: str, default: Any, reason: str) -> Any:
    """The default, or the error that takes its place."""
    if default is _MISSING:
        raise SecretNotFoundError(name, reason)
    if default is not None and _forbids_defaults():
        raise SecretNotFoundError(
            name, f"{reason}, and SECRETS_FORBID_DEFAULTS forbids its default"
        )
    return default


def _forbids_defaults() -> bool:
    return (_env.setting("SECRETS_FORBID_DEFAULTS") or "").lower() not in _OFF


def _redacted(fields: Mapping[str, Any]) -> SecretDict:
    """The same fields, none of which shows itself."""
    return SecretDict((key, _redacted_value(value)) for key, value in fields.items())


def _redacted_value(value: Any) -> Any:
    if isinstance(value, str):
        return SecretText(value)
    if isinstance(value, dict):
        return _redacted(value)
    if isinstance(value, list):
        items: list[Any] = [_redacted_value(item) for item in value]
        return items
    return value
