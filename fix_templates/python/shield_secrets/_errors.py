# Written by shield. It is yours: read it, change it, commit it.
"""What can go wrong when a secret is asked for.

No message has a value in it, nor a part of one, so all of them can be logged.
"""

from __future__ import annotations


class SecretError(Exception):
    """Anything that went wrong with a secret.

    ``name`` is the secret that was asked for, ``reason`` what is the matter, ``backend`` where
    it was looked for, and ``code`` a word for programs: it stays when a message is reworded.
    """

    code = "secret_error"
    _said = "not available"

    def __init__(self, name: str, reason: str = "", *, backend: str = "env") -> None:
        super().__init__(name)
        self.name = name
        self.reason = reason
        self.backend = backend

    def __str__(self) -> str:
        # `KeyError` would show its argument in quotes and nothing else.
        return f"secret {self.name!r} {self._said}" + (f": {self.reason}" if self.reason else "")


class SecretNotFoundError(SecretError, KeyError, ValueError):
    """There is no such secret, and no default was given.

    It is a ``KeyError`` because ``os.environ["NAME"]`` raises one: code that caught that
    error still does.
    """

    code = "secret_not_found"
    _said = "not found"


class SecretAccessError(SecretError):
    """The secret is there, but this program may not read it. No default stands in for it."""

    code = "secret_access_denied"
    _said = "not readable"


class SecretInvalidError(SecretError, ValueError):
    """The secret is there, but is not what was asked for: not text, or not JSON."""

    code = "secret_invalid"
    _said = "not valid"


class SecretStoreLockedError(SecretError):
    """The encrypted file is there, but nothing on this machine opens it."""

    code = "secret_store_locked"
    _said = "locked"


class SecretConfigurationError(SecretError):
    """The settings contradict each other, or ask for something that is not there."""

    code = "configuration"
