"use strict";
// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
/**
 * Secrets by name, from wherever they are kept.
 *
 *     const { getSecret } = require("./shield-secrets");
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
 * - `SECRETS_FORBID_DEFAULTS`: with `1`, a default that is a text is an error instead of a value.
 * - `ENVIRONMENT`, else `DJANGO_ENV`, else `NODE_ENV`: `production` keeps the encrypted file out.
 */

Object.defineProperty(exports, "__esModule", { value: true });
exports.SecretConfigurationError =
  exports.SecretUnavailableError =
  exports.SecretStoreLockedError =
  exports.SecretInvalidError =
  exports.SecretAccessError =
  exports.SecretNotFoundError =
  exports.SecretError =
    void 0;
exports.variableOf = variableOf;
exports.getSecret = getSecret;
exports.getSecretAsync = getSecretAsync;
exports.getSecretJson = getSecretJson;
exports.loadSecrets = loadSecrets;

/**
 * Anything that went wrong with a secret.
 *
 * No message has a value in it, nor a part of one, so all of them can be logged. `code` is a
 * word for programs: it stays when a message is reworded.
 */
class SecretError extends Error {
  constructor(kind, secretName, reason, backend) {
    super(`secret "${secretName}" ${kind.said}: ${reason}`);
    Object.setPrototypeOf(this, new.target.prototype);
    this.name = kind.name;
    this.secretName = secretName;
    this.reason = reason;
    this.backend = backend;
    this.code = kind.code;
  }
}
exports.SecretError = SecretError;

/** There is no such secret, and no default was given. */
class SecretNotFoundError extends SecretError {
  constructor(secretName, reason, backend = "env") {
    const kind = { name: "SecretNotFoundError", code: "secret_not_found", said: "not found" };
    super(kind, secretName, reason, backend);
  }
}
exports.SecretNotFoundError = SecretNotFoundError;

/** The secret is there, but this program may not read it. No default stands in for it. */
class SecretAccessError extends SecretError {
  constructor(secretName, reason, backend = "env") {
    const kind = { name: "SecretAccessError", code: "secret_access_denied", said: "not readable" };
    super(kind, secretName, reason, backend);
  }
}
exports.SecretAccessError = SecretAccessError;

/** The secret is there, but is not what was asked for: not text, or not JSON. */
class SecretInvalidError extends SecretError {
  constructor(secretName, reason, backend = "env") {
    const kind = { name: "SecretInvalidError", code: "secret_invalid", said: "not valid" };
    super(kind, secretName, reason, backend);
  }
}
exports.SecretInvalidError = SecretInvalidError;

/** The encrypted file is there, but nothing on this machine opens it. */
class SecretStoreLockedError extends SecretError {
  constructor(secretName, reason, backend = "local") {
    const kind = { name: "SecretStoreLockedError", code: "secret_store_locked", said: "locked" };
    super(kind, secretName, reason, backend);
  }
}
exports.SecretStoreLockedError = SecretStoreLockedError;

/** The encrypted file took too long to open; another try may succeed. */
class SecretUnavailableError extends SecretError {
  constructor(secretName, reason, backend = "local") {
    const kind = {
      name: "SecretUnavailableError",
      code: "secret_backend_unavailable",
      said: "not available",
    };
    super(kind, secretName, reason, backend);
  }
}
exports.SecretUnavailableError = SecretUnavailableError;

/** The settings contradict each other, or ask for something that is not there. */
class SecretConfigurationError extends SecretError {
  constructor(secretName, reason, backend = "env") {
    const kind = {
      name: "SecretConfigurationError",
      code: "configuration",
      said: "not available",
    };
    super(kind, secretName, reason, backend);
  }
}
exports.SecretConfigurationError = SecretConfigurationError;

/** The environment variable of a secret: `database/url` is `DATABASE_URL`. */
function variableOf(name) {
  return name.replace(/[/\-.]/g, "_").toUpperCase();
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
function getSecret(name, ...rest) {
  const request = requestOf(name, rest);
  const step = look(request);
  if (step.store !== undefined) openBlocking(step.store.path);
  return settle(request, step);
}

/** Like `getSecret`, for code that can wait: opening the encrypted file does not block. */
async function getSecretAsync(name, ...rest) {
  const request = requestOf(name, rest);
  const step = look(request);
  if (step.store !== undefined) await open(step.store.path);
  return settle(request, step);
}

/**
 * The fields of a secret that holds a JSON object.
 *
 *     const { username, password } = getSecretJson("database/credentials");
 */
function getSecretJson(name, ...rest) {
  const request = requestOf(name, rest);
  const step = look(request);
  if (step.store !== undefined) openBlocking(step.store.path);
  const text = settle(request, step);
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
async function loadSecrets() {
  const everything = "*";
  const store = storeFor(everything, backend(everything));
  if (store === undefined) return;
  await open(store.path);
  if (store.explicit) opened(everything);
}

// From a name to a value: the rules, without the places.

function requestOf(name, rest) {
  const strict = rest.length === 0 || isOptions(rest[0]);
  const options = isOptions(rest[0]) ? rest[0] : rest[1];
  const variable = (isOptions(options) && options.env) || variableOf(name);
  return { name, variable, strict, fallback: strict ? undefined : rest[0] };
}

function isOptions(value) {
  return typeof value === "object" && value !== null;
}

function look(request) {
  const { name, variable, strict } = request;
  if (inBrowser()) {
    const reason = "a browser cannot keep secrets: read it on the server";
    // Code that servers and browsers share finds no variables in a browser, and goes on.
    if (strict) throw new SecretConfigurationError(name, reason);
    return { value: undefined, reason };
  }
  const chosen = backend(name);
  const unset = `the environment variable ${variable} is not set`;
  if (chosen !== "local") {
    const value = readVariable(name, variable);
    // A read with a default has its answer: the default.
    if (value !== undefined || !strict) return { value, reason: unset };
  }
  const store = storeFor(name, chosen);
  if (store !== undefined) {
    const reason = store.explicit ? "the encrypted file has no such name" : unset;
    return { value: undefined, reason, store };
  }
  const alone = inProduction() ? ", and in production nothing else is asked" : "";
  return { value: undefined, reason: unset + alone };
}

function settle(request, step) {
  let { value, reason } = step;
  if (step.store !== undefined) {
    try {
      value = opened(request.name).get(request.name);
      if (!step.store.explicit) reason += ", and the encrypted file has no such name";
    } catch (error) {
      if (step.store.explicit || !(error instanceof SecretError)) throw error;
      reason += `, and the encrypted file is of no help: ${error.reason}`;
    }
  }
  if (value !== undefined) return value;
  if (request.strict) throw new SecretNotFoundError(request.name, reason);
  if (typeof request.fallback === "string" && forbidsDefaults()) {
    throw new SecretNotFoundError(request.name, `${reason}, and SECRETS_FORBID_DEFAULTS is on`);
  }
  return request.fallback;
}

function inBrowser() {
  return runtime.window !== undefined && runtime.process?.versions?.node === undefined;
}

function backend(name) {
  const chosen = setting("SECRETS_BACKEND")?.toLowerCase() ?? "either";
  if (chosen === "env" || chosen === "local" || chosen === "either") return chosen;
  throw new SecretConfigurationError(name, "SECRETS_BACKEND must be env or local, or not set");
}

function storeFor(name, chosen) {
  if (chosen === "env") return undefined;
  const explicit = chosen === "local";
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

function forbidsDefaults() {
  const set = (setting("SECRETS_FORBID_DEFAULTS") ?? "").toLowerCase();
  return !["", "0", "false", "no", "off"].includes(set);
}

function inProduction() {
  const named = setting("ENVIRONMENT") ?? setting("DJANGO_ENV") ?? setting("NODE_ENV");
  return named !== undefined && isProduction(named);
}

function isProduction(environment) {
  return /^\s*(prod|prd|live)/i.test(environment);
}

/** A setting of this module; `undefined` when it is not set or empty. */
function setting(name) {
  return runtime.process?.env[name]?.trim() || undefined;
}

// Secrets from environment variables, and from files that variables point to.

/**
 * The value of `variable`, or of the file that `<variable>_FILE` names.
 *
 * Docker and Kubernetes put secrets into files; the second form is how images are told where.
 * The last line break of a file does not count.
 */
function readVariable(name, variable) {
  const pointer = `${variable}_FILE`;
  const value = runtime.process?.env[variable];
  const path = runtime.process?.env[pointer];
  if (!path) return value;
  if (value) {
    throw new SecretConfigurationError(name, `both ${variable} and ${pointer} are set; unset one`);
  }
  // Messages name the variable and not the path: somebody may have put the value there.
  const file = `the file that ${pointer} names`;
  const node = builtins();
  if (node === undefined) throw new SecretConfigurationError(name, NEEDS_NODE);
  let content;
  try {
    content = node.fs.readFileSync(path);
  } catch (error) {
    if (isDenied(error)) throw new SecretAccessError(name, `this user may not read ${file}`);
    throw new SecretConfigurationError(name, `${file} cannot be read`);
  }
  if (content.length > 1024 * 1024) {
    throw new SecretInvalidError(name, `${file} is too large for a secret`);
  }
  if (!node.buffer.isUtf8(content))
    throw new SecretInvalidError(name, `${file} is not text in UTF-8`);
  return content.toString("utf8").replace(/\r?\n$/, "");
}

function isDenied(error) {
  const code = error.code;
  return code === "EACCES" || code === "EPERM";
}

// Secrets from the encrypted file of the project, for development.
//
// The file is JSON, encrypted with age (https://age-encryption.org) for the developers whose
// public keys are in `.shield/recipients.txt`. `shield` writes it, and `age -d` opens it:
//
//     {"schema": 1, "environment": "development", "secrets": {"stripe-key": "..."}}
//
// Opening it takes the package `age-encryption`, which works with promises. So a thread of its
// own opens the file, once for all secrets, and a read that cannot wait sleeps until it is done.

const BACK_OFF = 5_000;
const NEEDS_NODE = "files are read with Node 20.16, Node 22.3 or later only";

function state() {
  const key = Symbol.for("shield.secrets");
  const first = {
    stamp: "",
    values: new Map(),
    failure: undefined,
    retry: 0,
    filling: undefined,
    timeout: 10_000,
  };
  runtime[key] = runtime[key] ?? first;
  return runtime[key];
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
  if (job !== undefined) finish(runBlocking(node, job));
}

async function open(path) {
  const node = builtins();
  const kept = state();
  const job = node && kept.filling === undefined ? prepare(node, path) : undefined;
  if (job !== undefined) {
    kept.filling = run(node, job).then((answer) => {
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
  const module = findPackage(node, path);
  if (module === undefined) return fail(SecretConfigurationError, MISSING);
  return { store: path, identity, module };
}

const MISSING =
  "opening it takes the package age-encryption, which is missing (`npm install age-encryption`)";

function fail(type, reason) {
  const kept = state();
  kept.values = new Map();
  kept.failure = { type, reason };
  kept.retry = Date.now() + BACK_OFF;
}

/** Takes over what the thread has answered; nothing when it took too long. */
function finish(answer) {
  if (answer === undefined) return fail(SecretUnavailableError, "it took too long to open it");
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
}

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
  points.push(__dirname);
  const program = runtime.process?.argv?.[1];
  if (program !== undefined) points.push(node.path.dirname(node.path.resolve(program)));
  const working = runtime.process?.cwd?.();
  if (working !== undefined) points.push(working);
  return points;
}

/** Where the package `age-encryption` is, as seen from the project. */
function findPackage(node, store) {
  const project = node.path.dirname(node.path.dirname(store));
  for (const folder of [...startingPoints(node), project]) {
    try {
      return node.module.createRequire(node.path.join(folder, "_")).resolve("age-encryption");
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

/** Runs in a thread of its own, and says nothing but its answer: its output would come too late. */
const OPEN = `
const { workerData } = require("node:worker_threads");
const { readFileSync } = require("node:fs");
const { pathToFileURL } = require("node:url");
const { port, flag, job } = workerData;
let doing = "load";
(async () => {
  const age = await import(pathToFileURL(job.module).href);
  doing = "read";
  const decrypter = new age.Decrypter();
  for (const line of readFileSync(job.identity, "utf8").split("\\n")) {
    if (line.trim() && !line.trim().startsWith("#")) decrypter.addIdentity(line.trim());
  }
  doing = "decrypt";
  return decrypter.decrypt(age.armor.decode(readFileSync(job.store, "utf8")), "text");
})()
  .then((plain) => ({ plain }), () => ({ failed: doing }))
  .then((answer) => {
    port.postMessage(answer);
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
  });
`;

function start(node, job, flag) {
  const { port1, port2 } = new node.threads.MessageChannel();
  // What the program was started with is not for this thread.
  const { NODE_OPTIONS: _, ...env } = runtime.process?.env ?? {};
  const worker = new node.threads.Worker(OPEN, {
    eval: true,
    env,
    execArgv: [],
    workerData: { port: port2, flag, job },
    transferList: [port2],
  });
  // Without a listener, an error in the thread would end the program.
  worker.on("error", () => undefined);
  return { worker, port: port1 };
}

function runBlocking(node, job) {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const { worker, port } = start(node, job, flag);
  Atomics.wait(flag, 0, 0, state().timeout);
  const answer = node.threads.receiveMessageOnPort(port)?.message;
  port.close();
  void worker.terminate();
  return answer;
}

function run(node, job) {
  const { worker, port } = start(node, job, new Int32Array(new SharedArrayBuffer(4)));
  return new Promise((resolve) => {
    const timer = runtime.setTimeout(() => resolve(undefined), state().timeout);
    port.once("message", (answer) => {
      runtime.clearTimeout(timer);
      resolve(answer);
    });
    worker.on("error", () => resolve({ failed: "load" }));
  }).finally(() => {
    port.close();
    void worker.terminate();
  });
}

const runtime = globalThis;

/** The modules of Node, without an import that a bundler for something else trips over. */
function builtins() {
  const get = runtime.process?.getBuiltinModule;
  if (get === undefined) return undefined;
  return {
    fs: get("node:fs"),
    os: get("node:os"),
    path: get("node:path"),
    buffer: get("node:buffer"),
    module: get("node:module"),
    threads: get("node:worker_threads"),
  };
}
