# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
"""What can go wrong when a secret is asked for.

No message has a value in it, nor a part of one, so all of them can be logged.
"""

from __future__ import annotations

from typing import ClassVar


class SecretError(Exception):
    """Anything that went wrong with a secret.

    ``name`` is the secret that was asked for, ``reason`` what is the matter, ``backend`` where
    it was looked for, and ``code`` a word for programs: it stays when a message is reworded.
    """

    code = "secret_error"
    # Whether it may be gone in a moment; then, and only then, an old value may help out.
    retryable: ClassVar[bool] = False
    # How many seconds a cache remembers it instead of asking again.
    remembered: ClassVar[float] = 0
    # What the audit log says.
    outcome: ClassVar[str] = "invalid"
    _said = "not available"

    def __init__(
        self, name: str, reason: str = "", *, backend: str = "env", code: str | None = None
    ) -> None:
        super().__init__(name)
        if code is not None:
            self.code = code
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
    remembered = 10
    outcome = "not_found"
    _said = "not found"


class SecretAccessError(SecretError):
    """The secret may be there, but this program may not read it. Nothing stands in for it."""

    code = "secret_access_denied"
    remembered = 5
    outcome = "denied"
    _said = "not readable"


class SecretUnauthenticatedError(SecretAccessError):
    """The store does not know who this program is: its own credentials are missing or expired."""

    code = "secret_unauthenticated"
    outcome = "unauthenticated"


class SecretUnavailableError(SecretError):
    """The store did not answer, or answered that it is in trouble."""

    code = "secret_backend_unavailable"
    retryable = True
    outcome = "unavailable"


class SecretThrottledError(SecretUnavailableError):
    """The store was asked too often."""

    code = "secret_throttled"


class SecretInvalidError(SecretError, ValueError):
    """The secret is there, but is not what was asked for: not text, or not JSON."""

    code = "secret_invalid"
    _said = "not valid"


class SecretPlaceholderError(SecretInvalidError):
    """The secret is there, but nobody has put its value in yet."""

    code = "secret_placeholder"
    outcome = "placeholder"
    _said = "not filled in"


class SecretPendingDeletionError(SecretError):
    """The secret is scheduled for deletion. Restore it, or stop asking for it."""

    code = "secret_pending_deletion"
    remembered = 5
    outcome = "not_found"
    _said = "about to be deleted"


class SecretStoreLockedError(SecretError):
    """The encrypted file is there, but nothing on this machine opens it."""

    code = "secret_store_locked"
    _said = "locked"


class SecretConfigurationError(SecretError):
    """The settings contradict each other, or ask for something that is not there."""

    code = "configuration"
