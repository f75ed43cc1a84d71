// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// From a name to a value: the rules for the environment and the encrypted file.

import { isSecretError, SecretConfigurationError, SecretNotFoundError } from "./errors.js";
import { readVariable, variableOf } from "./environment.js";
import { findStore, open, opened } from "./local.js";
import { builtins, NEEDS_NODE, runtime } from "./node.js";
import { flag, inProduction } from "./settings.js";

/** What else there is to say about a secret. */
export interface NamedOptions {
  /** The environment variable, where it is not made of the name. */
  readonly env?: string;
}

/** What may be returned instead of a secret that is not there. */
export type Fallback = string | null | undefined;

/** What a program asks for. */
export interface Request<Options extends NamedOptions = NamedOptions> {
  readonly name: string;
  readonly variable: string;
  readonly options: Options;
  /** Whether there is no default. */
  readonly strict: boolean;
  readonly fallback: Fallback;
}

/** The environment, the encrypted file, or the one and then the other. */
export type Place = "env" | "local" | "either";

/** What the environment has, and which file to ask when that is nothing. */
export interface Step {
  readonly value: string | undefined;
  readonly reason: string;
  readonly store?: Store;
}

interface Store {
  readonly path: string;
  /** Whether it was asked for by name; otherwise it only helps out. */
  readonly explicit: boolean;
}

export function requestOf<Options extends NamedOptions>(
  name: string,
  rest: readonly unknown[],
): Request<Options> {
  const strict = rest.length === 0 || isOptions(rest[0]);
  const options = (strict ? rest[0] : rest[1]) ?? {};
  const variable = (options as NamedOptions).env || variableOf(name);
  const fallback = strict ? undefined : (rest[0] as Fallback);
  return { name, variable, options: options as Options, strict, fallback };
}

function isOptions(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

export function look({ name, variable, strict }: Request, place: Place): Step {
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
export function settle(name: string, step: Step): string {
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
export function insteadOf(error: unknown, { name, strict, fallback }: Request): Fallback {
  if (strict || !isSecretError(error) || error.code !== "secret_not_found") throw error;
  if (typeof fallback !== "string" || !flag("SECRETS_FORBID_DEFAULTS")) return fallback;
  const reason = `${error.reason}, and SECRETS_FORBID_DEFAULTS is on`;
  throw new SecretNotFoundError(name, reason, error.backend);
}

/** Opens the encrypted file, where one is used. */
export async function openAhead(place: Place): Promise<void> {
  const store = storeFor("*", place);
  if (store === undefined) return;
  await open(store.path);
  if (store.explicit) opened("*");
}

function inBrowser(): boolean {
  return runtime.window !== undefined && runtime.process?.versions?.node === undefined;
}

/** The words of `SECRETS_BACKEND` that take nothing but this project. */
export function placeOf(word: string | undefined): Place | undefined {
  if (word === undefined) return "either";
  return word === "env" || word === "local" ? word : undefined;
}

function storeFor(name: string, place: Place): Store | undefined {
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
