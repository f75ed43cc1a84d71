# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
"""How a name becomes a value: which place is asked, and what stands in for it."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from . import _audit, _config, _env, _local, _protect, _rotation
from ._cache import Answer, Cache
from ._errors import SecretConfigurationError, SecretError, SecretNotFoundError
from ._types import Backend, Fetched

# The adapters that have a file of their own, by the name of their backend.
_ADAPTERS = {"aws": "AwsBackend", "vault": "VaultBackend"}
_FALLBACKS = ("none", "env", "local")
_SETTINGS = {
    "environment": "ENVIRONMENT",
    "app": "SECRETS_APP",
    "path_template": "SECRETS_PATH_TEMPLATE",
    "ttl": "SECRETS_CACHE_TTL",
    "size": "SECRETS_CACHE_SIZE",
    "max_stale": "SECRETS_MAX_STALE",
    "fallback": "SECRETS_FALLBACK",
    "audit": "SECRETS_AUDIT",
}

_lock = threading.Lock()
_caches: dict[str, Cache] = {}
_overridden: list[Mapping[str, str]] = []
_forks = False


def configure(*, backend: str | Backend | None = None, **settings: Any) -> None:
    """Settings in place of environment variables; without any, those count again::

        configure(backend="aws", environment="production", app="shop", ttl=60)

    Others are ``path_template``, ``size``, ``max_stale``, ``fallback`` and ``audit``. ``backend``
    may also be an object of your own that fetches secrets. What was cached is forgotten.
    """
    unknown = [key for key in settings if key not in _SETTINGS]
    if unknown:
        raise SecretConfigurationError("", f"configure knows no {', '.join(unknown)}")
    with _lock:
        _config.configured.clear()
        _config.configured.update({_SETTINGS[key]: value for key, value in settings.items()})
        _caches.clear()
        _rotation.forget()
        if backend is not None and not isinstance(backend, str):
            _caches[backend.name] = _cache_of(backend)
            backend = backend.name
        if backend is not None:
            _config.configured["SECRETS_BACKEND"] = backend


@contextmanager
def override(values: Mapping[str, str]) -> Iterator[None]:
    """Other values for a test, whatever the backend: ``with override({"api-key": "x"}): …``."""
    _overridden.append(values)
    try:
        yield
    finally:
        _overridden.remove(values)


def expire(name: str | None = None) -> None:
    """Asks the store again at the next read, of ``name`` or of every secret."""
    for cache in list(_caches.values()):
        cache.expire(name)
        _audit.record("cache_clear", "ok", name or "*", cache.backend.name)


def read(
    name: str, variable: str, *, strict: bool, max_age: float | None = None, force: bool = False
) -> Answer:
    """What is known of a secret; ``SecretNotFoundError`` when there certainly is none."""
    for values in reversed(_overridden):
        if name in values:
            return Answer(Fetched(values[name]), "ok", backend="memory")
    backend = backend_name(name)
    if backend == "env":
        return _from_environment(name, variable)
    if backend == "local":
        return _from_file(name)
    if backend == "":
        return _environment_first(name, variable, strict)
    try:
        return cache(backend, name).get(name, max_age=max_age, force=force)
    except SecretError as error:
        return _instead(name, variable, error)


def backend_name(name: str = "") -> str:
    """The backend that was chosen; empty for the environment, and then the encrypted file."""
    backend = (_config.setting("SECRETS_BACKEND") or "").lower()
    if _config.flag("USE_AWS_SECRETS"):
        if backend not in ("", "aws"):
            reason = "USE_AWS_SECRETS is set, and SECRETS_BACKEND names another backend"
            raise SecretConfigurationError(name, reason)
        backend = "aws"
    if backend not in ("", "env", "local", *_caches, *_ADAPTERS):
        words = ", ".join(["env", "local", *_ADAPTERS])
        raise SecretConfigurationError(name, f"SECRETS_BACKEND must be one of {words}, or unset")
    return backend


def cache(backend: str, name: str = "") -> Cache:
    """The cache of a backend, made when it is first used."""
    found = _caches.get(backend)
    if found is None:
        with _lock:
            found = _caches.get(backend)
            if found is None:
                _protect.harden()
                found = _caches[backend] = _cache_of(_adapter(backend, name))
                _audit.record("config", "ok", "*", backend)
    return found


def caches() -> list[Cache]:
    """The caches that were made."""
    return list(_caches.values())


def _cache_of(backend: Backend) -> Cache:
    global _forks
    if not _forks and hasattr(os, "register_at_fork"):
        _forks = True
        os.register_at_fork(after_in_child=_after_fork)
    return Cache(
        backend,
        ttl=_config.number("SECRETS_CACHE_TTL", 300),
        size=int(_config.number("SECRETS_CACHE_SIZE", 128)),
        max_stale=_config.number("SECRETS_MAX_STALE", 3600),
        sealer=_protect.sealer(),
    )


def _adapter(backend: str, name: str) -> Backend:
    try:
        module = importlib.import_module(f"{__package__}._{backend}")
    except ModuleNotFoundError:
        reason = (
            f"{__package__} of this project has no adapter for {backend}; "
            f"`shield scan --fix --backend {backend}` writes it"
        )
        raise SecretConfigurationError(name, reason, backend=backend) from None
    made: Backend = getattr(module, _ADAPTERS[backend])()
    return made


def _after_fork() -> None:
    """Gives the child of a fork locks, connections and keys of its own."""
    global _lock
    _lock = threading.Lock()
    for name, held in _caches.items():
        held.after_fork()
        if name in _ADAPTERS:
            held.backend = _adapter(name, "")


def _from_environment(name: str, variable: str) -> Answer:
    fetched = _env.read(name, variable)
    return Answer(fetched, "ok", 0, _rotation.replaced(name, fetched.version))


def _from_file(name: str) -> Answer:
    if _config.in_production():
        reason = "SECRETS_BACKEND is local, which is for development, and this is production"
        raise SecretConfigurationError(name, reason, backend="local")
    return Answer(_local.STORE.fetch(name), "ok", backend="local")


def _environment_first(name: str, variable: str, strict: bool) -> Answer:
    """The variable; where a secret must be there and it is not set, the encrypted file."""
    try:
        return _from_environment(name, variable)
    except SecretNotFoundError as missing:
        # A read with a default has its answer: the default.
        if not strict or (not _config.in_production() and _local.find() is None):
            raise
        reason = missing.reason
    if _config.in_production():
        raise SecretNotFoundError(name, f"{reason}, and in production nothing else is asked")
    try:
        return Answer(_local.STORE.fetch(name), "ok", backend="local")
    except SecretNotFoundError as missing:
        raise SecretNotFoundError(name, f"{reason}, and {missing.reason}") from None
    except SecretError as error:
        help_out = f"{reason}, and the encrypted file is of no help: {error.reason}"
        raise SecretNotFoundError(name, help_out) from None


def _instead(name: str, variable: str, error: SecretError) -> Answer:
    """What stands in for a store that is in trouble, or lacks a secret in development."""
    developing = _config.environment() == "development"
    wanted = _config.choice("SECRETS_FALLBACK", "env" if developing else "none", *_FALLBACKS)
    if error.retryable or (developing and isinstance(error, SecretNotFoundError)):
        try:
            if wanted == "env":
                return Answer(_env.read(name, variable), "fallback")
            if wanted == "local":
                return _from_file(name)._replace(outcome="fallback")
        except SecretNotFoundError:
            pass
    raise error
