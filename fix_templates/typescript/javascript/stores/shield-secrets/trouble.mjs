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
  constructor(secretName, reason, backend = "env") {
    const code = "secret_unauthenticated";
    const kind = { name: "SecretUnauthenticatedError", code, said: "not readable" };
    super(secretName, reason, backend, kind);
  }
}

/** The store was asked too often. */
export class SecretThrottledError extends SecretUnavailableError {
  constructor(secretName, reason, backend = "env") {
    const code = "secret_throttled";
    const kind = { name: "SecretThrottledError", code, said: "not available" };
    super(secretName, reason, backend, kind);
  }
}

/** The secret is there, but nobody has put its value in yet. */
export class SecretPlaceholderError extends SecretInvalidError {
  constructor(secretName, reason, backend = "env") {
    const code = "secret_placeholder";
    const kind = { name: "SecretPlaceholderError", code, said: "not filled in" };
    super(secretName, reason, backend, kind);
  }
}

/** The secret is scheduled for deletion. Restore it, or stop asking for it. */
export class SecretPendingDeletionError extends SecretError {
  constructor(secretName, reason, backend = "env") {
    const code = "secret_pending_deletion";
    const kind = { name: "SecretPendingDeletionError", code, said: "about to be deleted" };
    super(kind, secretName, reason, backend);
  }
}

/** What should have been loaded ahead was not, or could not be. */
export class SecretNotLoadedError extends SecretConfigurationError {
  constructor(secretName, reason, backend = "env") {
    const code = "secret_not_loaded";
    const kind = { name: "SecretNotLoadedError", code, said: "not loaded" };
    super(secretName, reason, backend, kind);
  }
}

/** Whether the trouble may be gone in a moment; then, and only then, an old value may help out. */
export function mayPass({ code }) {
  return code === "secret_backend_unavailable" || code === "secret_throttled";
}
