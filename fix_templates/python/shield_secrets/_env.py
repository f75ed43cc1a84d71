# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
"""Secrets from environment variables, and from files that variables point to."""

from __future__ import annotations

import os

from ._errors import (
    SecretAccessError,
    SecretConfigurationError,
    SecretInvalidError,
    SecretNotFoundError,
)
from ._types import Fetched

# No secret is larger; a file that is was named by mistake.
_LIMIT = 1024 * 1024


def variable_of(name: str) -> str:
    """The environment variable of a secret: ``database/url`` is ``DATABASE_URL``."""
    return name.replace("/", "_").replace("-", "_").replace(".", "_").upper()


def read(name: str, variable: str) -> Fetched:
    """The value of ``variable``, or of the file that ``<variable>_FILE`` names.

    Docker and Kubernetes put secrets into files; the second form is how images are told
    where. The last line break of a file does not count. Both are read anew each time, so a
    changed variable is seen, and a file that was replaced.
    """
    value = os.environ.get(variable)
    pointer = variable + "_FILE"
    path = os.environ.get(pointer)
    if path:
        if value:
            reason = f"both {variable} and {pointer} are set; unset one of them"
            raise SecretConfigurationError(name, reason)
        return _read_file(name, pointer, path)
    if value is None:
        raise SecretNotFoundError(name, f"the environment variable {variable} is not set")
    return Fetched(value)


def _read_file(name: str, pointer: str, path: str) -> Fetched:
    """The content of ``path``, which the variable ``pointer`` names."""
    # Messages name the variable and not the path: somebody may have put the value there.
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            content = file.read(_LIMIT + 1)
    except PermissionError:
        reason = f"this user may not read the file that {pointer} names"
        raise SecretAccessError(name, reason) from None
    except (OSError, ValueError):
        reason = f"{pointer} names a file that cannot be read"
        raise SecretConfigurationError(name, reason) from None
    if len(content) > _LIMIT:
        raise SecretInvalidError(name, f"the file that {pointer} names is too large for a secret")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        # Without the cause: it holds the bytes.
        reason = f"the file that {pointer} names is not text in UTF-8"
        raise SecretInvalidError(name, reason) from None
    if text.endswith("\n"):
        text = text[:-2] if text.endswith("\r\n") else text[:-1]
    return Fetched(text, f"{status.st_ino}-{status.st_mtime_ns}")
