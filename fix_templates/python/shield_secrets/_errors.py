# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
# ruff: noqa: PGH004
# fmt: off
"""What can go wrong when a secret is asked for.

No message has a value in it, nor a part of one, so all of them can be logged.
"""

from __future__ import annotations


class SecretError(Exception):
    """Anything that went wrong with a secret: with which, in which place, and what.

    ``code`` is a word for programs, and stays when a message is reworded.
    """

    code, outcome, _said = "secret_error", "invalid", "not available"
    retryable = False  # Whether it may be gone in a moment; only then an old value helps out.
    remembered = 0  # For how many seconds nobody asks again.

    def __init__(self, reason: str = "", *, backend: str = "env", code: str = "") -> None:
        super().__init__(reason)
        # The name is filled in where the read began, which alone knows it for certain.
        self.name, self.reason, self.backend = "", reason, backend
        self.code = code or self.code

    def __str__(self) -> str:
        # `KeyError` would show its argument in quotes and nothing else.
        return f"secret {self.name!r} {self._said}" + (f": {self.reason}" if self.reason else "")


class SecretNotFoundError(SecretError, KeyError, ValueError):
    """There is none, and no default was given; a ``KeyError`` as with ``os.environ["NAME"]``."""

    code, outcome, _said, remembered = "secret_not_found", "not_found", "not found", 10


class SecretAccessError(SecretError):
    """It may be there, but this program may not read it. Nothing stands in for it."""

    code, outcome, _said, remembered = "secret_access_denied", "denied", "not readable", 5


class SecretInvalidError(SecretError, ValueError):
    """It is there, but is not what was asked for: not text, or not JSON."""

    code, _said = "secret_invalid", "not valid"


class SecretPlaceholderError(SecretInvalidError):
    """It is there, but nobody has put its value in yet."""

    code, outcome, _said = "secret_placeholder", "placeholder", "not filled in"


class SecretStoreLockedError(SecretError):
    """The encrypted file is there, but nothing on this machine opens it."""

    code, _said = "secret_store_locked", "locked"


class SecretConfigurationError(SecretError):
    """The settings contradict each other, or ask for something that is not there."""

    code = "configuration"


class SecretUnauthenticatedError(SecretAccessError):
    """The store does not know this program: its own credentials are missing or expired."""

    code, outcome = "secret_unauthenticated", "unauthenticated"


class SecretUnavailableError(SecretError):
    """The store did not answer, or answered that it is in trouble."""

    code, outcome, retryable = "secret_backend_unavailable", "unavailable", True


class SecretThrottledError(SecretUnavailableError):
    """The store was asked too often."""

    code = "secret_throttled"


class SecretPendingDeletionError(SecretError):
    """It is scheduled for deletion. Restore it, or stop asking for it."""

    code, outcome = "secret_pending_deletion", "not_found"
    _said, remembered = "about to be deleted", 5
