# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""Secrets from a store that the network has; all of this is part of ``shield_secrets``, too.

What a store has told is kept for a while: ``_cache.py`` says how long, and what happens in
trouble. Settings of all stores; those of one stand in the file of its adapter:

``ENVIRONMENT``, ``SECRETS_APP``
    A store is never asked without them: the path of a secret in it is
    ``/{app}/{environment}/{category}/{name}``, or as ``SECRETS_PATH_TEMPLATE`` says.
``SECRETS_CACHE_TTL``, ``SECRETS_CACHE_SIZE``, ``SECRETS_MAX_STALE``
    How many seconds a value is kept (300), how many values are (128), and for how many more
    seconds an old value helps out while a store is in trouble (3600).
``SECRETS_FALLBACK``
    ``env``, ``local``: what stands in for a store in trouble (``none``; ``env`` in development).
``SECRETS_CACHE_PROTECTION``, ``SECRETS_HARDEN_PROCESS``, ``SECRETS_AUDIT``, ``SECRETS_METRICS``
    See ``_protect.py`` and ``_audit.py``.
"""

from __future__ import annotations

import fnmatch
import importlib
import logging
import os
import threading
from collections.abc import Awaitable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Protocol, TypeVar, cast, overload

from . import Options, SecretDict, TextOptions, _core, _errors, _local, get_secret, get_secret_json
from ._audit import record
from ._cache import Backend, Cache, SecretHealth
from ._core import ADAPTERS, Answer, Fetched, Places, Wish, environment, setting
from ._protect import harden, sealer

if TYPE_CHECKING:
    from typing_extensions import Unpack

# fmt: off
__all__ = [
    "aget_secret", "aget_secret_json", "get_secret_bytes", "with_secret", "awith_secret",
    "configure", "refresh_cache", "clear_secret_cache", "on_rotation", "RotationEvent",
    "health", "Health", "SecretHealth", "get_provider", "SecretsProvider",
    "Backend", "Fetched", "MemoryBackend",
]
# fmt: on

T = TypeVar("T")
R = TypeVar("R")
IsAuthError = Callable[[Exception], bool]

# fmt: off
_SETTINGS = {
    "environment": "ENVIRONMENT", "app": "SECRETS_APP", "path_template": "SECRETS_PATH_TEMPLATE",
    "ttl": "SECRETS_CACHE_TTL", "size": "SECRETS_CACHE_SIZE", "max_stale": "SECRETS_MAX_STALE",
    "fallback": "SECRETS_FALLBACK", "audit": "SECRETS_AUDIT",
}
# fmt: on


class RotationEvent(NamedTuple):
    """A secret has another value now; ask for it to have it."""

    name: str
    version: str
    previous: str


class MemoryBackend:
    """Secrets of a test: ``configure(backend=MemoryBackend({"api-key": "made up"}))``."""

    name = "memory"

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def fetch(self, name: str) -> Fetched:
        if name not in self.values:
            raise _errors.SecretNotFoundError("the test has not set it")
        return Fetched(self.values[name])


class _Stores(Places):
    """What is asked: a store through its cache, or else what is asked without any store."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.caches: dict[str, Cache] = {}
        self.listeners: list[tuple[str, Callable[[RotationEvent], object]]] = []
        self.versions: dict[str, str] = {}  # Of files, which nothing else remembers.

    def read(self, name: str, wish: Wish) -> Fetched:
        cache = self.caches.get(setting("SECRETS_BACKEND")) or self.open(self.chosen())
        if cache is None:
            found = super().read(name, wish)
            if not found.version:
                return found
            before, self.versions[name] = self.versions.get(name), found.version
            return found._replace(replaced=before if before != found.version else None)
        try:
            return cache.get(name, wish.max_age, wish.force_refresh)
        except _errors.SecretError as error:
            return self.instead(name, wish.env or _core.variable_of(name), error)

    def instead(self, name: str, variable: str, error: _errors.SecretError) -> Fetched:
        """What stands in for a store in trouble, or in development for a secret that it lacks."""
        developing = environment() == "development"
        usual = ("env", "none") if developing else ("none", "env")
        wanted = _core.choice("SECRETS_FALLBACK", *usual, "local")
        if error.retryable or (developing and isinstance(error, _errors.SecretNotFoundError)):
            with suppress(_errors.SecretNotFoundError):
                if wanted == "env":
                    return _core.read_variable(variable)._replace(outcome="fallback")
                if wanted == "local":
                    return _local.fetch(name)._replace(outcome="fallback")
        raise error

    def open(self, backend: str) -> Cache | None:
        """The cache of a backend; none without an adapter for it."""
        if backend not in ADAPTERS:
            return self.caches.get(backend)
        try:
            module: Any = importlib.import_module(f"._{backend}", __package__)
        except ModuleNotFoundError:
            return None
        with self.lock:
            if backend not in self.caches:
                harden()
                self.caches[backend] = self.cache_of(module.Adapter())
                record("config", "ok", "*", backend)
            return self.caches[backend]

    def cache_of(self, backend: Backend) -> Cache:
        ttl, size = _number("SECRETS_CACHE_TTL", 300), int(_number("SECRETS_CACHE_SIZE", 128))
        return Cache(backend, sealer, ttl, size, _number("SECRETS_MAX_STALE", 3600))

    def tell(self, event: str, name: str, outcome: str, about: Answer) -> None:
        if isinstance(about, _errors.SecretError):
            code = None if outcome == "default" else about.code
            record(event, outcome, name, about.backend, code=code)
            return
        version, previous = about.version, about.replaced
        record(event, outcome, name, about.backend, version=version, age=about.age)
        if previous is None:
            return
        # Nobody holds a lock here, so that who is told can read secrets.
        record("rotation", "ok", name, about.backend, version=version, previous_version=previous)
        for names, listener in list(self.listeners):
            if fnmatch.fnmatchcase(name, names):
                try:
                    listener(RotationEvent(name, version, previous))
                except Exception as error:
                    # Whoever only wanted to read a secret is not to blame. The error itself
                    # stays out of the log: it may have the secret in it.
                    kind = type(error).__name__
                    logging.getLogger(__package__).error("a listener to %s failed: %s", name, kind)

    def after_fork(self) -> None:
        """Gives the child of a fork locks, connections and keys of its own."""
        self.lock = threading.Lock()
        for name, cache in self.caches.items():
            cache.after_fork()
            if name in ADAPTERS:
                cache.backend = type(cache.backend)()


_STORES = _core.places = _Stores()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_STORES.after_fork)


def _number(name: str, default: float) -> float:
    """A setting that is a number, and not below zero."""
    with suppress(ValueError):
        value = float(setting(name) or default)
        if 0 <= value < float("inf"):
            return value
    raise _errors.SecretConfigurationError(f"{name} must be a number, 0 or more")


def configure(*, backend: str | Backend | None = None, **settings: object) -> None:
    """Settings in place of environment variables; without any, those count again::

        configure(backend="aws", environment="production", app="shop", ttl=60)

    Others are ``path_template``, ``size``, ``max_stale``, ``fallback`` and ``audit``. ``backend``
    may also be an object of your own that fetches secrets. What was cached is forgotten.
    """
    if unknown := ", ".join(settings.keys() - _SETTINGS):
        raise _errors.SecretConfigurationError(f"configure knows no {unknown}")
    with _STORES.lock:
        _core.configured.clear()
        _core.configured.update({_SETTINGS[key]: str(it) for key, it in settings.items()})
        _STORES.caches.clear()
        _STORES.versions.clear()
        if isinstance(backend, str):
            _core.configured["SECRETS_BACKEND"] = backend
        elif backend is not None:
            _core.configured["SECRETS_BACKEND"] = backend.name
            _STORES.caches[backend.name] = _STORES.cache_of(backend)


def refresh_cache(name: str | None = None) -> None:
    """Asks the store again at the next read, of ``name`` or of every secret.

    This is what to call when somebody tells that a secret was rotated.
    """
    for cache in list(_STORES.caches.values()):
        cache.expire(name)
        record("cache_clear", "ok", name or "*", cache.backend.name)


clear_secret_cache = refresh_cache


def get_secret_bytes(name: str, **options: Unpack[Options]) -> bytes:
    """The value of a secret that is not text: a keystore, a certificate in DER."""

    def view(found: Fetched) -> bytes:
        value = found.value
        return value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")

    return cast("bytes", _core.value(name, _core.REQUIRED, view, **options))


@overload
async def aget_secret(name: str, **options: Unpack[TextOptions]) -> str: ...
@overload
async def aget_secret(name: str, default: T, **options: Unpack[TextOptions]) -> str | T: ...
async def aget_secret(name: str, default: Any = _core.REQUIRED, **options: Any) -> Any:
    """``get_secret`` for programs that await, which goes on while the store is asked."""
    return await _threaded(get_secret, name, default, **options)


@overload
async def aget_secret_json(name: str, **options: Unpack[Options]) -> SecretDict: ...
@overload
async def aget_secret_json(name: str, default: T, **options: Unpack[Options]) -> SecretDict | T: ...
async def aget_secret_json(name: str, default: Any = _core.REQUIRED, **options: Any) -> Any:
    """``get_secret_json`` for programs that await."""
    return await _threaded(get_secret_json, name, default, **options)


async def _threaded(read: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    # Imported here: it is large, and few programs await.
    import asyncio

    return await asyncio.to_thread(read, *arguments, **options)


def with_secret(
    name: str, use: Callable[[str], R], *, is_auth_error: IsAuthError, **how: Unpack[TextOptions]
) -> R:
    """What ``use`` makes of the secret, which may have been rotated a moment ago::

        connection = with_secret("database/password", connect, is_auth_error=is_rejected)

    When ``use`` fails because the secret was rejected, the store is asked at once. If it has
    another value now, ``use`` runs once more; if not, its error stands.
    """
    secret = get_secret(name, **how)
    try:
        return use(secret)
    except Exception as error:
        how["force_refresh"] = True
        if not is_auth_error(error) or secret == (fresh := get_secret(name, **how)):
            raise
    return use(fresh)


async def awith_secret(
    name: str,
    use: Callable[[str], Awaitable[R]],
    *,
    is_auth_error: IsAuthError,
    **how: Unpack[TextOptions],
) -> R:
    """``with_secret`` for programs that await."""
    secret = await aget_secret(name, **how)
    try:
        return await use(secret)
    except Exception as error:
        how["force_refresh"] = True
        if not is_auth_error(error) or secret == (fresh := await aget_secret(name, **how)):
            raise
    return await use(fresh)


def on_rotation(names: str, tell: Callable[[RotationEvent], object]) -> Callable[[], None]:
    """Calls ``tell`` when a read has found another version: ``on_rotation("database/*", …)``.

    What is returned ends that. Nothing is watched in the background: a rotation is seen at the
    first read after the time to live, or after ``refresh_cache``.
    """
    listener, listeners = (names, tell), _STORES.listeners
    listeners.append(listener)
    return lambda: listeners.remove(listener) if listener in listeners else None


class SecretsProvider(Protocol):
    """All that code which only reads secrets has to know; a test hands in one of its own."""

    def get_secret(self, secret_path: str) -> str:
        return get_secret(secret_path)

    def get_secret_json(self, secret_path: str) -> dict[str, Any]:
        return get_secret_json(secret_path)

    def refresh_cache(self) -> None:
        refresh_cache()


class _Provider(SecretsProvider):
    """The secrets of this program."""


def get_provider() -> SecretsProvider:
    """The secrets of this program, to be handed to what needs them, as FastAPI's Depends does."""
    _STORES.chosen()
    return _Provider()


class Health(NamedTuple):
    """Whether the stores answered when they were last asked. Asking for it makes no call."""

    ok: bool
    backend: str
    environment: str
    secrets: dict[str, SecretHealth]


def health() -> Health:
    """How the secrets of this program are, for a page that an operator looks at."""
    known = {name: it for cache in list(_STORES.caches.values()) for name, it in cache.known()}
    ok = all(it.trouble is None for it in known.values())
    return Health(ok, _STORES.chosen() or "env", environment(), known)
