// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

"use strict";

// From a name to a value: the rules for the environment and the encrypted file.

const { isSecretError, SecretConfigurationError, SecretNotFoundError } = require("./errors.cjs");
const { readVariable, variableOf } = require("./environment.cjs");
const { findStore, open, opened } = require("./local.cjs");
const { builtins, NEEDS_NODE, runtime } = require("./node.cjs");
const { flag, inProduction } = require("./settings.cjs");

function requestOf(name, rest) {
  const strict = rest.length === 0 || isOptions(rest[0]);
  const options = (strict ? rest[0] : rest[1]) ?? {};
  const variable = options.env || variableOf(name);
  const fallback = strict ? undefined : rest[0];
  return { name, variable, options: options, strict, fallback };
}

function isOptions(value) {
  return typeof value === "object" && value !== null;
}

function look({ name, variable, strict }, place) {
  if (inBrowser()) {
    const reason = "a browser cannot keep secrets: read it on the server";
    // Code that servers and browsers share finds no variables in a browser, and goes on.
    if (strict) throw new SecretConfigurationError(name, reason);
    return { value: undefined, reason };
  }
  const unset = `the environment variable ${variable} is not set`;
  if (place !== "local") {
    const value = readVariable(name, variable);
    // A read with a default has its answer: the default.
    if (value !== undefined || !strict) return { value, reason: unset };
  }
  const store = storeFor(name, place);
  if (store !== undefined) {
    const reason = store.explicit ? "the encrypted file has no such name" : unset;
    return { value: undefined, reason, store };
  }
  const alone = inProduction() ? ", and in production nothing else is asked" : "";
  return { value: undefined, reason: unset + alone };
}

/** The value, once the file is open that `step` names. */
function settle(name, step) {
  let { value, reason } = step;
  if (step.store !== undefined) {
    try {
      value = opened(name).get(name);
      if (!step.store.explicit) reason += ", and the encrypted file has no such name";
    } catch (error) {
      if (step.store.explicit || !isSecretError(error)) throw error;
      reason += `, and the encrypted file is of no help: ${error.reason}`;
    }
  }
  if (value === undefined) throw new SecretNotFoundError(name, reason);
  return value;
}

/** The default, if `error` says that there certainly is no such secret. */
function insteadOf(error, { name, strict, fallback }) {
  if (strict || !isSecretError(error) || error.code !== "secret_not_found") throw error;
  if (typeof fallback !== "string" || !flag("SECRETS_FORBID_DEFAULTS")) return fallback;
  const reason = `${error.reason}, and SECRETS_FORBID_DEFAULTS is on`;
  throw new SecretNotFoundError(name, reason, error.backend);
}

/** Opens the encrypted file, where one is used. */
async function openAhead(place) {
  const store = storeFor("*", place);
  if (store === undefined) return;
  await open(store.path);
  if (store.explicit) opened("*");
}

function inBrowser() {
  return runtime.window !== undefined && runtime.process?.versions?.node === undefined;
}

/** The words of `SECRETS_BACKEND` that take nothing but this project. */
function placeOf(word) {
  if (word === undefined) return "either";
  return word === "env" || word === "local" ? word : undefined;
}

function storeFor(name, place) {
  if (place === "env") return undefined;
  const explicit = place === "local";
  if (inProduction()) {
    if (!explicit) return undefined;
    const reason = "SECRETS_BACKEND is local, which is for development, and this is production";
    throw new SecretConfigurationError(name, reason, "local");
  }
  const node = builtins();
  const path = node && findStore(node);
  if (path !== undefined) return { path, explicit };
  if (!explicit) return undefined;
  if (node === undefined) throw new SecretConfigurationError(name, NEEDS_NODE, "local");
  const reason = "there is no .shield/secrets.dev.age above, and SECRETS_STORE names none";
  throw new SecretConfigurationError(name, reason, "local");
}

module.exports = { requestOf, look, settle, insteadOf, openAhead, placeOf };
