// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is
/**
 * Secrets by name, from wherever they are kept.
 *
 *     import { getSecret } from "./shield-secrets";
 *
 *     const stripe = new Stripe(getSecret("stripe-key"));
 *
 * The name `stripe-key` stands for the environment variable `STRIPE_KEY`: that is where the
 * value comes from unless you say otherwise. On the machine of a developer, a variable that is
 * not set is looked up in the encrypted file `.shield/secrets.dev.age` of the project, so that
 * a fresh checkout just runs.
 *
 * Nothing happens on import: no file is read, no variable, no package is loaded. Variables are
 * read anew each time, so a changed one is seen.
 *
 * Settings, all of them environment variables:
 *
 * - `SECRETS_BACKEND`: `env` is the environment and nothing else, `local` is the encrypted file
 *   and nothing else. Not set: the environment, then the file, but the file never in production.
 * - `SECRETS_STORE`: the encrypted file, when it is not `.shield/secrets.dev.age` in a folder above.
 * - `SECRETS_IDENTITY_FILE`: the key that opens it, when it is not `~/.config/shield/identity.txt`.
 * - `SECRETS_DOTENV`: a file of lines `NAME=value` for what is no variable of this program; never in
 *   production. Nothing in it is expanded: see `dotenv` below.
 * - `SECRETS_FORBID_DEFAULTS`: with `1`, a default that is a text is an error instead of a value.
 * - `ENVIRONMENT`, else `DJANGO_ENV`, else `NODE_ENV`: `production` keeps the encrypted file out.
 */

import { SecretConfigurationError, SecretInvalidError } from "./shield-secrets/errors.js";
import { isFields, parsedJson } from "./shield-secrets/json.js";
import { open, openBlocking } from "./shield-secrets/local.js";
import { insteadOf, look, openAhead, placeOf, requestOf, settle } from "./shield-secrets/rules.js";
import type { Fallback, NamedOptions, Place, Request, Step } from "./shield-secrets/rules.js";
import { setting } from "./shield-secrets/settings.js";

/**
 * The value of the secret `name`.
 *
 *     getSecret("stripe-key")                        // must be there, else it throws
 *     getSecret("stripe-key", undefined)             // may be missing
 *     getSecret("stripe-key", { env: "STRIPE_SK" })  // another variable than STRIPE_KEY
 *     getSecret("stripe-key", null, { env: "STRIPE_SK" })
 *
 * A secret that is there but empty is `""`, not the default. The default is returned only when
 * there certainly is no such secret: a store that cannot be opened throws, since a program that
 * goes on with the wrong value is worse than one that stops.
 */
export function getSecret(name: string): string;
export function getSecret(name: string, options: NamedOptions): string;
export function getSecret<D extends Fallback>(
  name: string,
  fallback: D,
  options?: NamedOptions,
): string | D;
export function getSecret(name: string, ...rest: unknown[]): Fallback {
  const request = requestOf(name, rest);
  const step = look(request, place(name));
  if (step.store !== undefined) openBlocking(step.store.path);
  return textOf(request, step);
}

/** Like `getSecret`, for code that can wait: opening the encrypted file does not block. */
export function getSecretAsync(name: string): Promise<string>;
export function getSecretAsync(name: string, options: NamedOptions): Promise<string>;
export function getSecretAsync<D extends Fallback>(
  name: string,
  fallback: D,
  options?: NamedOptions,
): Promise<string | D>;
export async function getSecretAsync(name: string, ...rest: unknown[]): Promise<Fallback> {
  const request = requestOf(name, rest);
  const step = look(request, place(name));
  if (step.store !== undefined) await open(step.store.path);
  return textOf(request, step);
}

/**
 * The fields of a secret that holds a JSON object.
 *
 *     const { username, password } = getSecretJson("database/credentials");
 */
export function getSecretJson<T extends object = Record<string, string>>(name: string): T;
export function getSecretJson<T extends object = Record<string, string>>(
  name: string,
  options: NamedOptions,
): T;
export function getSecretJson<T extends object = Record<string, string>>(
  name: string,
  fallback: undefined,
  options?: NamedOptions,
): T | undefined;
export function getSecretJson<T extends object = Record<string, string>>(
  name: string,
  fallback: null,
  options?: NamedOptions,
): T | null;
export function getSecretJson(name: string, ...rest: unknown[]): unknown {
  const request = requestOf(name, rest);
  const step = look(request, place(name));
  if (step.store !== undefined) openBlocking(step.store.path);
  const text = textOf(request, step);
  if (typeof text !== "string") return text;
  const parsed = parsedJson(text);
  if (!isFields(parsed)) throw new SecretInvalidError(name, "it is not a JSON object");
  return parsed;
}

/**
 * Opens the encrypted file ahead of time, where one is used, so that no later read blocks.
 *
 *     await loadSecrets();
 *     const { app } = await import("./app.js");
 */
export function loadSecrets(): Promise<void> {
  return openAhead(place("*"));
}

function place(name: string): Place {
  const known = placeOf(setting("SECRETS_BACKEND")?.toLowerCase());
  if (known !== undefined) return known;
  throw new SecretConfigurationError(name, "SECRETS_BACKEND must be env or local, or not set");
}

function textOf(request: Request, step: Step): Fallback {
  try {
    return settle(request.name, step);
  } catch (error) {
    return insteadOf(error, request);
  }
}
