# Written by shield. It is yours: read it, change it, commit it.
"""Secrets from environment variables, and from files that variables point to."""

from __future__ import annotations

import os

from ._errors import SecretAccessError, SecretConfigurationError, SecretInvalidError

# No secret is larger; a file that is was named by mistake.
_LIMIT = 1024 * 1024

_PRODUCTION = ("prod", "prd", "live")


def setting(name: str) -> str | None:
    """A setting of this package; ``None`` when it is not set or empty."""
    return os.environ.get(name, "").strip() or None


def is_production(environment: str) -> bool:
    """Whether ``environment`` is a name for production: ``prod``, ``Production``, ``live``."""
    return environment.strip().lower().startswith(_PRODUCTION)


def in_production() -> bool:
    """Whether this program runs in production, as far as it was told."""
    named = setting("ENVIRONMENT") or setting("DJANGO_ENV") or setting("NODE_ENV")
    return named is not None and is_production(named)


def read(name: str, variable: str) -> str | None:
    """The value of ``variable``, or of the file that ``<variable>_FILE`` names.

    Docker and Kubernetes put secrets into files; the second form is how images are told
    where. The last line break of a file does not count. ``None`` when neither is set.
    """
    value = os.environ.get(variable)
    pointer = variable + "_FILE"
    path = os.environ.get(pointer)
    if not path:
        return value
    if value:
        raise SecretConfigurationError(
            name, f"both {variable} and {pointer} are set; unset one of them"
        )
    return _read_file(name, pointer, path)


def _read_file(name: str, pointer: str, path: str) -> str:
    """The content of ``path``, which the variable ``pointer`` names."""
    # Messages name the variable and not the path: somebody may have put the value there.
    try:
        with open(path, "rb") as file:
            content = file.read(_LIMIT + 1)
    except PermissionError:
        reason = f"this user may not read the file that {pointer} names"
        raise SecretAccessError(name, reason) from None
    except (OSError, ValueError):
        raise SecretConfigurationError(
            name, f"{pointer} names a file that cannot be read"
        ) from None
    if len(content) > _LIMIT:
        raise SecretInvalidError(name, f"the file that {pointer} names is too large for a secret")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        # Without the cause: it holds the bytes.
        reason = f"the file that {pointer} names is not text in UTF-8"
        raise SecretInvalidError(name, reason) from None
    if text.endswith("\r\n"):
        return text[:-2]
    if text.endswith("\n"):
        return text[:-1]
    return text
