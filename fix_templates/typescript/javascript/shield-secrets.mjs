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
export function getSecret(name, ...rest) {
  const request = requestOf(name, rest);
  const step = look(request, place(name));
  if (step.store !== undefined) openBlocking(step.store.path);
  return textOf(request, step);
}

/** Like `getSecret`, for code that can wait: opening the encrypted file does not block. */
export async function getSecretAsync(name, ...rest) {
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
export function getSecretJson(name, ...rest) {
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
export function loadSecrets() {
  return openAhead(place("*"));
}

function place(name) {
  const known = placeOf(setting("SECRETS_BACKEND")?.toLowerCase());
  if (known !== undefined) return known;
  throw new SecretConfigurationError(name, "SECRETS_BACKEND must be env or local, or not set");
}

function textOf(request, step) {
  try {
    return settle(request.name, step);
  } catch (error) {
    return insteadOf(error, request);
  }
}

// From a name to a value: the rules for the environment and the encrypted file.

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

// The settings of this module: environment variables.

/** A setting of this module; `undefined` when it is not set or empty. */
function setting(name) {
  return runtime.process?.env[name]?.trim() || undefined;
}

/** Whether a setting is switched on. */
function flag(name) {
  const set = (setting(name) ?? "").toLowerCase();
  return !["", "0", "false", "no", "off"].includes(set);
}

/** Where this program runs, in the words of whoever started it. */
function environmentName() {
  return setting("ENVIRONMENT") ?? setting("DJANGO_ENV") ?? setting("NODE_ENV");
}

function inProduction() {
  return isProduction(environmentName() ?? "");
}

function isProduction(environment) {
  return /^\s*(prod|prd|live)/i.test(environment);
}

// Secrets from environment variables, and from files that variables point to.

/** The environment variable of a secret: `database/url` is `DATABASE_URL`. */
export function variableOf(name) {
  return name.replace(/[/\-.]/g, "_").toUpperCase();
}

/**
 * The value of `variable`, or of the file that `<variable>_FILE` names.
 *
 * Docker and Kubernetes put secrets into files; the second form is how images are told where.
 * The last line break of a file does not count. Where this program has neither, the file counts
 * that `SECRETS_DOTENV` names.
 */
function readVariable(name, variable) {
  const [value, path] = variableAndPath(name, variable);
  if (!path) return value;
  const pointer = `${variable}_FILE`;
  if (value) {
    throw new SecretConfigurationError(name, `both ${variable} and ${pointer} are set; unset one`);
  }
  // Messages name the variable and not the path: somebody may have put the value there.
  return fileOf(name, path, `the file that ${pointer} names`).replace(/\r?\n$/, "");
}

/** A variable and the one that names a file for it, both of this program or both of the file. */
function variableAndPath(name, variable) {
  const names = [variable, `${variable}_FILE`];
  const own = names.map((it) => runtime.process?.env[it]);
  const path = setting("SECRETS_DOTENV");
  if (path === undefined || own.some((it) => it !== undefined)) return own;
  if (inProduction()) {
    const reason = "SECRETS_DOTENV is set, which is for development, and this is production";
    throw new SecretConfigurationError(name, reason);
  }
  const lines = dotenv(name, path);
  return names.map((it) => lines.get(it));
}

/**
 * The lines of a `.env`: `NAME=value`, and nothing is done to the value but that blanks around it go
 * and then one pair of quotes, of one kind. `export` may stand before a name. Empty lines and those
 * that begin with `#` do not count, and of two for one name the last does.
 */
function dotenv(name, path) {
  const what = "the file that SECRETS_DOTENV names";
  const values = new Map();
  const lines = fileOf(name, path, what)
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, key, value] = /^\s*(?:export\s+)?(\w+)\s*=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) {
      throw new SecretConfigurationError(name, `line ${index + 1} of ${what} is not NAME=value`);
    }
    values.set(key, value.trim().replace(/^(["'])(.*)\1$/, "$2"));
  }
  return values;
}

function fileOf(name, path, what) {
  const node = builtins();
  if (node === undefined) throw new SecretConfigurationError(name, NEEDS_NODE);
  let content;
  try {
    content = node.fs.readFileSync(path);
  } catch (error) {
    if (isDenied(error)) throw new SecretAccessError(name, `this user may not read ${what}`);
    throw new SecretConfigurationError(name, `${what} cannot be read`);
  }
  if (content.length > 1024 * 1024) {
    throw new SecretInvalidError(name, `${what} is too large for a secret`);
  }
  if (!node.buffer.isUtf8(content)) {
    throw new SecretInvalidError(name, `${what} is not text in UTF-8`);
  }
  return content.toString("utf8");
}

function isDenied(error) {
  const code = error.code;
  return code === "EACCES" || code === "EPERM";
}

const BACK_OFF = 5_000;
const PACKAGE = "age-encryption";
const MISSING = `opening it takes the package ${PACKAGE}, which is missing (\`npm install ${PACKAGE}\`)`;

function state() {
  return shared("shield.secrets", () => ({
    stamp: "",
    values: new Map(),
    failure: undefined,
    retry: 0,
    filling: undefined,
    timeout: 10_000,
  }));
}

/** The secrets of the file that was opened, or why it was not. */
function opened(name) {
  const { failure, values } = state();
  if (failure !== undefined) throw new failure.type(name, failure.reason, "local");
  return values;
}

function openBlocking(path) {
  const node = builtins();
  const job = node && prepare(node, path);
  if (job === undefined) return;
  const thread = new Thread(node, OPEN);
  finish(thread.askNow([job], state().timeout)[0]);
  thread.end();
}

async function open(path) {
  const node = builtins();
  const kept = state();
  const job = node && kept.filling === undefined ? prepare(node, path) : undefined;
  if (job !== undefined) {
    const thread = new Thread(node, OPEN);
    kept.filling = thread.ask(job, kept.timeout).then((answer) => {
      thread.end();
      kept.filling = undefined;
      finish(answer);
    });
  }
  await kept.filling;
}

/** What is to be done to open the file; nothing when it is open, or has failed just now. */
function prepare(node, path) {
  const kept = state();
  const identity = setting("SECRETS_IDENTITY_FILE") ?? defaultIdentity(node);
  const status = statusOf(node, path);
  const changed = status && [path, identity, status.mtimeMs, status.ino, status.size].join(" ");
  if (changed === kept.stamp && (kept.failure === undefined || Date.now() < kept.retry)) {
    return undefined;
  }
  kept.stamp = changed ?? "";
  if (!status?.isFile()) {
    return fail(SecretConfigurationError, "the encrypted file is a link, or no file");
  }
  if (status.size > 16 * 1024 * 1024) {
    return fail(SecretInvalidError, "the encrypted file is too large");
  }
  const key = statusOf(node, identity);
  if (key === undefined) {
    const reason = `this user has no key for it: there is no ${identity} (SECRETS_IDENTITY_FILE)`;
    return fail(SecretStoreLockedError, reason);
  }
  if (!key.isFile()) return fail(SecretConfigurationError, `${identity} is a link, or no file`);
  if (runtime.process?.platform !== "win32" && (key.mode & 0o077) !== 0) {
    return fail(
      SecretStoreLockedError,
      `other users can read the key in ${identity}; chmod 600 it`,
    );
  }
  const project = node.path.dirname(node.path.dirname(path));
  const module = findPackage(node, PACKAGE, project);
  if (module === undefined) return fail(SecretConfigurationError, MISSING);
  return { store: path, identity, module };
}

function fail(type, reason) {
  const kept = state();
  kept.values = new Map();
  kept.failure = { type, reason };
  kept.retry = Date.now() + BACK_OFF;
}

/** Takes over what the thread has answered; nothing when it took too long. */
function finish(given) {
  if (given === undefined) return fail(SecretUnavailableError, "it took too long to open it");
  const answer = given;
  switch (answer.failed) {
    case "load":
      return fail(SecretConfigurationError, MISSING);
    case "read":
      return fail(SecretStoreLockedError, "the file with the key is not an age identity");
    case "decrypt": {
      const reason = "it was encrypted for others (see .shield/recipients.txt), or is damaged";
      return fail(SecretStoreLockedError, reason);
    }
    case undefined:
      return take(answer.plain ?? "");
  }
}

/** Takes over the secrets of the decrypted file. */
function take(plain) {
  const content = parsedJson(plain);
  if (!isFields(content)) {
    return fail(SecretInvalidError, "the encrypted file does not hold a JSON object");
  }
  if (content["schema"] !== 1) {
    return fail(SecretInvalidError, "the encrypted file was written by a newer shield");
  }
  const environment = content["environment"];
  if (typeof environment !== "string" || isProduction(environment)) {
    const reason = "the encrypted file says it is for production, where it must not be used";
    return fail(SecretConfigurationError, reason);
  }
  const secrets = content["secrets"];
  if (!isFields(secrets) || !Object.values(secrets).every((it) => typeof it === "string")) {
    return fail(SecretInvalidError, "the encrypted file has something other than texts in it");
  }
  const kept = state();
  kept.values = new Map(Object.entries(secrets));
  kept.failure = undefined;
  return undefined;
}

/**
 * The encrypted file: `SECRETS_STORE`, or the nearest above this module, the program or the
 * working directory. The search ends with the repository, and never leaves the user's home.
 */
function findStore(node) {
  const named = setting("SECRETS_STORE");
  if (named !== undefined) return statusOf(node, named) && node.path.resolve(named);
  const home = node.os.homedir();
  for (let folder of startingPoints(node)) {
    for (;;) {
      const path = node.path.join(folder, ".shield", "secrets.dev.age");
      if (statusOf(node, path) !== undefined) return path;
      const above = node.path.dirname(folder);
      const last = above === folder || folder === home;
      if (last || statusOf(node, node.path.join(folder, ".git")) !== undefined) break;
      folder = above;
    }
  }
  return undefined;
}

/** Where to look for the files of the project: this module can be bundled to anywhere. */
function startingPoints(node) {
  const points = [];
  // Node 20.10 and older do not have it.
  if (import.meta.dirname !== undefined) points.push(import.meta.dirname);
  const program = runtime.process?.argv?.[1];
  if (program !== undefined) points.push(node.path.dirname(node.path.resolve(program)));
  const working = runtime.process?.cwd?.();
  if (working !== undefined) points.push(working);
  return points;
}

/** Where a package is, as seen from the project, some other folder, or this module. */
function findPackage(node, name, folder) {
  for (const point of [...startingPoints(node), ...(folder === undefined ? [] : [folder])]) {
    try {
      return node.module.createRequire(node.path.join(point, "_")).resolve(name);
    } catch {
      // Not from there.
    }
  }
  return undefined;
}

/** Where `shield` keeps the key. */
function defaultIdentity(node) {
  const windows = runtime.process?.platform === "win32";
  const named = runtime.process?.env[windows ? "APPDATA" : "XDG_CONFIG_HOME"] ?? "";
  const usual = windows ? ["AppData", "Roaming"] : [".config"];
  const base = node.path.isAbsolute(named) ? named : node.path.join(node.os.homedir(), ...usual);
  return node.path.join(base, "shield", "identity.txt");
}

/** What is at `path`, links not followed; nothing when it cannot be looked at. */
function statusOf(node, path) {
  try {
    return node.fs.lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Runs in a thread. */
const OPEN = `
async function act(job) {
  let doing = "load";
  try {
    const age = await import(require("node:url").pathToFileURL(job.module).href);
    doing = "read";
    const { readFileSync } = require("node:fs");
    const decrypter = new age.Decrypter();
    for (const line of readFileSync(job.identity, "utf8").split("\\n")) {
      if (line.trim() && !line.trim().startsWith("#")) decrypter.addIdentity(line.trim());
    }
    doing = "decrypt";
    const sealed = age.armor.decode(readFileSync(job.store, "utf8"));
    return { plain: await decrypter.decrypt(sealed, "text") };
  } catch {
    return { failed: doing };
  }
}
`;

// JSON that may have secrets in it.

/** Whether `value` is a JSON object. */
function isFields(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What `text` says, or `undefined`: the error of the parser would quote it. */
function parsedJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// A thread that does what takes promises, so that a read that cannot wait can sleep meanwhile.

/** Runs in the thread, and says nothing but answers: its output would come too late. */
const LISTEN = `
require("node:worker_threads").parentPort.on("message", ({ job, reply, flag }) => {
  act(job)
    .catch(() => undefined)
    .then((answer) => {
      reply.postMessage(answer);
      Atomics.store(flag, 0, 1);
      Atomics.notify(flag, 0);
    });
});
`;

/** A thread with the text of an async function `act`, which is given jobs and returns answers. */
class Thread {
  constructor(node, act) {
    this.node = node;
    this.act = act;
  }

  /** The answer to a job; nothing when that took too many milliseconds. */
  ask(job, timeout) {
    const { port } = this.send(job);
    return new Promise((resolve) => {
      const timer = runtime.setTimeout(() => resolve(undefined), timeout);
      port.once("message", (answer) => {
        runtime.clearTimeout(timer);
        resolve(answer);
      });
    }).finally(() => port.close());
  }

  /** The answers to jobs that are done side by side. The program sleeps until they are. */
  askNow(jobs, timeout) {
    const end = Date.now() + timeout;
    const asked = jobs.map((it) => this.send(it));
    return asked.map(({ port, flag }) => {
      Atomics.wait(flag, 0, 0, Math.max(0, end - Date.now()));
      const answer = this.node.threads.receiveMessageOnPort(port)?.message;
      port.close();
      return answer;
    });
  }

  end() {
    void this.worker?.terminate();
    this.worker = undefined;
  }

  send(job) {
    const { port1, port2 } = new this.node.threads.MessageChannel();
    const flag = new Int32Array(new SharedArrayBuffer(4));
    this.worker = this.worker ?? this.start();
    this.worker.postMessage({ job, reply: port2, flag }, [port2]);
    return { port: port1, flag };
  }

  start() {
    // What the program was started with is not for this thread.
    const { NODE_OPTIONS: _, ...env } = runtime.process?.env ?? {};
    const options = { eval: true, env, execArgv: [] };
    const worker = new this.node.threads.Worker(this.act + LISTEN, options);
    // Without a listener, an error in the thread would end the program.
    worker.on("error", () => this.end());
    worker.unref();
    return worker;
  }
}

// As much of Node as is used here, so that no types of it are needed.

const NEEDS_NODE = "this takes Node 20.16, Node 22.3 or later";

const runtime = globalThis;

/** A module of Node, without an import that a bundler for something else trips over. */
function builtin(name) {
  return runtime.process?.getBuiltinModule?.(`node:${name}`);
}

/** The modules of Node that are used here; nothing where there are none. */
function builtins() {
  const fs = builtin("fs");
  return (
    fs && {
      fs,
      os: builtin("os"),
      path: builtin("path"),
      buffer: builtin("buffer"),
      module: builtin("module"),
      threads: builtin("worker_threads"),
    }
  );
}

/** What is kept once for each process, even if this module is loaded twice. */
function shared(name, first) {
  const key = Symbol.for(name);
  if (runtime[key] === undefined) {
    // Where it is not enumerable, nothing prints it that prints everything.
    const value = first();
    Object.defineProperty(runtime, key, { value, configurable: true, writable: true });
  }
  return runtime[key];
}
