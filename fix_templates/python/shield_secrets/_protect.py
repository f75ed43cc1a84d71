# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""Keeps values out of memory dumps, as far as a Python program can.

A text cannot be wiped, and what an SDK has parsed lives on until its memory is used again. What
this does: values that are kept for long are encrypted, so that a dump of an hour later does not
have them. What it cannot do: protect them from code that runs in this process, which has the key.
"""

from __future__ import annotations

import importlib
import os
from typing import Callable, Union

from . import _errors
from ._core import choice, flag

Value = Union[str, bytes]
Opener = Callable[[], Value]
# Takes a value, and what it is the value of, as which alone it can be opened again.
Sealer = Callable[[Value, str], Opener]


def unsealed() -> Sealer:
    """Keeps values as they are."""
    return lambda value, about: lambda: value


def sealer() -> Sealer:
    """As ``SECRETS_CACHE_PROTECTION`` has it, ``auto``, ``aead`` or ``none``; with a new key."""
    wanted = choice("SECRETS_CACHE_PROTECTION", "auto", "aead", "none")
    try:
        if wanted == "none":
            return unsealed()
        cipher = importlib.import_module("cryptography.hazmat.primitives.ciphers.aead").AESGCM
    except ImportError:
        if wanted == "auto":
            return unsealed()
        reason = "SECRETS_CACHE_PROTECTION=aead takes a package (`pip install cryptography`)"
        raise _errors.SecretConfigurationError(reason) from None
    key = cipher(cipher.generate_key(128))

    def seal(value: Value, about: str) -> Opener:
        told, nonce, is_text = about.encode(), os.urandom(12), isinstance(value, str)
        plain = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        sealed = key.encrypt(nonce, plain, told)

        def opened() -> Value:
            plain: bytes = key.decrypt(nonce, sealed, told)
            return plain.decode("utf-8", "surrogatepass") if is_text else plain

        return opened

    return seal


def harden() -> None:
    """No core dumps, and no debugger of the same user, with ``SECRETS_HARDEN_PROCESS=1``."""
    if not flag("SECRETS_HARDEN_PROCESS"):
        return
    try:
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # 4 is PR_SET_DUMPABLE, which Linux alone has.
        done = importlib.import_module("ctypes").CDLL(None).prctl(4, 0, 0, 0, 0) == 0
    except (ImportError, AttributeError, OSError, ValueError):
        done = False
    if not done:
        reason = "SECRETS_HARDEN_PROCESS is set, and this system cannot do it"
        raise _errors.SecretConfigurationError(reason)
