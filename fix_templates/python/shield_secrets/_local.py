# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
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
import stat
import threading
from typing import Any

from . import _config
from ._errors import (
    SecretAccessError,
    SecretConfigurationError,
    SecretError,
    SecretInvalidError,
    SecretNotFoundError,
    SecretStoreLockedError,
)
from ._types import Fetched

_PLACE = os.path.join(".shield", "secrets.dev.age")
_LIMIT = 16 * 1024 * 1024

# Where a file is, and what changes when it is written.
_Stamp = tuple[str, int, int, int]


def find() -> str | None:
    """The encrypted file: ``SECRETS_STORE``, or the nearest above this package.

    The search ends with the repository, and never leaves the user's home.
    """
    named = _config.setting("SECRETS_STORE")
    if named is not None:
        return named if os.path.lexists(named) else None
    folder = os.path.dirname(os.path.abspath(__file__))
    home = os.path.expanduser("~")
    while True:
        path = os.path.join(folder, _PLACE)
        if os.path.lexists(path):
            return path
        above = os.path.dirname(folder)
        if above == folder or folder == home or os.path.lexists(os.path.join(folder, ".git")):
            return None
        folder = above


class _Store:
    """The encrypted file, opened again only when it has changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._stamp: _Stamp | None = None
        self._secrets: dict[str, str] = {}

    def fetch(self, name: str) -> Fetched:
        """The secret ``name``, as the file has it now."""
        path = find()
        if path is None:
            reason = f"there is no {_PLACE} above this package, and SECRETS_STORE names none"
            raise SecretConfigurationError(name, reason, backend="local")
        if self._process != os.getpid():
            # A lock that was held when the process was forked is never released here.
            self._process, self._lock = os.getpid(), threading.Lock()
        with self._lock:
            status = _status(name, path, "the encrypted file")
            stamp = (path, status.st_mtime_ns, status.st_ino, status.st_size)
            if stamp != self._stamp:
                self._secrets = _open(name, path)
                self._stamp = stamp
            secrets = self._secrets
        if name not in secrets:
            raise SecretNotFoundError(name, "the encrypted file has no such name", backend="local")
        return Fetched(secrets[name])


STORE = _Store()


def _open(name: str, path: str) -> dict[str, str]:
    """Every secret of the file."""
    try:
        pyrage: Any = importlib.import_module("pyrage")
    except ImportError:
        reason = "opening it takes the package pyrage, which is missing (`pip install pyrage`)"
        raise SecretConfigurationError(name, reason, backend="local") from None
    identities = _identities(name, pyrage)
    sealed = _read(name, path, "the encrypted file")
    try:
        plain = pyrage.decrypt(sealed, identities)
    except pyrage.DecryptError:
        reason = "it was encrypted for others (see .shield/recipients.txt), or is damaged"
        raise SecretStoreLockedError(name, reason, backend="local") from None
    return _parse(name, plain)


def _parse(name: str, plain: bytes) -> dict[str, str]:
    """The secrets of the decrypted file."""
    try:
        content = json.loads(plain)
    except (ValueError, RecursionError):
        # Without the cause: it holds the whole text.
        content = None
    if not isinstance(content, dict):
        raise _invalid(name, "does not hold a JSON object")
    if content.get("schema") != 1:
        raise _invalid(name, "was written by a newer shield")
    environment = content.get("environment")
    if not isinstance(environment, str) or _config.is_production(environment):
        reason = "the encrypted file says it is for production, where it must not be used"
        raise SecretConfigurationError(name, reason, backend="local")
    secrets = content.get("secrets")
    if not isinstance(secrets, dict) or not all(isinstance(it, str) for it in secrets.values()):
        raise _invalid(name, "has something other than texts in it")
    return secrets


def _invalid(name: str, what: str) -> SecretError:
    return SecretInvalidError(name, f"the encrypted file {what}", backend="local")


def _identities(name: str, pyrage: Any) -> list[Any]:
    """The user's keys, as ``shield`` or ``age-keygen`` has written them."""
    path = _config.setting("SECRETS_IDENTITY_FILE") or _default_identity()
    if not os.path.lexists(path):
        reason = f"this user has no key for it: there is no {path} (SECRETS_IDENTITY_FILE)"
        raise SecretStoreLockedError(name, reason, backend="local")
    status = _status(name, path, "the file with the key")
    if os.name == "posix" and status.st_mode & 0o077:
        reason = f"other users can read the key in {path}; `chmod 600` it"
        raise SecretStoreLockedError(name, reason, backend="local")
    lines = _read(name, path, "the file with the key").decode("utf-8", "replace").splitlines()
    keys = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    try:
        return [pyrage.x25519.Identity.from_str(key) for key in keys]
    except pyrage.IdentityError:
        reason = f"{path} has a line that is not an age identity"
        raise SecretStoreLockedError(name, reason, backend="local") from None


def _default_identity() -> str:
    """Where ``shield`` keeps the key."""
    if os.name == "nt":
        base = os.environ.get("APPDATA") or os.path.expanduser("~\\AppData\\Roaming")
    else:
        base = os.environ.get("XDG_CONFIG_HOME", "")
        if not os.path.isabs(base):
            base = os.path.expanduser("~/.config")
    return os.path.join(base, "shield", "identity.txt")


def _status(name: str, path: str, what: str) -> os.stat_result:
    """The status of a regular file that is no link."""
    try:
        status = os.lstat(path)
    except OSError:
        raise _unreadable(name, what) from None
    if not stat.S_ISREG(status.st_mode):
        raise SecretConfigurationError(name, f"{what} is a link, or no file", backend="local")
    return status


def _read(name: str, path: str, what: str) -> bytes:
    try:
        with open(path, "rb") as file:
            content = file.read(_LIMIT + 1)
    except OSError:
        raise _unreadable(name, what) from None
    if len(content) > _LIMIT:
        raise SecretInvalidError(name, f"{what} is too large", backend="local")
    return content


def _unreadable(name: str, what: str) -> SecretError:
    return SecretAccessError(name, f"{what} cannot be read", backend="local")
