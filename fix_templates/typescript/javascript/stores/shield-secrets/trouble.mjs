// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// What can go wrong with a store besides.

import {
  SecretAccessError,
  SecretConfigurationError,
  SecretError,
  SecretInvalidError,
  SecretUnavailableError,
} from "./errors.mjs";
/** The store does not know who this program is: its own credentials are missing or expired. */
export class SecretUnauthenticatedError extends SecretAccessError {
  static kind() {
    const code = "secret_unauthenticated";
    return { name: "SecretUnauthenticatedError", code, said: "not readable" };
  }
}

/** The store was asked too often. */
export class SecretThrottledError extends SecretUnavailableError {
  static kind() {
    return { name: "SecretThrottledError", code: "secret_throttled", said: "not available" };
  }
}

/** The secret is there, but nobody has put its value in yet. */
export class SecretPlaceholderError extends SecretInvalidError {
  static kind() {
    return { name: "SecretPlaceholderError", code: "secret_placeholder", said: "not filled in" };
  }
}

/** The secret is scheduled for deletion. Restore it, or stop asking for it. */
export class SecretPendingDeletionError extends SecretError {
  static kind() {
    const code = "secret_pending_deletion";
    return { name: "SecretPendingDeletionError", code, said: "about to be deleted" };
  }
}

/** What should have been loaded ahead was not, or could not be. */
export class SecretNotLoadedError extends SecretConfigurationError {
  static kind() {
    return { name: "SecretNotLoadedError", code: "secret_not_loaded", said: "not loaded" };
  }
}

/** Whether the trouble may be gone in a moment; then, and only then, an old value may help out. */
export function mayPass({ code }) {
  return code === "secret_backend_unavailable" || code === "secret_throttled";
}
