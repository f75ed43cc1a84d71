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
  static kind() {
    const code = "secret_unauthenticated";
    return { name: "SecretUnauthenticatedError", code, said: "not readable" };
  }
}

/** The store was asked too often. */
class SecretThrottledError extends SecretUnavailableError {
  static kind() {
    return { name: "SecretThrottledError", code: "secret_throttled", said: "not available" };
  }
}

/** The secret is there, but nobody has put its value in yet. */
class SecretPlaceholderError extends SecretInvalidError {
  static kind() {
    return { name: "SecretPlaceholderError", code: "secret_placeholder", said: "not filled in" };
  }
}

/** The secret is scheduled for deletion. Restore it, or stop asking for it. */
class SecretPendingDeletionError extends SecretError {
  static kind() {
    const code = "secret_pending_deletion";
    return { name: "SecretPendingDeletionError", code, said: "about to be deleted" };
  }
}

/** What should have been loaded ahead was not, or could not be. */
class SecretNotLoadedError extends SecretConfigurationError {
  static kind() {
    return { name: "SecretNotLoadedError", code: "secret_not_loaded", said: "not loaded" };
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
