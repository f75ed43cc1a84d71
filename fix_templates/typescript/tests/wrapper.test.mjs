// What the wrapper does in Node.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { forms, inProject, install, modules, storeOf, wrappers } from "./project.mjs";

const [[, wrapper], [, second]] = forms;
const posix = { skip: process.platform === "win32" && "files have no mode here" };
const state = () => globalThis[Symbol.for("shield.secrets")];

test("nothing happens on import", () =>
  inProject(({ folder }) => {
    for (const it of wrappers) {
      const program = join(folder, "program.mjs");
      const code = [
        "const refuse = () => { throw new Error('read on import'); };",
        // What Node itself reads when it loads a module is no concern of the wrapper.
        "const get = (_, name) => (name === 'WATCH_REPORT_DEPENDENCIES' ? undefined : refuse());",
        "process.env = new Proxy({}, { get, has: refuse, ownKeys: refuse });",
        "process.getBuiltinModule = refuse;",
        `await import(${JSON.stringify(`file://${it.replaceAll("\\", "/")}`)});`,
        "if (Symbol.for('shield.secrets') in globalThis) refuse();",
      ];
      writeFileSync(program, code.join("\n"));
      execFileSync(process.execPath, [program], { stdio: "pipe" });
    }
  }));

test("a variable is read anew each time", () =>
  inProject(() => {
    for (const value of ["one", "two"]) {
      process.env.API_KEY = value;
      assert.equal(wrapper.getSecret("api-key"), value);
    }
  }));

test("no value is a default like any other", () =>
  inProject(async () => {
    assert.equal(wrapper.getSecret("api-key", undefined), undefined);
    assert.equal(wrapper.getSecret("api-key", null), null);
    assert.equal(wrapper.getSecretJson("api-key", undefined), undefined);
    assert.equal(await wrapper.getSecretAsync("api-key", undefined), undefined);
    assert.throws(() => wrapper.getSecret("api-key", {}), wrapper.SecretNotFoundError);
  }));

test("the encrypted file is opened once until it changes, by whichever copy is asked", () =>
  inProject(async ({ seal }) => {
    await seal(storeOf({ "api-key": "one" }));
    assert.equal(wrapper.getSecret("api-key"), "one");
    const { values } = state();
    assert.equal(second.getSecret("api-key"), "one");
    assert.equal(await second.getSecretAsync("api-key"), "one");
    assert.equal(state().values, values);
    await seal(storeOf({ "api-key": "two" }));
    assert.equal(wrapper.getSecret("api-key"), "two");
  }));

test("many reads that wait open the encrypted file once", () =>
  inProject(async ({ seal }) => {
    await seal(storeOf({ "api-key": "one" }));
    const reads = Array.from({ length: 50 }, () => wrapper.getSecretAsync("api-key"));
    const { filling } = state();
    assert.deepEqual(new Set(await Promise.all(reads)), new Set(["one"]));
    assert.ok(filling instanceof Promise);
    assert.equal(state().filling, undefined);
  }));

test("what was loaded ahead is there without a thread", () =>
  inProject(async ({ seal }) => {
    await wrapper.loadSecrets();
    assert.equal(state(), undefined);
    await seal(storeOf({ "api-key": "one" }));
    await wrapper.loadSecrets();
    state().timeout = 0;
    assert.equal(wrapper.getSecret("api-key"), "one");
    process.env.SECRETS_BACKEND = "env";
    await wrapper.loadSecrets();
  }));

test("loading ahead fails when the encrypted file was asked for and cannot be opened", () =>
  inProject(async ({ seal }) => {
    await seal(storeOf({}), "others");
    await wrapper.loadSecrets();
    process.env.SECRETS_BACKEND = "local";
    await assert.rejects(wrapper.loadSecrets(), wrapper.SecretStoreLockedError);
  }));

// Programs of their own, in a project with the wrapper in `src/` and the encrypted file at the top.
for (const kind of ["mjs", "cjs"]) {
  const wrapperFile = wrappers.find((it) => it.endsWith(kind));
  const load = {
    mjs: 'import * as secrets from "./shield-secrets.mjs"; import fs from "node:fs";',
    cjs: 'const secrets = require("./shield-secrets.cjs"); const fs = require("node:fs");',
  }[kind];

  /** Runs `code` in the project and returns what it says. */
  function run(folder, code, variables = {}) {
    install(wrapperFile, join(folder, "src"));
    const program = join(folder, "src", `program.${kind}`);
    const say = "const say = (it) => fs.writeSync(1, JSON.stringify(it));";
    writeFileSync(program, `${load}\n${say}\n${code}\n`);
    const { SECRETS_STORE: _, ...environment } = process.env;
    const env = { ...environment, ...variables };
    return JSON.parse(
      execFileSync(process.execPath, [program], { env, cwd: "/", encoding: "utf8" }),
    );
  }

  test(`${kind}: a program finds the encrypted file above it, before anything else runs`, () =>
    inProject(async ({ folder, seal }) => {
      await seal(storeOf({ "api-key": "rosebud" }));
      symlinkSync(join(modules, "node_modules"), join(folder, "node_modules"), "junction");
      const code = 'const KEY = secrets.getSecret("api-key"); say(KEY === "rosebud");';
      assert.equal(run(folder, code), true);
      // What the program was started with is not run again in the thread.
      const preload = join(folder, "preload.mjs");
      writeFileSync(preload, 'import fs from "node:fs"; fs.appendFileSync(process.env.LOG, "x");');
      const LOG = join(folder, "log");
      const NODE_OPTIONS = `--import=${new URL(`file://${preload}`).href}`;
      assert.equal(run(folder, code, { NODE_OPTIONS, LOG }), true);
      assert.equal(readFileSync(LOG, "utf8"), "x");
      // A repository of its own does not look into the one around it.
      mkdirSync(join(folder, "src", ".git"));
      const not = 'try { secrets.getSecret("api-key") } catch (error) { say(error.message) }';
      assert.match(run(folder, not), /API_KEY is not set$/);
    }));

  test(`${kind}: a missing package is named beside the variable`, () =>
    inProject(async ({ folder, seal }) => {
      await seal(storeOf({ "api-key": "rosebud" }));
      const code = 'try { secrets.getSecret("api-key") } catch (error) { say(error.message) }';
      const message = run(folder, code);
      assert.match(message, /API_KEY is not set/);
      assert.match(message, /npm install age-encryption/);
    }));

  test(`${kind}: a package that cannot be loaded is as good as missing`, () =>
    inProject(async ({ folder, seal }) => {
      await seal(storeOf({ "api-key": "rosebud" }));
      fakeAge(folder, 'throw new Error("rosebud");');
      const code = 'try { secrets.getSecret("api-key") } catch (error) { say(error.message) }';
      assert.match(run(folder, code), /npm install age-encryption/);
    }));

  test(`${kind}: taking too long is an error, and not taken again for a while`, () =>
    inProject(async ({ folder, seal }) => {
      await seal(storeOf({ "api-key": "rosebud" }));
      fakeAge(folder, "await new Promise((done) => setTimeout(done, 60_000));");
      const code = `
        const said = [];
        function read() {
          const start = performance.now();
          try { secrets.getSecret("api-key", undefined) } catch (error) { said.push(error.code) }
          return performance.now() - start;
        }
        secrets.getSecret("api-key", undefined, { env: "PATH" });
        globalThis[Symbol.for("shield.secrets")] = {
          stamp: "", values: new Map(), failure: undefined, retry: 0, filling: undefined, timeout: 300,
        };
        process.env.SECRETS_BACKEND = "local";
        const [first, second] = [read(), read()];
        secrets.getSecretAsync("api-key", undefined).catch((error) => {
          say([...said, error.code, first >= 300, second < 100]);
          process.exit();
        });`;
      const unavailable = "secret_backend_unavailable";
      assert.deepEqual(run(folder, code), [unavailable, unavailable, unavailable, true, true]);
    }));

  test(`${kind}: a browser is told that it cannot keep secrets`, () =>
    inProject(({ folder }) => {
      const code = `
        process.env.API_KEY = "rosebud";
        globalThis.window = {};
        const inTests = secrets.getSecret("api-key") === "rosebud";
        Object.defineProperty(process, "versions", { value: {} });
        const optional = secrets.getSecret("other-key", "none") + secrets.getSecret("other-key", null);
        try { secrets.getSecret("api-key") } catch (error) { say([inTests, optional, error.message]) }`;
      const [inTests, optional, message] = run(folder, code);
      assert.ok(inTests);
      assert.equal(optional, "nonenull");
      assert.match(message, /browser/);
    }));

  test(`${kind}: an older Node reads the environment and says what it cannot do`, () =>
    inProject(async ({ folder, seal }) => {
      await seal(storeOf({ "api-key": "rosebud" }));
      const code = `
        process.getBuiltinModule = undefined;
        process.env.OTHER = "x";
        const said = [secrets.getSecret("other")];
        const read = () => {
          try { secrets.getSecret("api-key") } catch (error) { said.push(error.message) }
        };
        read();
        process.env.SECRETS_BACKEND = "local";
        read();
        say(said);`;
      const [value, missing, unsupported] = run(folder, code);
      assert.equal(value, "x");
      assert.match(missing, /API_KEY is not set$/);
      assert.match(unsupported, /Node 20/);
    }));
}

test("a key that others can read is not used", posix, () =>
  inProject(async ({ seal }) => {
    await seal(storeOf({ "api-key": "rosebud" }));
    chmodSync(process.env.SECRETS_IDENTITY_FILE, 0o640);
    process.env.SECRETS_BACKEND = "local";
    const refused = { code: "secret_store_locked", message: /chmod 600/ };
    assert.throws(() => wrapper.getSecret("api-key"), refused);
  }),
);

test("links are not followed", posix, () =>
  inProject(async ({ folder, seal }) => {
    const store = await seal(storeOf({ "api-key": "rosebud" }));
    renameSync(store, join(folder, "elsewhere"));
    symlinkSync(join(folder, "elsewhere"), store);
    process.env.SECRETS_BACKEND = "local";
    const refused = { code: "configuration", message: /link/ };
    assert.throws(() => wrapper.getSecret("api-key"), refused);
  }),
);

test("a file that is no text or too large is refused", () =>
  inProject(({ folder }) => {
    process.env.API_KEY_FILE = join(folder, "key");
    for (const content of [Buffer.from([0x72, 0xff]), "rosebud".repeat(200_000)]) {
      writeFileSync(process.env.API_KEY_FILE, content);
      assert.throws(() => wrapper.getSecret("api-key", undefined), wrapper.SecretInvalidError);
    }
  }));

/** A package of the name that does something else. */
function fakeAge(folder, code) {
  const place = join(folder, "node_modules", "age-encryption");
  mkdirSync(place, { recursive: true });
  const about = { name: "age-encryption", type: "module", exports: "./index.js" };
  writeFileSync(join(place, "package.json"), JSON.stringify(about));
  writeFileSync(join(place, "index.js"), code);
}
