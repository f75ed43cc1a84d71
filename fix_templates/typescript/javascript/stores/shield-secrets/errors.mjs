// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// What can go wrong when a secret is asked for.

/**
 * Anything that went wrong with a secret.
 *
 * No message has a value in it, nor a part of one, so all of them can be logged. `code` is a
 * word for programs: it stays when a message is reworded.
 */
export class SecretError extends Error {
  constructor(secretName, reason, backend = "env", code) {
    const kind = new.target.kind();
    super(`secret "${secretName}" ${kind.said}: ${reason}`);
    Object.setPrototypeOf(this, new.target.prototype);
    this.name = kind.name;
    this.secretName = secretName;
    this.reason = reason;
    this.backend = backend;
    this.code = code ?? kind.code;
  }

  /** What sets this kind of error apart; bundlers rename classes, and leave this alone. */
  static kind() {
    return { name: "SecretError", code: "secret_error", said: "not available" };
  }
}

/** Whether `error` is one of these, be it of another copy of this module. */
export function isSecretError(error) {
  return error instanceof Error && "secretName" in error && "code" in error;
}

/** There is no such secret, and no default was given. */
export class SecretNotFoundError extends SecretError {
  static kind() {
    return { name: "SecretNotFoundError", code: "secret_not_found", said: "not found" };
  }
}

/** The secret is there, but this program may not read it. No default stands in for it. */
export class SecretAccessError extends SecretError {
  static kind() {
    return { name: "SecretAccessError", code: "secret_access_denied", said: "not readable" };
  }
}

/** The secret is there, but is not what was asked for: not text, or not JSON. */
export class SecretInvalidError extends SecretError {
  static kind() {
    return { name: "SecretInvalidError", code: "secret_invalid", said: "not valid" };
  }
}

/** The encrypted file is there, but nothing on this machine opens it. */
export class SecretStoreLockedError extends SecretError {
  static kind() {
    return { name: "SecretStoreLockedError", code: "secret_store_locked", said: "locked" };
  }
}

/** What has the secret did not answer in time; another try may succeed. */
export class SecretUnavailableError extends SecretError {
  static kind() {
    const code = "secret_backend_unavailable";
    return { name: "SecretUnavailableError", code, said: "not available" };
  }
}

/** The settings contradict each other, or ask for something that is not there. */
export class SecretConfigurationError extends SecretError {
  static kind() {
    return { name: "SecretConfigurationError", code: "configuration", said: "not available" };
  }
}
