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
 * Nothing happens on import: no file is read, no variable, no package is loaded. A variable is
 * read each time, so a change is seen; what a store has told is kept for a while
 * (`shield-secrets/cache` says how long, and what happens in trouble). A read that cannot wait
 * stops the program when it is the first one of a store. To be spared that, start the program as
 * `node --import=./shield-secrets/preload.js`, or `await loadSecrets()` before anything else.
 *
 * Settings, all of them environment variables:
 *
 * - `SECRETS_BACKEND`: `env` is the environment and nothing else, `local` is the encrypted file
 *   and nothing else, `aws` and `vault` are those stores, if the adapter is in this project. Not
 *   set: the environment, then the file, but the file never in production.
 * - `ENVIRONMENT`, else `DJANGO_ENV`, else `NODE_ENV`: `production` keeps the encrypted file out. A
 *   store is never asked without it: its paths are `/{app}/{environment}/{category}/{name}`, or as
 *   `SECRETS_PATH_TEMPLATE` says.
 * - `SECRETS_APP`: the first part of these paths.
 * - `SECRETS_PRELOAD`: names, with commas between, that are loaded with the first one.
 * - `SECRETS_STORE`: the encrypted file, when it is not `.shield/secrets.dev.age` in a folder above.
 * - `SECRETS_IDENTITY_FILE`: the key that opens it, when it is not `~/.config/shield/identity.txt`.
 * - `SECRETS_DOTENV`: a file of lines `NAME=value` for what is no variable of this program; never in
 *   production. Nothing in it is expanded: see `dotenv` in `shield-secrets/environment`.
 * - `SECRETS_FORBID_DEFAULTS`: with `1`, a default that is a text is an error instead of a value.
 * - `SECRETS_CACHE_TTL`, `SECRETS_CACHE_SIZE`, `SECRETS_MAX_STALE`: how many seconds a value is kept
 *   (300), how many values are (128), and for how many more seconds an old value helps out while a
 *   store is in trouble (3600).
 * - `SECRETS_FALLBACK`: `env`, `local`: what stands in for a store in trouble (`none`; `env` in
 *   development).
 * - `SECRETS_CACHE_PROTECTION`, `SECRETS_AUDIT`, `SECRETS_METRICS`: see `shield-secrets/seal` and
 *   `shield-secrets/audit`.
 */

import { callerNow, outcomeOf, record } from "./shield-secrets/audit.js";
import type { Answer, Backend, Fetched, Known } from "./shield-secrets/cache.js";
import { variableOf } from "./shield-secrets/environment.js";
import {
  isSecretError,
  SecretAccessError,
  SecretConfigurationError,
  SecretError,
  SecretInvalidError,
  SecretNotFoundError,
  SecretStoreLockedError,
  SecretUnavailableError,
} from "./shield-secrets/errors.js";
import { isFields, parsedJson } from "./shield-secrets/json.js";
import { builtin } from "./shield-secrets/node.js";
import { environment } from "./shield-secrets/paths.js";
import { redacted, Secret } from "./shield-secrets/redact.js";
import { onRotation } from "./shield-secrets/rotation.js";
import type { RotationEvent } from "./shield-secrets/rotation.js";
import { insteadOf, openAhead, requestOf } from "./shield-secrets/rules.js";
import type { Fallback, Request } from "./shield-secrets/rules.js";
import {
  backendName,
  caches,
  listed,
  noted,
  override,
  read,
  readAsync,
  reset,
  whereOf,
} from "./shield-secrets/stores.js";
import type { SecretOptions } from "./shield-secrets/stores.js";
import {
  SecretNotLoadedError,
  SecretPendingDeletionError,
  SecretPlaceholderError,
  SecretThrottledError,
  SecretUnauthenticatedError,
} from "./shield-secrets/trouble.js";

export {
  onRotation,
  override,
  Secret,
  SecretAccessError,
  SecretConfigurationError,
  SecretError,
  SecretInvalidError,
  SecretNotFoundError,
  SecretNotLoadedError,
  SecretPendingDeletionError,
  SecretPlaceholderError,
  SecretStoreLockedError,
  SecretThrottledError,
  SecretUnauthenticatedError,
  SecretUnavailableError,
  variableOf,
};
export type { Backend, Fallback, Fetched, SecretOptions, RotationEvent };

/** What a placeholder begins with that nobody has replaced yet. */
const PLACEHOLDER = "SHIELD_PLACEHOLDER_";

/**
 * The value of the secret `name`.
 *
 *     getSecret("stripe-key")                        // must be there, else it throws
 *     getSecret("stripe-key", undefined)             // may be missing
 *     getSecret("stripe-key", { env: "STRIPE_SK" })  // another variable than STRIPE_KEY
 *     getSecret("stripe-key", null, { env: "STRIPE_SK" })
 *     getSecret("database", { field: "password" })   // one field of a JSON object
 *
 * A secret that is there but empty is `""`, not the default. The default is returned only when
 * there certainly is no such secret: a store that cannot be asked throws, since a program that
 * goes on with the wrong value is worse than one that stops.
 *
 * Where values are cached, one that is older than `maxAge` seconds is asked for again, and
 * `forceRefresh` asks at once, but not more than once in five seconds.
 */
export function getSecret(name: string): string;
export function getSecret(name: string, options: SecretOptions): string;
export function getSecret<D extends Fallback>(
  name: string,
  fallback: D,
  options?: SecretOptions,
): string | D;
export function getSecret(name: string, ...rest: unknown[]): Fallback {
  return value(requestOf(name, rest), textOf);
}

/** Like `getSecret`, for code that can wait. */
export function getSecretAsync(name: string): Promise<string>;
export function getSecretAsync(name: string, options: SecretOptions): Promise<string>;
export function getSecretAsync<D extends Fallback>(
  name: string,
  fallback: D,
  options?: SecretOptions,
): Promise<string | D>;
export function getSecretAsync(name: string, ...rest: unknown[]): Promise<Fallback> {
  return valueAsync(requestOf(name, rest), textOf);
}

/**
 * The fields of a secret that holds a JSON object.
 *
 *     const { username, password } = getSecretJson("database/credentials");
 */
export function getSecretJson<T extends object = Record<string, string>>(
  name: string,
  options?: SecretOptions,
): T;
export function getSecretJson<T extends object = Record<string, string>>(
  name: string,
  fallback: undefined,
  options?: SecretOptions,
): T | undefined;
export function getSecretJson<T extends object = Record<string, string>>(
  name: string,
  fallback: null,
  options?: SecretOptions,
): T | null;
export function getSecretJson(name: string, ...rest: unknown[]): unknown {
  return value(requestOf(name, rest), fieldsOf);
}

/** Like `getSecretJson`, for code that can wait. */
export function getSecretJsonAsync<T extends object = Record<string, string>>(
  name: string,
  options?: SecretOptions,
): Promise<T> {
  return valueAsync(requestOf(name, [options ?? {}]), fieldsOf) as Promise<T>;
}

/** The value of a secret that is not text: a keystore, a certificate in DER. */
export function getSecretBytes(name: string, options: SecretOptions = {}): Promise<Uint8Array> {
  return valueAsync(requestOf(name, [options]), bytesOf) as Promise<Uint8Array>;
}

/** The value of a secret in a wrapping that is not shown when it is printed. */
export async function getSecretValue(
  name: string,
  options: SecretOptions = {},
): Promise<Secret<string>> {
  return new Secret(await getSecretAsync(name, options));
}

/**
 * Loads secrets ahead of time, so that no later read stops the program.
 *
 *     await loadSecrets(["stripe-key", "database/url"]);
 *     const { app } = await import("./app.js");
 *
 * Without names, it is those of `SECRETS_PRELOAD`. Where the encrypted file is used, it is opened.
 * If some cannot be had, the error names all of them.
 */
export async function loadSecrets(names: readonly string[] = listed()): Promise<void> {
  const where = whereOf("*");
  if (typeof where === "string") return openAhead(where);
  const asked = names.map((it) => getSecretAsync(it).then(() => undefined, lostOf));
  throwLost(await Promise.all(asked));
}

/** The same for a program that is about to start, and sleeps until it is done. */
export function loadSecretsNow(names: readonly string[] = listed()): void {
  const where = whereOf("*");
  if (typeof where === "string") return;
  where.loadNow(names);
  throwLost(
    names.map((it) => {
      try {
        getSecret(it);
        return undefined;
      } catch (error) {
        return lostOf(error);
      }
    }),
  );
}

/**
 * Asks the store again at the next read, of `name` or of every secret.
 *
 * This is what to call when somebody tells that a secret was rotated.
 */
export function refreshCache(name?: string): void {
  for (const cache of caches()) {
    cache.expire(name);
    record("cache_clear", "ok", name ?? "*", cache.backend.name);
  }
}

/**
 * What `use` makes of the secret, which may have been rotated a moment ago.
 *
 *     const pool = await withSecret("database/password", connect, { isAuthError: isRejected });
 *
 * When `use` fails because the secret was rejected, the store is asked at once. If it has another
 * value now, `use` runs once more; if not, its error stands.
 */
export async function withSecret<T>(
  name: string,
  use: (secret: string) => T | Promise<T>,
  options: SecretOptions & { isAuthError(error: unknown): boolean },
): Promise<T> {
  const secret = await getSecretAsync(name, options);
  try {
    return await use(secret);
  } catch (error) {
    if (!options.isAuthError(error)) throw error;
    const fresh = await getSecretAsync(name, { ...options, forceRefresh: true });
    if (fresh === secret) throw error;
    return use(fresh);
  }
}

/** All that code which only reads secrets has to know; for tests it is quickly written. */
export interface SecretsProvider {
  getSecret(secretPath: string): string;
  getSecretJson(secretPath: string): Record<string, unknown>;
  refreshCache(): void;
}

/** The secrets of this program, to be handed to what needs them. */
export function getProvider(): SecretsProvider {
  backendName("*");
  return {
    getSecret: (path) => getSecret(path),
    getSecretJson: (path) => getSecretJson(path),
    refreshCache: () => refreshCache(),
  };
}

/** A store of your own, in place of the one that is chosen; without one, that counts again. */
export function configure({ backend }: { readonly backend?: Backend } = {}): void {
  reset(backend);
}

/** Whether the stores answered when they were last asked. Asking for it makes no call. */
export interface Health {
  readonly ok: boolean;
  readonly backend: string;
  readonly environment: string | undefined;
  readonly secrets: Record<string, Known>;
}

/** How the secrets of this program are, for a page that an operator looks at; no values. */
export function health(): Health {
  const secrets = Object.assign({}, ...[...caches()].map((it) => it.about()));
  const ok = Object.values<Known>(secrets).every((it) => it.trouble === undefined);
  const backend = backendName("*");
  return {
    ok,
    backend: backend === "either" ? "env" : backend,
    environment: environment(),
    secrets,
  };
}

/** How an answer becomes what the caller wants. */
type View<T> = (request: Request<SecretOptions>, answer: Answer) => T;

function value<T>(request: Request<SecretOptions>, view: View<T>): T | Fallback {
  try {
    return seen(request, read(request), view);
  } catch (error) {
    return refused(request, error);
  }
}

async function valueAsync<T>(
  request: Request<SecretOptions>,
  view: View<T>,
): Promise<T | Fallback> {
  // Nobody knows any more once it has waited.
  const caller = callerNow();
  try {
    return seen(request, await readAsync(request), view, caller);
  } catch (error) {
    return refused(request, error, caller);
  }
}

function seen<T>(
  request: Request<SecretOptions>,
  answer: Answer,
  view: View<T>,
  caller?: string,
): T {
  const wanted = view(request, answer);
  noted(eventOf(request), request.name, answer, caller);
  return wanted;
}

function refused(request: Request<SecretOptions>, error: unknown, caller?: string): Fallback {
  if (!isSecretError(error)) throw error;
  const { name } = request;
  try {
    const fallback = insteadOf(error, request);
    record(eventOf(request), "default", name, error.backend, {}, caller);
    return fallback;
  } catch (other) {
    const { code, backend } = error;
    record(eventOf(request), outcomeOf(code), name, backend, { code }, caller);
    throw other;
  }
}

function eventOf({ options }: Request<SecretOptions>): string {
  return options.forceRefresh ? "refresh" : "access";
}

function textOf({ name, options }: Request<SecretOptions>, answer: Answer): string {
  const { field } = options;
  if (field === undefined) return filled(name, plainOf(name, answer), answer);
  const found = Object.entries(objectOf(name, answer)).find(([key]) => key === field);
  if (found === undefined) {
    const reason = `it has no field "${field}"`;
    throw new SecretInvalidError(name, reason, answer.backend, "secret_field_missing");
  }
  const [, text] = found;
  if (!["string", "number", "boolean"].includes(typeof text)) {
    throw new SecretInvalidError(name, `its field "${field}" is not a text`, answer.backend);
  }
  return filled(name, String(text), answer);
}

function fieldsOf({ name }: Request<SecretOptions>, answer: Answer): object {
  return redacted(objectOf(name, answer));
}

function bytesOf(_: Request<SecretOptions>, { value: kept }: Answer): Uint8Array {
  if (typeof kept !== "string") return kept;
  const buffer = builtin<{ Buffer: { from(text: string): Uint8Array } }>("buffer");
  return buffer?.Buffer.from(kept) ?? new Uint8Array();
}

function plainOf(name: string, { value: kept, backend }: Answer): string {
  if (typeof kept === "string") return kept;
  const reason = "it is not text; getSecretBytes returns it";
  throw new SecretInvalidError(name, reason, backend, "secret_binary");
}

function objectOf(name: string, answer: Answer): Record<string, unknown> {
  const parsed = parsedJson(filled(name, plainOf(name, answer), answer));
  if (isFields(parsed)) return parsed;
  const reason = parsed === undefined ? "it is not JSON" : "it is not a JSON object";
  throw new SecretInvalidError(name, reason, answer.backend);
}

function filled(name: string, text: string, { backend }: Answer): string {
  const isTried = ["development", "test"].includes(environment() ?? "");
  if (!text.startsWith(PLACEHOLDER) || isTried) return text;
  throw new SecretPlaceholderError(name, "the store still has a placeholder", backend);
}

function lostOf(error: unknown): string {
  if (!isSecretError(error)) throw error;
  return `${error.secretName} (${error.code})`;
}

function throwLost(all: readonly (string | undefined)[]): void {
  const lost = all.filter((it) => it !== undefined);
  if (lost.length > 0) {
    throw new SecretNotLoadedError("*", lost.join(", "), backendName("*"));
  }
}
