# Written by shield. It is yours: read it, change it, commit it.
# flake8: noqa
"""What else can go wrong where a store is asked; the rest is in ``_errors.py``."""

from __future__ import annotations

from ._errors import SecretAccessError, SecretError


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
