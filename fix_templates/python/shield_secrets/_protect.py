# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
"""Keeps values out of memory dumps, as far as a Python program can.

A text cannot be wiped, and what an SDK has parsed lives on until its memory is used again. What
this does: values that are kept for long are encrypted, so that a dump of an hour later does not
have them. What it cannot do: protect them from code that runs in this process, which has the key.
"""

from __future__ import annotations

import importlib
import os
from typing import Any, Union

from . import _config
from ._errors import SecretConfigurationError

Sealed = tuple[bool, Union[str, bytes]]


class Sealer:
    """Encrypts with a key of its own; without a key, it keeps values as they are."""

    def __init__(self, aead: Any = None) -> None:
        self._aead = aead
        self._key = None if aead is None else aead(aead.generate_key(128))

    def another(self) -> Sealer:
        """The same with another key."""
        return Sealer(self._aead)

    def seal(self, name: str, value: str | bytes) -> Sealed:
        if self._key is None:
            return isinstance(value, str), value
        plain = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        nonce = os.urandom(12)
        # The name is part of it, so that no value can be taken for another one's.
        return isinstance(value, str), nonce + self._key.encrypt(nonce, plain, name.encode())

    def open(self, name: str, sealed: Sealed) -> str | bytes:
        is_text, kept = sealed
        if self._key is None or isinstance(kept, str):
            return kept
        plain: bytes = self._key.decrypt(kept[:12], kept[12:], name.encode())
        return plain.decode("utf-8", "surrogatepass") if is_text else plain


def sealer() -> Sealer:
    """As ``SECRETS_CACHE_PROTECTION`` has it: ``auto``, ``aead`` or ``none``."""
    wanted = _config.choice("SECRETS_CACHE_PROTECTION", "auto", "aead", "none")
    if wanted == "none":
        return Sealer()
    try:
        return Sealer(importlib.import_module("cryptography.hazmat.primitives.ciphers.aead").AESGCM)
    except ImportError:
        if wanted == "auto":
            return Sealer()
    reason = "SECRETS_CACHE_PROTECTION=aead takes a package (`pip install cryptography`)"
    raise SecretConfigurationError("", reason)


def harden() -> None:
    """No core dumps, and no debugger of the same user, with ``SECRETS_HARDEN_PROCESS=1``."""
    if not _config.flag("SECRETS_HARDEN_PROCESS"):
        return
    try:
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # 4 is PR_SET_DUMPABLE, which Linux alone has.
        dumpable = importlib.import_module("ctypes").CDLL(None, use_errno=True).prctl
        done = dumpable(4, 0, 0, 0, 0) == 0
    except (ImportError, AttributeError, OSError, ValueError):
        done = False
    if not done:
        reason = "SECRETS_HARDEN_PROCESS is set, and this system cannot do it"
        raise SecretConfigurationError("", reason)
