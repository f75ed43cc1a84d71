// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// How a name becomes a value: which place is asked, and what stands in for it.

import { adapters } from "./adapters.js";
import { record } from "./audit.js";
import { Cache } from "./cache.js";
import type { Answer, Backend, Freshness } from "./cache.js";
import { variableAndPath } from "./environment.js";
import { isSecretError, SecretConfigurationError } from "./errors.js";
import { open, openBlocking } from "./local.js";
import { builtin, shared } from "./node.js";
import type { Status } from "./node.js";
import { choice, environment, number } from "./paths.js";
import { replaced, tell } from "./rotation.js";
import { look, placeOf, settle } from "./rules.js";
import type { NamedOptions, Place, Request, Step } from "./rules.js";
import { sealer } from "./seal.js";
import { flag, setting } from "./settings.js";
import { endThreads } from "./steps.js";
import { mayPass } from "./trouble.js";

/** What else there is to say about a read. */
export interface SecretOptions extends NamedOptions, Freshness {
  /** One field of a secret that holds a JSON object. */
  readonly field?: string;
}

interface State {
  /** A store that takes the place of those that `SECRETS_BACKEND` can name. */
  own: Backend | undefined;
  readonly caches: Map<string, Cache>;
  readonly overridden: Readonly<Record<string, string>>[];
}

function state(): State {
  return shared<State>("shield.secrets.stores", () => ({
    own: undefined,
    caches: new Map(),
    overridden: [],
  }));
}

/** Forgets everything, and reads `own` from now on, if that is given. */
export function reset(own: Backend | undefined): void {
  state().caches.clear();
  state().own = own;
  endThreads();
}

/** Other values for a test, until what is returned is called. */
export function override(values: Readonly<Record<string, string>>): () => void {
  const { overridden } = state();
  overridden.push(values);
  return () => {
    const index = overridden.lastIndexOf(values);
    if (index >= 0) overridden.splice(index, 1);
  };
}

export function caches(): Iterable<Cache> {
  return state().caches.values();
}

/** The backend that was chosen; `either` is the environment, and then the encrypted file. */
export function backendName(name: string): string {
  const own = state().own?.name;
  if (own !== undefined) return own;
  const word = setting("SECRETS_BACKEND")?.toLowerCase();
  if (flag("USE_AWS_SECRETS")) {
    if (word === undefined || word === "aws") return "aws";
    const reason = "USE_AWS_SECRETS is set, and SECRETS_BACKEND names another backend";
    throw new SecretConfigurationError(name, reason);
  }
  const known = placeOf(word) ?? word ?? "";
  const stores = Object.keys(adapters);
  if (placeOf(word) !== undefined || stores.includes(known)) return known;
  const words = ["env", "local", ...stores].join(", ");
  const more = ["aws", "vault"].includes(known)
    ? `; \`shield scan --fix --backend ${known}\` writes the adapter for ${known}`
    : "";
  const reason = `SECRETS_BACKEND must be one of ${words}, or not set${more}`;
  throw new SecretConfigurationError(name, reason);
}

/** What has the secrets: the cache of a store, or a place that is read each time. */
export function whereOf(name: string): Cache | Place {
  const backend = backendName(name);
  const { own, caches: known } = state();
  const place = own === undefined ? placeOf(backend === "either" ? undefined : backend) : undefined;
  if (place !== undefined) return place;
  let cache = known.get(backend);
  if (cache === undefined) {
    const made = own ?? adapters[backend]?.();
    if (made === undefined) throw new SecretConfigurationError(name, `there is no ${backend}`);
    cache = cacheOf(made);
    known.set(backend, cache);
    if (own === undefined) record("config", "ok", "*", backend);
  }
  return cache;
}

function cacheOf(backend: Backend): Cache {
  const cache: Cache = new Cache(backend, {
    ttl: number("SECRETS_CACHE_TTL", 300),
    size: number("SECRETS_CACHE_SIZE", 128),
    maxStale: number("SECRETS_MAX_STALE", 3600),
    seal: sealer(),
    behind: (name) => {
      const asked = cache.get(name, { maxAge: 0 });
      void asked.then(
        (it) => noted("refresh", name, it),
        () => undefined,
      );
    },
  });
  return cache;
}

/** Tells the log about an answer, and about a rotation whoever wants to know. */
export function noted(event: string, name: string, answer: Answer, caller?: string): void {
  const { outcome, backend, version, age, replaced: previous } = answer;
  record(event, outcome, name, backend, { version, age_ms: Math.round(age * 1000) }, caller);
  if (previous !== undefined) tell({ name, version, previous }, backend, caller);
}

/** The secrets that are loaded ahead: `SECRETS_PRELOAD=stripe-key,database/url`. */
export function listed(): string[] {
  const names = (setting("SECRETS_PRELOAD") ?? "").split(",").map((it) => it.trim());
  return names.filter(Boolean);
}

/** What is known of a secret; the program sleeps where a store has to be asked. */
export function read(request: Request<SecretOptions>): Answer {
  const { name, options } = request;
  const other = overriding(name);
  if (other !== undefined) return other;
  const where = whereOf(name);
  if (typeof where === "string") {
    const step = look(request, where);
    if (step.store !== undefined) openBlocking(step.store.path);
    return answerOf(request, step, "ok");
  }
  try {
    // The program sleeps once for all that it is known to need.
    if (where.isCold()) where.loadNow(listed());
    return where.getNow(name, options);
  } catch (error) {
    return fallback(request, error);
  }
}

/** The same for callers that can wait. */
export async function readAsync(request: Request<SecretOptions>): Promise<Answer> {
  const { name, options } = request;
  const other = overriding(name);
  if (other !== undefined) return other;
  const where = whereOf(name);
  if (typeof where === "string") {
    const step = look(request, where);
    if (step.store !== undefined) await open(step.store.path);
    return answerOf(request, step, "ok");
  }
  try {
    return await where.get(name, options);
  } catch (error) {
    return fallback(request, error);
  }
}

function overriding(name: string): Answer | undefined {
  const { overridden } = state();
  for (let at = overridden.length - 1; at >= 0; at -= 1) {
    const value = overridden[at]?.[name];
    if (value !== undefined) {
      return { value, version: "", outcome: "ok", backend: "memory", age: 0 };
    }
  }
  return undefined;
}

function answerOf({ name, variable }: Request, step: Step, outcome: string): Answer {
  const value = settle(name, step);
  const backend = step.store === undefined ? "env" : "local";
  const version = step.store === undefined ? versionOf(variable) : "";
  return { value, version, outcome, backend, age: 0, replaced: replaced(name, version) };
}

/** Which file a variable names, as it is now; empty for a variable that has the value itself. */
function versionOf(variable: string): string {
  const [, path] = variableAndPath(variable, variable);
  const fs = path ? builtin<Files>("fs") : undefined;
  const status = fs?.statSync(path ?? "", { throwIfNoEntry: false });
  return status === undefined ? "" : `${status.ino}-${status.mtimeMs}`;
}

interface Files {
  statSync(path: string, options: object): Status | undefined;
}

/** What stands in for a store that is in trouble, or lacks a secret in development. */
function fallback(request: Request<SecretOptions>, error: unknown): Answer {
  if (!isSecretError(error)) throw error;
  const isDeveloped = environment() === "development";
  const usual = isDeveloped ? "env" : "none";
  const place = choice("SECRETS_FALLBACK", usual, "none", "env", "local");
  const isMissing = isDeveloped && error.code === "secret_not_found";
  if (place === "none" || !(isMissing || mayPass(error))) throw error;
  try {
    const step = look({ ...request, strict: true }, place);
    if (step.store !== undefined) openBlocking(step.store.path);
    return answerOf(request, step, "fallback");
  } catch (other) {
    if (isSecretError(other) && other.code === "secret_not_found") throw error;
    throw other;
  }
}
