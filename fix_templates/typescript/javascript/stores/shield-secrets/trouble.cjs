// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

"use strict";

// What can go wrong with a store besides.

const {
  SecretAccessError,
  SecretConfigurationError,
  SecretError,
  SecretInvalidError,
  SecretUnavailableError,
} = require("./errors.cjs");

/** The store does not know who this program is: its own credentials are missing or expired. */
class SecretUnauthenticatedError extends SecretAccessError {
  constructor(secretName, reason, backend = "env") {
    const code = "secret_unauthenticated";
    const kind = { name: "SecretUnauthenticatedError", code, said: "not readable" };
    super(secretName, reason, backend, kind);
  }
}

/** The store was asked too often. */
class SecretThrottledError extends SecretUnavailableError {
  constructor(secretName, reason, backend = "env") {
    const code = "secret_throttled";
    const kind = { name: "SecretThrottledError", code, said: "not available" };
    super(secretName, reason, backend, kind);
  }
}

/** The secret is there, but nobody has put its value in yet. */
class SecretPlaceholderError extends SecretInvalidError {
  constructor(secretName, reason, backend = "env") {
    const code = "secret_placeholder";
    const kind = { name: "SecretPlaceholderError", code, said: "not filled in" };
    super(secretName, reason, backend, kind);
  }
}

/** The secret is scheduled for deletion. Restore it, or stop asking for it. */
class SecretPendingDeletionError extends SecretError {
  constructor(secretName, reason, backend = "env") {
    const code = "secret_pending_deletion";
    const kind = { name: "SecretPendingDeletionError", code, said: "about to be deleted" };
    super(kind, secretName, reason, backend);
  }
}

/** What should have been loaded ahead was not, or could not be. */
class SecretNotLoadedError extends SecretConfigurationError {
  constructor(secretName, reason, backend = "env") {
    const code = "secret_not_loaded";
    const kind = { name: "SecretNotLoadedError", code, said: "not loaded" };
    super(secretName, reason, backend, kind);
  }
}

/** Whether the trouble may be gone in a moment; then, and only then, an old value may help out. */
function mayPass({ code }) {
  return code === "secret_backend_unavailable" || code === "secret_throttled";
}

module.exports = {
  SecretUnauthenticatedError,
  SecretThrottledError,
  SecretPlaceholderError,
  SecretPendingDeletionError,
  SecretNotLoadedError,
  mayPass,
};
