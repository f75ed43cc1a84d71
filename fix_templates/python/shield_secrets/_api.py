# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
"""The functions that a program calls."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import Any, Callable, Final, NamedTuple, Protocol, TypeVar, overload

from . import _audit, _config, _core, _rotation
from ._cache import Answer
from ._env import variable_of
from ._errors import SecretError, SecretInvalidError, SecretNotFoundError, SecretPlaceholderError
from ._types import SecretDict, SecretText, redacted

T = TypeVar("T")
R = TypeVar("R")

# Tells "no default" from "the default is None".
_MISSING: Final = object()
_PLACEHOLDER = "SHIELD_PLACEHOLDER_"


@overload
def get_secret(
    name: str,
    *,
    env: str | None = None,
    field: str | None = None,
    max_age: float | None = None,
    force_refresh: bool = False,
) -> str: ...
@overload
def get_secret(
    name: str,
    default: T,
    *,
    env: str | None = None,
    field: str | None = None,
    max_age: float | None = None,
    force_refresh: bool = False,
) -> str | T: ...
def get_secret(
    name: str,
    default: Any = _MISSING,
    *,
    env: str | None = None,
    field: str | None = None,
    max_age: float | None = None,
    force_refresh: bool = False,
) -> Any:
    """The value of the secret ``name``::

        get_secret("stripe-key")                    # must be there, else SecretNotFoundError
        get_secret("stripe-key", default=None)      # may be missing
        get_secret("stripe-key", env="STRIPE_SK")   # another variable than STRIPE_KEY
        get_secret("database", field="password")    # one field of a JSON object

    A secret that is there but empty is ``""``, not the default. The default is returned only
    when there certainly is no such secret: a store that cannot be opened raises an error,
    since a program that goes on with the wrong value is worse than one that stops.

    Where values are cached, one that is older than ``max_age`` seconds is asked for again, and
    ``force_refresh`` asks at once, but not more than once in five seconds.
    """

    def view(answer: Answer) -> SecretText:
        return _text(name, answer) if field is None else _field(name, answer, field)

    return _value(name, default, env, view, max_age, force_refresh)


@overload
def get_secret_json(
    name: str, *, env: str | None = None, max_age: float | None = None, force_refresh: bool = False
) -> SecretDict: ...
@overload
def get_secret_json(
    name: str,
    default: T,
    *,
    env: str | None = None,
    max_age: float | None = None,
    force_refresh: bool = False,
) -> SecretDict | T: ...
def get_secret_json(
    name: str,
    default: Any = _MISSING,
    *,
    env: str | None = None,
    max_age: float | None = None,
    force_refresh: bool = False,
) -> Any:
    """The fields of a secret that holds a JSON object::

    database = get_secret_json("database/credentials")
    connect(user=database["username"], password=database["password"])
    """
    return _value(name, default, env, lambda it: _fields(name, it), max_age, force_refresh)


get_secret_dict = get_secret_json


def get_secret_bytes(
    name: str, *, env: str | None = None, max_age: float | None = None, force_refresh: bool = False
) -> bytes:
    """The value of a secret that is not text: a keystore, a certificate in DER."""

    def view(answer: Answer) -> bytes:
        value = answer.fetched.value
        return value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")

    got: bytes = _value(name, _MISSING, env, view, max_age, force_refresh)
    return got


@overload
async def aget_secret(name: str, **options: Any) -> str: ...
@overload
async def aget_secret(name: str, default: T, **options: Any) -> str | T: ...
async def aget_secret(name: str, default: Any = _MISSING, **options: Any) -> Any:
    """``get_secret`` for programs that await, which goes on while the store is asked."""
    return await _threaded(lambda: get_secret(name, default, **options))


@overload
async def aget_secret_json(name: str, **options: Any) -> SecretDict: ...
@overload
async def aget_secret_json(name: str, default: T, **options: Any) -> SecretDict | T: ...
async def aget_secret_json(name: str, default: Any = _MISSING, **options: Any) -> Any:
    """``get_secret_json`` for programs that await."""
    return await _threaded(lambda: get_secret_json(name, default, **options))


async def _threaded(read: Callable[[], R]) -> R:
    # Imported here: it is large, and few programs await.
    import asyncio

    return await asyncio.to_thread(read)


def refresh_cache(name: str | None = None) -> None:
    """Asks the store again at the next read, of ``name`` or of every secret.

    This is what to call when somebody tells that a secret was rotated.
    """
    _core.expire(name)


clear_secret_cache = refresh_cache


def with_secret(
    name: str,
    use: Callable[[str], R],
    *,
    is_auth_error: Callable[[Exception], bool],
    env: str | None = None,
    field: str | None = None,
) -> R:
    """What ``use`` makes of the secret, which may have been rotated a moment ago::

        connection = with_secret("database/password", connect, is_auth_error=is_rejected)

    When ``use`` fails because the secret was rejected, the store is asked at once. If it has
    another value now, ``use`` runs once more; if not, its error stands.
    """
    secret = get_secret(name, env=env, field=field)
    try:
        return use(secret)
    except Exception as error:
        if not is_auth_error(error):
            raise
        fresh = get_secret(name, env=env, field=field, force_refresh=True)
        if fresh == secret:
            raise
    return use(fresh)


async def awith_secret(
    name: str,
    use: Callable[[str], Awaitable[R]],
    *,
    is_auth_error: Callable[[Exception], bool],
    **options: Any,
) -> R:
    """``with_secret`` for programs that await."""
    secret = await aget_secret(name, **options)
    try:
        return await use(secret)
    except Exception as error:
        if not is_auth_error(error):
            raise
        fresh = await aget_secret(name, force_refresh=True, **options)
        if fresh == secret:
            raise
    return await use(fresh)


class SecretsProvider(Protocol):
    """All that code which only reads secrets has to know; for tests it is quickly written."""

    def get_secret(self, secret_path: str) -> str: ...
    def get_secret_json(self, secret_path: str) -> dict[str, Any]: ...
    def refresh_cache(self) -> None: ...


class _Provider:
    def get_secret(self, secret_path: str) -> str:
        return get_secret(secret_path)

    def get_secret_json(self, secret_path: str) -> dict[str, Any]:
        return get_secret_json(secret_path)

    def refresh_cache(self) -> None:
        refresh_cache()


def get_provider() -> SecretsProvider:
    """The secrets of this program, to be handed to what needs them, as FastAPI's Depends does."""
    _core.backend_name()
    return _Provider()


class SecretHealth(NamedTuple):
    """What is known of one cached secret: never its value."""

    version: str | None
    age: float | None
    trouble: str | None
    """The code of the last error, if the store has not answered since."""


class Health(NamedTuple):
    """Whether the stores answered when they were last asked. Asking for it makes no call."""

    ok: bool
    backend: str
    environment: str | None
    secrets: dict[str, SecretHealth]


def health() -> Health:
    """How the secrets of this program are, for a page that an operator looks at."""
    known = {name: it for cache in _core.caches() for name, it in cache.known().items()}
    secrets = {name: SecretHealth(*it) for name, it in known.items()}
    ok = all(it.trouble is None for it in secrets.values())
    return Health(ok, _core.backend_name() or "env", _config.environment(), secrets)


def _value(
    name: str,
    default: Any,
    env: str | None,
    view: Callable[[Answer], Any],
    max_age: float | None,
    force: bool,
) -> Any:
    """What ``view`` makes of the secret, or the default; either way there is an audit line."""
    variable = env or variable_of(name)
    event = "refresh" if force else "access"
    try:
        answer = _core.read(
            name, variable, strict=default is _MISSING, max_age=max_age, force=force
        )
        value = view(answer)
    except SecretError as error:
        if isinstance(error, SecretNotFoundError) and default is not _MISSING:
            if default is None or not _config.flag("SECRETS_FORBID_DEFAULTS"):
                _audit.record(event, "default", name, error.backend)
                return default
            error.reason += ", and SECRETS_FORBID_DEFAULTS forbids its default"
        _audit.record(event, error.outcome, name, error.backend, code=error.code)
        raise
    age, version = round(answer.age * 1000), answer.fetched.version
    _audit.record(event, answer.outcome, name, answer.backend, version=version, age_ms=age)
    if answer.replaced is not None:
        _rotation.tell(name, version, answer.replaced, answer.backend)
    return value


def _text(name: str, answer: Answer) -> SecretText:
    value = answer.fetched.value
    if isinstance(value, bytes):
        reason = "it is not text; get_secret_bytes returns it"
        raise SecretInvalidError(name, reason, backend=answer.backend, code="secret_binary")
    return _filled(name, value, answer)


def _fields(name: str, answer: Answer) -> SecretDict:
    try:
        parsed = json.loads(_text(name, answer))
    except (ValueError, RecursionError) as error:
        if isinstance(error, SecretError):
            raise
        # Without the cause: it holds the whole text.
        raise SecretInvalidError(name, "it is not JSON", backend=answer.backend) from None
    if not isinstance(parsed, dict):
        reason = "it is JSON, but not an object"
        raise SecretInvalidError(name, reason, backend=answer.backend)
    fields: SecretDict = redacted(parsed)
    return fields


def _field(name: str, answer: Answer, field: str) -> SecretText:
    fields = _fields(name, answer)
    if field not in fields:
        reason, code = f"it has no field {field!r}", "secret_field_missing"
        raise SecretInvalidError(name, reason, backend=answer.backend, code=code)
    value = fields[field]
    if not isinstance(value, (str, int, float)):
        reason = f"its field {field!r} is not a text"
        raise SecretInvalidError(name, reason, backend=answer.backend)
    return _filled(name, value if isinstance(value, str) else json.dumps(value), answer)


def _filled(name: str, value: str, answer: Answer) -> SecretText:
    if value.startswith(_PLACEHOLDER) and _config.environment() not in ("development", "test"):
        reason = "the store still has a placeholder"
        raise SecretPlaceholderError(name, reason, backend=answer.backend)
    return SecretText(value)
