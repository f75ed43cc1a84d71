// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is
// @ts-nocheck

// What `shield-secrets` promises; run it after a change to that:
//
//     node --test shield-secrets/check.mjs
//
// It takes Node and nothing else, and has a name that no other runner of tests looks for. Where
// the module is written in TypeScript, its types are taken out in a folder of its own.

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as module from "node:module";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";

const here = dirname(fileURLToPath(import.meta.url));
const load = module.createRequire(import.meta.url);
const CANARY = "made-up-canary";
const folders = [];

process.on("exit", () => {
  for (const it of folders) fs.rmSync(it, { recursive: true, force: true });
});

/** A folder that goes when the tests are done. */
function newFolder() {
  folders.push(fs.mkdtempSync(join(fs.realpathSync(tmpdir()), "shield-secrets-")));
  return folders.at(-1);
}

/** Takes the types out of a text. */
function withoutTypes(text) {
  if (module.stripTypeScriptTypes) return module.stripTypeScriptTypes(text);
  const ts = load("typescript");
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}

/** The module, as Node can load it: itself, or a copy without types. */
function loadable() {
  const beside = fs.readdirSync(dirname(here));
  const face = ["ts", "js", "mjs", "cjs"].map((it) => `shield-secrets.${it}`);
  const found = face.find((it) => beside.includes(it));
  if (extname(found) !== ".ts") return join(dirname(here), found);
  const copy = newFolder();
  fs.mkdirSync(join(copy, "shield-secrets"));
  fs.writeFileSync(join(copy, "package.json"), '{ "type": "module" }');
  const parts = fs.readdirSync(here).map((it) => join("shield-secrets", it));
  for (const file of [found, ...parts].filter((it) => it.endsWith(".ts"))) {
    const plain = withoutTypes(fs.readFileSync(join(dirname(here), file), "utf8"));
    const imports = /(from\s*")(\.[^"]*?)(\.[jt]s)?"/g;
    fs.writeFileSync(join(copy, file.replace(/ts$/, "js")), plain.replace(imports, '$1$2.js"'));
  }
  return join(copy, "shield-secrets.js");
}

const path = loadable();
const secrets = await import(pathToFileURL(path).href);
const { getSecret, getSecretAsync, getSecretJson } = secrets;

/** A part of the module, by the name of its file. */
const part = (name) =>
  import(pathToFileURL(join(dirname(path), "shield-secrets", name + extname(path))).href);

const KEPT = ["", ".rotation", ".stores", ".threads", ".untold"];

/** As if the program had just started. */
function forget() {
  secrets.configure?.();
  for (const it of KEPT) delete globalThis[Symbol.for(`shield.secrets${it}`)];
}

/** A test in a folder of its own, without the variables of this machine. */
function check(name, body, options = {}) {
  test(name, options, async () => {
    const outside = { ...process.env };
    const folder = newFolder();
    const mine = { SECRETS_STORE: join(folder, "none"), XDG_CONFIG_HOME: folder, APPDATA: folder };
    for (const it of Object.keys(process.env)) {
      if (!["PATH", "SYSTEMROOT", "NODE_V8_COVERAGE"].includes(it.toUpperCase())) {
        delete process.env[it];
      }
    }
    Object.assign(process.env, mine);
    forget();
    try {
      await body(folder);
    } finally {
      for (const it of Object.keys(process.env)) delete process.env[it];
      Object.assign(process.env, outside);
      forget();
    }
  });
}

/** Reads a secret in every way, which fails with `code` and a message with `words` in it. */
async function fails(code, words, name, ...rest) {
  for (const read of [getSecret, getSecretAsync]) {
    // What could not be opened is not tried again at once.
    delete globalThis[Symbol.for("shield.secrets")];
    await assert.rejects(
      async () => read(name, ...rest),
      (error) => {
        assert.ok(error instanceof secrets.SecretError, error.stack);
        assert.equal(error.code, code, error.message);
        assert.match(error.message, words);
        assert.ok(!inspect(error, { depth: null, showHidden: true }).includes(CANARY));
        return true;
      },
    );
  }
}

/**
 * A server that answers what `handle(request, body, state)` returns: a status and a body, or
 * `silence`.
 *
 * It runs in a thread, since reads that cannot wait stop this one. `say` changes its state and
 * returns the paths that it was asked for.
 */
async function serve(handle, state) {
  const code = `
    const { parentPort, workerData } = require("node:worker_threads");
    const handle = eval("(" + workerData.handle + ")");
    const { state } = workerData;
    let asked = [];
    const server = require("node:http").createServer((request, response) => {
      let text = "";
      request.on("data", (it) => (text += it)).on("end", () => {
        asked.push(request.url);
        const answer = handle(request, text && JSON.parse(text), state);
        if (answer === "silence") return;
        const [status, body] = answer;
        response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
      });
    });
    server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
    parentPort.on("message", (it) => {
      Object.assign(state, it);
      parentPort.postMessage(asked);
      asked = [];
    });
  `;
  const worker = new Worker(code, { eval: true, workerData: { handle: String(handle), state } });
  // It does not keep this program alive but while it is waited for.
  const heard = async () => {
    worker.ref();
    const answer = await new Promise((done) => worker.once("message", done));
    worker.unref();
    return answer;
  };
  const port = await heard();
  const say = (more) => {
    const answer = heard();
    worker.postMessage(more);
    return answer;
  };
  return { address: `http://127.0.0.1:${port}`, say };
}

check("a variable is read each time, and empty is a value", async () => {
  for (const value of ["one", ""]) {
    process.env.API_KEY = value;
    assert.equal(getSecret("api-key", "default"), value);
    assert.equal(await getSecretAsync("api-key"), value);
  }
  process.env.OTHER = "x";
  assert.equal(getSecret("api-key", { env: "OTHER" }), "x");
  assert.equal(secrets.variableOf("app/db.main-key"), "APP_DB_MAIN_KEY");
});

check("a missing secret is an error, or the default", async () => {
  await fails("secret_not_found", /API_KEY is not set/, "api-key");
  assert.equal(getSecret("api-key", "x"), "x");
  assert.equal(getSecretJson("api-key", null), null);
  assert.equal(await getSecretAsync("api-key", undefined), undefined);
  process.env.SECRETS_FORBID_DEFAULTS = "1";
  await fails("secret_not_found", /FORBID/, "api-key", "x");
  assert.equal(getSecret("api-key", null), null);
  process.env.ENVIRONMENT = "production";
  await fails("secret_not_found", /production/, "api-key");
});

check("a file is read without its last line break", async (folder) => {
  const file = join(folder, "key");
  process.env.API_KEY_FILE = file;
  await fails("configuration", /API_KEY_FILE/, "api-key", "x");
  for (const [content, value] of [
    ["a\n", "a"],
    ["a\r\n", "a"],
    ["a\n\n", "a\n"],
  ]) {
    fs.writeFileSync(file, content);
    assert.equal(getSecret("api-key"), value);
  }
  for (const content of [Buffer.from([0xff]), "a".repeat(2_000_000)]) {
    fs.writeFileSync(file, content);
    await fails("secret_invalid", /API_KEY_FILE/, "api-key", "x");
  }
  process.env.API_KEY = "both";
  await fails("configuration", /both/, "api-key");
  delete process.env.API_KEY;
  const read = fs.default.readFileSync;
  fs.default.readFileSync = () => {
    throw Object.assign(new Error(CANARY), { code: "EACCES" });
  };
  try {
    await fails("secret_access_denied", /may not read/, "api-key");
  } finally {
    fs.default.readFileSync = read;
  }
});

check("a .env is read where it is asked for", async (folder) => {
  const file = join(folder, ".env");
  fs.writeFileSync(file, "\uFEFF# a comment\n\nexport API_KEY='a $b'\nOTHER = c # d\n");
  await fails("secret_not_found", /API_KEY/, "api-key");
  process.env.SECRETS_DOTENV = file;
  assert.equal(getSecret("api-key"), "a $b");
  assert.equal(getSecret("other"), "c # d");
  assert.equal(getSecret("nothing", "x"), "x");
  process.env.API_KEY = "mine";
  assert.equal(getSecret("api-key"), "mine");
  fs.appendFileSync(file, `${CANARY}\n`);
  await fails("configuration", /line 5/, "other");
  process.env.ENVIRONMENT = "production";
  await fails("configuration", /SECRETS_DOTENV/, "other", "x");
});

check("JSON is an object, or an error that does not quote it", async () => {
  process.env.LOGIN = '{"user": "x", "port": 1}';
  assert.deepEqual({ ...getSecretJson("login") }, { user: "x", port: 1 });
  for (const text of [CANARY, `["${CANARY}"]`]) {
    process.env.LOGIN = text;
    assert.throws(
      () => getSecretJson("login"),
      (error) => error.code === "secret_invalid" && !inspect(error).includes(CANARY),
    );
  }
});

check("settings that make no sense are errors", async () => {
  process.env.API_KEY = CANARY;
  process.env.SECRETS_BACKEND = "nowhere";
  await fails("configuration", /SECRETS_BACKEND/, "api-key", "x");
  await assert.rejects(async () => secrets.loadSecrets(), secrets.SecretConfigurationError);
});

check("a browser has no secrets", () => {
  const { process: own } = globalThis;
  const asIn = (given) => {
    Object.defineProperty(globalThis, "process", { value: given, configurable: true });
  };
  globalThis.window = {};
  asIn(undefined);
  try {
    assert.throws(() => getSecret("api-key"), /a browser cannot keep secrets/);
    assert.equal(getSecret("api-key", "x"), "x");
    delete globalThis.window;
    asIn({ env: { API_KEY_FILE: "x" } });
    assert.throws(() => getSecret("api-key"), /takes Node/);
    asIn({ env: { SECRETS_BACKEND: "local" } });
    assert.throws(() => getSecret("api-key"), /takes Node/);
  } finally {
    delete globalThis.window;
    asIn(own);
  }
});

/** The package that opens the encrypted file, if it is here. */
async function agePackage() {
  try {
    return await import(pathToFileURL(load.resolve("age-encryption")).href);
  } catch {
    return undefined;
  }
}

const age = await agePackage();
const sealed = { skip: age === undefined && "age-encryption is not installed" };
const identities = age && [await age.generateIdentity(), await age.generateIdentity()];

/** Writes an encrypted file, and a key for it. */
async function seal(folder, content, key = identities[0]) {
  const encrypter = new age.Encrypter();
  encrypter.addRecipient(await age.identityToRecipient(identities[0]));
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const place = join(folder, ".shield");
  fs.mkdirSync(place, { recursive: true });
  const store = join(place, "secrets.dev.age");
  fs.rmSync(store, { force: true });
  fs.writeFileSync(store, age.armor.encode(await encrypter.encrypt(text)));
  fs.writeFileSync(join(folder, "identity.txt"), `# a key\n${key}\n`, { mode: 0o600 });
  process.env.SECRETS_STORE = store;
  process.env.SECRETS_IDENTITY_FILE = join(folder, "identity.txt");
  return store;
}

const storeOf = (held, environment = "development") => ({ schema: 1, environment, secrets: held });

check(
  "the encrypted file helps out, and never in production",
  async (folder) => {
    await seal(folder, storeOf({ a: "of the file" }));
    await secrets.loadSecrets();
    assert.equal(getSecret("a"), "of the file");
    assert.equal(await getSecretAsync("a"), "of the file");
    assert.equal(getSecret("a", undefined), undefined);
    await fails("secret_not_found", /no such name/, "b");
    process.env.SECRETS_BACKEND = "local";
    await secrets.loadSecrets();
    assert.equal(getSecret("a", undefined), "of the file");
    await fails("secret_not_found", /no such name/, "b");
    process.env.ENVIRONMENT = "production";
    await fails("configuration", /production/, "a");
    delete process.env.SECRETS_BACKEND;
    await fails("secret_not_found", /nothing else is asked/, "a");
  },
  sealed,
);

check(
  "an encrypted file that is not right is told",
  async (folder) => {
    process.env.SECRETS_BACKEND = "local";
    await fails("configuration", /SECRETS_STORE/, "a");
    const wrong = ["no json", "{}", storeOf({ a: 1 }), storeOf({}, "production")];
    for (const content of wrong) {
      await seal(folder, content);
      await fails(
        /production/.test(inspect(content)) ? "configuration" : "secret_invalid",
        /./,
        "a",
      );
    }
    await seal(folder, storeOf({}), identities[1]);
    await fails("secret_store_locked", /others/, "a");
    await assert.rejects(secrets.loadSecrets(), secrets.SecretStoreLockedError);
    await seal(folder, storeOf({}), "no key");
    await fails("secret_store_locked", /identity/, "a");
    const store = await seal(folder, storeOf({}));
    const key = process.env.SECRETS_IDENTITY_FILE;
    if (process.platform !== "win32") {
      fs.chmodSync(key, 0o644);
      await fails("secret_store_locked", /chmod/, "a");
    }
    process.env.SECRETS_IDENTITY_FILE = folder;
    await fails("configuration", /no file/, "a");
    delete process.env.SECRETS_IDENTITY_FILE;
    await fails("secret_store_locked", /no key/, "a");
    process.env.SECRETS_IDENTITY_FILE = key;
    fs.rmSync(store);
    fs.mkdirSync(store);
    await fails("configuration", /link/, "a");
    delete process.env.SECRETS_BACKEND;
    await fails("secret_not_found", /is of no help/, "a");
  },
  sealed,
);

// What belongs to the stores that this project reads.
const tools = { assert, CANARY, check, fails, forget, fs, join, part, secrets, serve };
for (const it of ["check-stores.mjs", "check-aws.mjs", "check-vault.mjs"]) {
  if (fs.existsSync(join(here, it))) await (await import(`./${it}`)).default(tools);
}
