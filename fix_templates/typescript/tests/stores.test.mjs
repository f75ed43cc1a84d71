// What the wrapper does with stores besides what `policy.json` has, and what it never shows.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { cpSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";

import { inProject, part, storeForms, storeOf } from "./project.mjs";
import { shapesOf } from "./servers.mjs";

const VALUE = "rosebud-üñ/1941 &%\n";

for (const [form, wrapper, path] of storeForms) {
  const { Cache } = await part(path, "cache");
  const unavailable = (name) =>
    new wrapper.SecretUnavailableError(name, "as it should be", "memory");
  const denied = (name) => new wrapper.SecretAccessError(name, "as it should be", "memory");

  /** A cache of what `answer` returns or throws, a clock, and how often it was asked. */
  function cached(answer, options = {}) {
    const it = { clock: 1000, behind: 0, calls: 0, answer };
    const fetch = (name) => {
      it.calls += 1;
      const said = it.answer(name);
      if (said instanceof Error) throw said;
      return said;
    };
    const seal = (_, value) => () => value;
    const behind = () => (it.behind += 1);
    const now = () => [it.clock, it.clock];
    const fixed = { ttl: 300, size: 128, maxStale: 3600, jitter: () => 1 };
    const settings = { ...fixed, seal, behind, now, ...options };
    it.cache = new Cache({ name: "memory", fetch }, settings);
    it.read = () => it.cache.getNow("a").outcome;
    return it;
  }
  const one = () => ({ value: "one", version: "1" });

  test(`${form}: who cannot wait does not, as long as there is a value that is not too old`, () => {
    const it = cached(one);
    assert.deepEqual([it.read(), it.read(), it.behind], ["miss", "hit", 0]);
    it.clock += 240;
    assert.deepEqual([it.read(), it.behind], ["hit", 1]);
    it.clock += 60;
    assert.deepEqual([it.read(), it.behind, it.calls], ["stale", 2, 1]);
    it.clock += 300;
    assert.deepEqual([it.read(), it.behind, it.calls], ["stale", 3, 1]);
    it.clock += 1;
    assert.deepEqual([it.read(), it.behind, it.calls], ["miss", 3, 2]);
    const never = cached(one, { maxStale: 0 });
    never.read();
    never.clock += 301;
    assert.deepEqual([never.read(), never.calls], ["miss", 2]);
  });

  test(`${form}: who cannot wait is stopped once by a store in trouble`, async () => {
    const it = cached(unavailable);
    assert.throws(it.read, { code: "secret_backend_unavailable" });
    it.clock += 2;
    assert.throws(it.read, { code: "secret_backend_unavailable" });
    assert.deepEqual([it.calls, it.behind], [1, 1]);
    it.answer = one;
    await it.cache.get("a");
    assert.equal(it.read(), "hit");
    it.answer = unavailable;
    it.clock += 3900;
    await it.cache.get("a");
    it.clock += 2;
    await assert.rejects(it.cache.get("a"), { code: "secret_backend_unavailable" });
    assert.throws(it.read, { code: "secret_backend_unavailable" });
    it.answer = denied;
    it.cache.expire();
    assert.throws(it.read, { code: "secret_access_denied" });
  });

  test(`${form}: a store of promises has to be loaded`, () =>
    inProject(async () => {
      process.env.ENVIRONMENT = "production";
      wrapper.configure({ backend: { name: "own", fetch: async () => one() } });
      assert.throws(() => wrapper.getSecret("a"), { code: "secret_not_loaded" });
      await wrapper.loadSecrets(["a"]);
      assert.equal(wrapper.getSecret("a"), "one");
      assert.deepEqual(Object.keys(wrapper.health().secrets), ["a"]);
      assert.equal(wrapper.health().ok, true);
      wrapper.configure();
      assert.equal(wrapper.health().backend, "env");
      wrapper.configure({ backend: { name: "own", fetch: one } });
      assert.equal(wrapper.getProvider().getSecret("a"), "one");
    }));

  test(`${form}: a value that is soon too old is replaced behind a read, and that is told`, () =>
    inProject(async () => {
      Object.assign(process.env, { ENVIRONMENT: "production", SECRETS_CACHE_TTL: "0.1" });
      let version = 0;
      const fetch = () => ({ value: `value ${(version += 1)}`, version: String(version) });
      wrapper.configure({ backend: { name: "own", fetch } });
      const told = [];
      wrapper.onRotation("*", async (it) => told.push(it));
      wrapper.onRotation("a", () => {
        throw new Error("rosebud");
      });
      assert.equal(wrapper.getSecret("a"), "value 1");
      await sleep(120);
      assert.equal(wrapper.getSecret("a"), "value 1");
      await sleep(5);
      assert.equal(wrapper.getSecret("a"), "value 2");
      assert.deepEqual(told, [{ name: "a", version: "2", previous: "1" }]);
    }));

  test(`${form}: a file that a variable names is a rotation when it is replaced`, () =>
    inProject(({ folder }) => {
      const key = join(folder, "key");
      writeFileSync(key, "one");
      process.env.API_KEY_FILE = key;
      const told = [];
      const stop = wrapper.onRotation("api-?ey", (it) => told.push(it.name));
      assert.equal(wrapper.getSecret("api-key"), "one");
      writeFileSync(`${key}.new`, "two");
      renameSync(`${key}.new`, key);
      assert.equal(wrapper.getSecret("api-key"), "two");
      assert.equal(wrapper.getSecret("api-key"), "two");
      assert.deepEqual(told, ["api-key"]);
      stop();
    }));

  test(`${form}: tests have values of their own`, () =>
    inProject(async () => {
      process.env.SECRETS_BACKEND = "vault";
      const outer = wrapper.override({ a: "1", b: "2" });
      const inner = wrapper.override({ a: "3" });
      assert.equal(wrapper.getSecret("a") + (await wrapper.getSecretAsync("b")), "32");
      inner();
      inner();
      assert.equal(wrapper.getSecret("a"), "1");
      outer();
      assert.throws(() => wrapper.getSecret("a"), { code: "configuration" });
    }));

  test(`${form}: settings that make no sense are told`, () =>
    inProject(() => {
      process.env.ENVIRONMENT = "production";
      for (const [name, value] of [
        ["SECRETS_CACHE_TTL", "soon"],
        ["SECRETS_MAX_STALE", "-1"],
        ["SECRETS_CACHE_PROTECTION", "rot13"],
        ["SECRETS_HARDEN_PROCESS", "1"],
      ]) {
        wrapper.configure({ backend: { name: "own", fetch: one } });
        process.env[name] = value;
        assert.throws(() => wrapper.getSecret("a", "x"), { message: new RegExp(name) });
        delete process.env[name];
      }
    }));

  test(`${form}: a line of the log says who, what and how, and hits can be counted`, () =>
    inProject(async () => {
      Object.assign(process.env, { ENVIRONMENT: "prod", SECRETS_APP: "shop" });
      wrapper.configure({ backend: { name: "own", fetch: one } });
      const lines = [];
      const listen = (line) => lines.push(line);
      subscribe("shield-secrets.audit", listen);
      wrapper.getSecret("a");
      const { ts, pid, ...line } = lines.at(-1);
      assert.ok(!Number.isNaN(Date.parse(ts)) && pid === process.pid);
      const where = { backend: "own", environment: "production", app: "shop" };
      const access = { v: 1, event: "access", outcome: "miss", secret: "a", ...where };
      const caller = "stores.test:<module>";
      assert.deepEqual(line, { ...access, caller, version: "1", age_ms: 0 });
      process.env.SECRETS_METRICS = "emf";
      wrapper.getSecret("a");
      assert.deepEqual([lines.at(-1).Hits, lines.at(-1).Calls], [1, 1]);
      assert.equal(lines.at(-1)._aws.CloudWatchMetrics[0].Metrics.length, 5);
      const before = lines.length;
      process.env.SECRETS_AUDIT = "changes";
      wrapper.getSecret("a");
      wrapper.refreshCache();
      process.env.SECRETS_AUDIT = "off";
      wrapper.getSecret("a");
      assert.deepEqual(
        lines.slice(before).map((it) => it.event),
        ["cache_clear"],
      );
      unsubscribe("shield-secrets.audit", listen);
    }));

  test(`${form}: nothing that is printed has a value`, () =>
    inProject(async ({ seal }) => {
      await seal(storeOf({ local: VALUE }));
      assert.equal(wrapper.getSecret("local"), VALUE);
      process.env.ENVIRONMENT = "production";
      const fields = JSON.stringify({ password: VALUE });
      const values = { text: VALUE, fields, wrong: `{${VALUE}`, bytes: Buffer.from(VALUE) };
      const fetch = (name) => ({ value: values[name], version: "1" });
      wrapper.configure({ backend: { name: "own", fetch } });
      const errors = [];
      for (const read of [wrapper.getSecret, wrapper.getSecretJson]) {
        for (const name of ["text", "fields", "wrong", "bytes"]) {
          try {
            read(name, { field: "other" });
            read(name);
          } catch (error) {
            errors.push(error);
          }
        }
      }
      assert.ok(errors.length >= 4);
      const secret = await wrapper.getSecretValue("text");
      assert.equal(secret.reveal(), VALUE);
      const things = [secret, wrapper.getSecretJson("fields"), errors, wrapper];
      things.push(wrapper.health(), wrapper.getProvider(), { secret }, globalThis);
      const stores = globalThis[Symbol.for("shield.secrets.stores")];
      things.push([...stores.caches.values()].map((it) => it.entries));
      const shown = things.flatMap((it) => [
        inspect(it, { depth: it === globalThis ? 4 : 12, showHidden: it !== globalThis }),
        JSON.stringify(Object.keys(it)),
        String(it.stack ?? ""),
      ]);
      shown.push(JSON.stringify([secret, errors, wrapper.health()]), `${secret}`);
      shown.push(...errors.map((it) => `${it.stack} ${inspect(it.cause)}`));
      for (const it of shapesOf(VALUE)) assert.ok(!shown.join("\n").includes(it), it);
    }));

  /** Runs a program beside the wrapper, in a project without packages. */
  function run(folder, code, env = {}, flags = []) {
    for (const it of ["package.json", basename(path), "shield-secrets"]) {
      const from = join(dirname(path), it);
      if (existsSync(from)) cpSync(from, join(folder, it), { recursive: true });
    }
    const program = join(folder, "program.mjs");
    writeFileSync(program, `import * as secrets from "./${basename(path)}";\n${code}\n`);
    const options = { env: { PATH: process.env.PATH, ...env }, cwd: folder, encoding: "utf8" };
    return spawnSync(process.execPath, [...flags, program], options);
  }

  test(`${form}: a missing package and a missing adapter are named`, () =>
    inProject(({ folder }) => {
      const code = `
        try { secrets.getSecret("a", "b") } catch (error) { console.log(error.code, error.message) }
        secrets.getSecretAsync("a", "b").catch((error) => console.log(error.code));`;
      const env = { SECRETS_BACKEND: "aws", ENVIRONMENT: "production", SECRETS_APP: "shop" };
      const { stdout } = run(folder, code, env);
      assert.match(
        stdout,
        /^configuration .*npm install @aws-sdk\/client-secrets-manager.*\nconfiguration$/m,
      );
      const other = run(folder, code, { SECRETS_BACKEND: "azure" });
      assert.match(other.stdout, /configuration .*env, local, aws, vault/);
    }));

  test(`${form}: a preload ends a program that lacks something, and names it`, () =>
    inProject(({ folder }) => {
      const flags = [`--import=./shield-secrets/preload${extname(path)}`];
      const env = {
        SECRETS_BACKEND: "vault",
        ENVIRONMENT: "production",
        SECRETS_APP: "shop",
        SECRETS_PRELOAD: "one,two",
        VAULT_ADDR: "http://127.0.0.1:9",
        VAULT_TOKEN: "x",
      };
      const { status, stderr, stdout } = run(folder, 'console.log("ran")', env, flags);
      assert.notEqual(status, 0);
      assert.match(stderr, /one \(secret_backend_unavailable\), two/);
      assert.equal(stdout, "");
      const none = run(folder, 'console.log("ran")', { ONE: "1" }, flags);
      assert.equal(none.stdout, "ran\n");
    }));
}

test("both kinds of modules share what was read", () =>
  inProject(async () => {
    process.env.ENVIRONMENT = "production";
    let calls = 0;
    const fetch = (name) => {
      calls += 1;
      if (name === "b") throw new storeForms[0][1].SecretNotFoundError(name, "no", "own");
      return { value: "one", version: "1" };
    };
    storeForms[0][1].configure({ backend: { name: "own", fetch } });
    for (const [, wrapper] of storeForms) {
      assert.equal(wrapper.getSecret("a"), "one");
      assert.equal(await wrapper.getSecretAsync("b", "other"), "other");
    }
    assert.equal(calls, 2);
  }));
