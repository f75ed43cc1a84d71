// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// Secrets from the encrypted file of the project, for development.
//
// The file is JSON, encrypted with age (https://age-encryption.org) for the developers whose
// public keys are in `.shield/recipients.txt`. `shield` writes it, and `age -d` opens it:
//
//     {"schema": 1, "environment": "development", "secrets": {"stripe-key": "..."}}
//
// Opening it takes the package `age-encryption`, which works with promises. So a thread of its
// own opens the file, once for all secrets, and a read that cannot wait sleeps until it is done.

import {
  SecretConfigurationError,
  SecretInvalidError,
  SecretStoreLockedError,
  SecretUnavailableError,
} from "./errors.js";
import type { SecretError } from "./errors.js";
import { isFields, parsedJson } from "./json.js";
import { builtins, runtime, shared } from "./node.js";
import type { Node, Status } from "./node.js";
import { isProduction, setting } from "./settings.js";
import { Thread } from "./thread.js";

declare const __dirname: string | undefined;

/** What is kept between reads. */
interface State {
  /** Which file, in which state, this is about. */
  stamp: string;
  values: Map<string, string>;
  failure: Failure | undefined;
  /** When to try again after a failure: sleeping at each read would stop the program. */
  retry: number;
  filling: Promise<void> | undefined;
  timeout: number;
}

/** Why the file could not be opened. */
interface Failure {
  readonly type: new (name: string, reason: string, backend: string) => SecretError;
  readonly reason: string;
}

/** What the thread that opens the file is told. */
interface Job {
  readonly store: string;
  readonly identity: string;
  readonly module: string;
}

/** What it answers: the decrypted text, or what it could not do. */
interface Answer {
  readonly plain?: string;
  readonly failed?: "load" | "read" | "decrypt";
}

const BACK_OFF = 5_000;
const PACKAGE = "age-encryption";
const MISSING = `opening it takes the package ${PACKAGE}, which is missing (\`npm install ${PACKAGE}\`)`;

function state(): State {
  return shared<State>("shield.secrets", () => ({
    stamp: "",
    values: new Map(),
    failure: undefined,
    retry: 0,
    filling: undefined,
    timeout: 10_000,
  }));
}

/** The secrets of the file that was opened, or why it was not. */
export function opened(name: string): Map<string, string> {
  const { failure, values } = state();
  if (failure !== undefined) throw new failure.type(name, failure.reason, "local");
  return values;
}

export function openBlocking(path: string): void {
  const node = builtins();
  const job = node && prepare(node, path);
  if (job === undefined) return;
  const thread = new Thread(node as Node, OPEN);
  finish(thread.askNow([job], state().timeout)[0]);
  thread.end();
}

export async function open(path: string): Promise<void> {
  const node = builtins();
  const kept = state();
  const job = node && kept.filling === undefined ? prepare(node, path) : undefined;
  if (job !== undefined) {
    const thread = new Thread(node as Node, OPEN);
    kept.filling = thread.ask(job, kept.timeout).then((answer) => {
      thread.end();
      kept.filling = undefined;
      finish(answer);
    });
  }
  await kept.filling;
}

/** What is to be done to open the file; nothing when it is open, or has failed just now. */
function prepare(node: Node, path: string): Job | undefined {
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

function fail(type: Failure["type"], reason: string): undefined {
  const kept = state();
  kept.values = new Map();
  kept.failure = { type, reason };
  kept.retry = Date.now() + BACK_OFF;
}

/** Takes over what the thread has answered; nothing when it took too long. */
function finish(given: unknown): undefined {
  if (given === undefined) return fail(SecretUnavailableError, "it took too long to open it");
  const answer = given as Answer;
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
function take(plain: string): undefined {
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
  kept.values = new Map(Object.entries(secrets as Record<string, string>));
  kept.failure = undefined;
  return undefined;
}

/**
 * The encrypted file: `SECRETS_STORE`, or the nearest above this module, the program or the
 * working directory. The search ends with the repository, and never leaves the user's home.
 */
export function findStore(node: Node): string | undefined {
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
function startingPoints(node: Node): string[] {
  const points: string[] = [];
  // Only CommonJS has it.
  if (typeof __dirname === "string") points.push(__dirname);
  const program = runtime.process?.argv?.[1];
  if (program !== undefined) points.push(node.path.dirname(node.path.resolve(program)));
  const working = runtime.process?.cwd?.();
  if (working !== undefined) points.push(working);
  return points;
}

/** Where a package is, as seen from the project, some other folder, or this module. */
export function findPackage(node: Node, name: string, folder?: string): string | undefined {
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
function defaultIdentity(node: Node): string {
  const windows = runtime.process?.platform === "win32";
  const named = runtime.process?.env[windows ? "APPDATA" : "XDG_CONFIG_HOME"] ?? "";
  const usual = windows ? ["AppData", "Roaming"] : [".config"];
  const base = node.path.isAbsolute(named) ? named : node.path.join(node.os.homedir(), ...usual);
  return node.path.join(base, "shield", "identity.txt");
}

/** What is at `path`, links not followed; nothing when it cannot be looked at. */
function statusOf(node: Node, path: string): Status | undefined {
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
