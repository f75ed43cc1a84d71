# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""Secrets from the encrypted file of the project, for development.

The file is JSON, encrypted with age (https://age-encryption.org) for the developers whose
public keys are in ``.shield/recipients.txt``. ``shield`` writes it, and ``age -d`` opens it:

    {"schema": 1, "environment": "development", "secrets": {"stripe-key": "..."}}

Reading it takes the package ``pyrage``, which is imported when it is first needed.
"""

from __future__ import annotations

import importlib
import json
import os
import threading
from pathlib import Path
from typing import Any

from . import _errors
from ._core import Fetched, environment, normal, read_file, setting

_PLACE = ".shield/secrets.dev.age"

_opened: tuple[bytes, dict[str, str]] = (b"", {})  # The file as it was, and the secrets in it.
_lock = threading.Lock()


def _after_fork() -> None:
    """Whoever held the lock when this process was forked is not here to release it."""
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def fetch(name: str) -> Fetched:
    """The secret ``name`` as the file has it now; it is opened again when it has changed."""
    global _opened
    try:
        if environment() == "production":
            raise _errors.SecretConfigurationError("the encrypted file is not there for production")
        with _lock:
            sealed = _read(_place(), "the encrypted file")
            if sealed != _opened[0]:
                _opened = (sealed, _open(sealed))
            secrets = _opened[1]
        if name not in secrets:
            raise _errors.SecretNotFoundError("the encrypted file has no such name")
    except _errors.SecretError as error:
        error.backend = "local"
        raise
    return Fetched(secrets[name], backend="local")


def _place() -> Path:
    """The encrypted file: ``SECRETS_STORE``, or the nearest above this package.

    The search ends with the repository, and never leaves the user's home.
    """
    named = setting("SECRETS_STORE")
    if named and os.path.lexists(named):
        return Path(named)
    for folder in () if named else Path(os.path.abspath(__file__)).parents:
        if os.path.lexists(folder / _PLACE):
            return folder / _PLACE
        if folder == Path.home() or os.path.lexists(folder / ".git"):
            break
    reason = f"there is no {_PLACE} above this package, and SECRETS_STORE names none"
    raise _errors.SecretConfigurationError(reason)


def _read(path: Path, what: str) -> bytes:
    """The content of a regular file that is no link."""
    if path.is_symlink() or not path.is_file():
        raise _errors.SecretConfigurationError(f"{what} is a link, or no file")
    return read_file(str(path), what, 16 * 1024 * 1024)[0]


def _open(sealed: bytes) -> dict[str, str]:
    """Every secret of the file."""
    try:
        pyrage: Any = importlib.import_module("pyrage")
    except ImportError:
        reason = "opening it takes the package pyrage, which is missing (`pip install pyrage`)"
        raise _errors.SecretConfigurationError(reason) from None
    try:
        content = json.loads(pyrage.decrypt(sealed, _identities(pyrage)))
    except pyrage.DecryptError:
        reason = "it was encrypted for others (see .shield/recipients.txt), or is damaged"
        raise _errors.SecretStoreLockedError(reason) from None
    except (ValueError, RecursionError):
        content = None
    held = content.get("secrets") if isinstance(content, dict) else None
    # Without a cause: it would hold the whole text.
    if not isinstance(held, dict) or not all(isinstance(it, str) for it in held.values()):
        raise _errors.SecretInvalidError("the encrypted file is not one that shield has written")
    if content.get("schema") != 1:
        raise _errors.SecretInvalidError("the encrypted file is not of `schema` 1")
    if normal(str(content.get("environment", "production"))) == "production":
        raise _errors.SecretConfigurationError("the encrypted file says that it is for production")
    return held


def _identities(pyrage: Any) -> list[Any]:
    """The user's keys, as ``shield`` or ``age-keygen`` has written them."""
    path = Path(setting("SECRETS_IDENTITY_FILE") or _default_identity())
    if not os.path.lexists(path):
        reason = f"this user has no key for it: there is no {path} (SECRETS_IDENTITY_FILE)"
        raise _errors.SecretStoreLockedError(reason)
    lines = _read(path, "the file with the key").decode("utf-8", "replace").splitlines()
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise _errors.SecretStoreLockedError(f"others can read the key in {path}; `chmod 600` it")
    keys = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    try:
        return [pyrage.x25519.Identity.from_str(key) for key in keys]
    except pyrage.IdentityError:
        raise _errors.SecretStoreLockedError(f"{path} has a line that is no age identity") from None


def _default_identity() -> str:
    """Where ``shield`` keeps the key."""
    if os.name == "nt":
        base = os.environ.get("APPDATA") or os.path.expanduser("~\\AppData\\Roaming")
    else:
        base = os.environ.get("XDG_CONFIG_HOME", "")
        base = base if os.path.isabs(base) else os.path.expanduser("~/.config")
    return os.path.join(base, "shield", "identity.txt")
