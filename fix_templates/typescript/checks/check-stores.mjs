// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is
// @ts-nocheck

// What a program gets that reads a store; `check.mjs` runs it.

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";

/** A store that says what a test wants it to. */
class Store {
  name = "own";
  calls = 0;

  constructor(answer) {
    this.answer = answer;
  }

  fetch(name) {
    this.calls += 1;
    if (this.answer instanceof Error) throw this.answer;
    return this.answer[name] ?? this.answer;
  }

  fetchNow(names) {
    return names.map((it) => {
      try {
        return this.fetch(it);
      } catch (error) {
        return error;
      }
    });
  }
}

const held = (value, version = "1") => ({ value, version });
const settled = () => new Promise((done) => setTimeout(done, 20));

export default async function ({ assert, CANARY, check, fails, forget, fs, join, part, secrets }) {
  const { getSecret, getSecretAsync, getSecretJson, getSecretJsonAsync, configure } = secrets;
  const { Cache } = await part("cache");
  const { sealer } = await part("seal");
  const { pathOf } = await part("paths");
  const { Thread } = await part("thread");
  const { builtins } = await part("node");
  const unavailable = new secrets.SecretUnavailableError("a", "as the test wants it", "own");
  const denied = new secrets.SecretAccessError("a", "as the test wants it", "own");

  /** A store of a program in production. */
  function inStore(answer) {
    const store = new Store(answer);
    process.env.ENVIRONMENT = "production";
    configure({ backend: store });
    return store;
  }

  check("a value is kept, and had again when it is asked for", async () => {
    const store = inStore(held(CANARY));
    assert.equal(getSecret("a"), CANARY);
    assert.equal(await getSecretAsync("a"), CANARY);
    assert.equal(store.calls, 1);
    store.answer = held("new", "2");
    assert.equal(getSecret("a", { forceRefresh: true }), "new");
    assert.equal(getSecret("a", { forceRefresh: true }), "new");
    assert.equal(store.calls, 2);
    secrets.refreshCache("a");
    assert.equal(await getSecretAsync("a"), "new");
    secrets.refreshCache();
    await Promise.all(Array.from({ length: 50 }, () => getSecretAsync("a")));
    assert.equal(store.calls, 4);
    for (let it = 0; it < 200; it += 1) getSecret(`key-${it}`);
    assert.equal(Object.keys(secrets.health().secrets).length, 128);
  });

  check("time makes a value old, and a store in trouble keeps it for a while", async () => {
    const [store, clock, asked] = [new Store(held("one")), [0], []];
    const options = { ttl: 100, size: 0, maxStale: 50, seal: sealer(), jitter: () => 1 };
    const behind = (name) => asked.push(name);
    const cache = new Cache(store, { ...options, behind, now: () => [clock[0], clock[0]] });
    const at = (seconds, read = "getNow", wanted = {}) => {
      clock[0] = seconds;
      return cache[read]("a", wanted);
    };
    assert.equal(at(0).outcome, "miss");
    assert.equal(at(10).outcome, "hit");
    assert.equal(at(90).outcome, "hit");
    assert.deepEqual(asked, ["a"]);
    assert.equal(at(120).outcome, "stale");
    assert.equal((await at(120, "get")).outcome, "miss");
    store.answer = unavailable;
    assert.equal((await at(240, "get")).outcome, "stale");
    assert.equal((await at(240.5, "get")).outcome, "stale");
    assert.equal(store.calls, 3);
    assert.throws(() => at(280), secrets.SecretUnavailableError);
    await assert.rejects(at(281, "get"), secrets.SecretUnavailableError);
    assert.throws(() => at(281.5), secrets.SecretUnavailableError);
    store.answer = denied;
    await assert.rejects(at(400, "get"), secrets.SecretAccessError);
    await assert.rejects(at(401, "get"), secrets.SecretAccessError);
    store.answer = held("two", "2");
    const fresh = await at(401, "get", { forceRefresh: true });
    assert.deepEqual([fresh.value, fresh.replaced], ["two", "1"]);
    assert.equal(at(402, "getNow", { maxAge: 0 }).outcome, "miss");
    store.answer = new TypeError("not ours");
    await assert.rejects(at(700, "get"), TypeError);
    assert.throws(() =>
      new Cache({ name: "x", fetch: store.fetch.bind(store) }, options).getNow("a"),
    );
    const none = new Cache(store, { ...options, ttl: 0, behind });
    store.answer = held("three");
    assert.equal(none.getNow("a").outcome, "miss");
    assert.equal(none.getNow("a").outcome, "miss");
  });

  check("a store that only promises has to be loaded", async () => {
    configure({ backend: { name: "own", fetch: async () => held("x") } });
    assert.throws(() => getSecret("a"), secrets.SecretNotLoadedError);
    forget();
    configure({ backend: { name: "own", fetch: async () => held("x") } });
    await secrets.loadSecrets(["a"]);
    assert.equal(getSecret("a"), "x");
  });

  check("nothing stands in for what is denied, and little for what is away", async () => {
    const store = inStore(denied);
    process.env.A = "of the environment";
    process.env.SECRETS_FALLBACK = "env";
    await fails("secret_access_denied", /not readable/, "a", "x");
    inStore(unavailable);
    assert.equal(getSecret("a"), "of the environment");
    delete process.env.A;
    await fails("secret_backend_unavailable", /not available/, "a", "x");
    process.env.SECRETS_FALLBACK = "local";
    await fails("configuration", /production/, "a");
    process.env.SECRETS_FALLBACK = "much";
    await fails("configuration", /SECRETS_FALLBACK/, "a");
    delete process.env.SECRETS_FALLBACK;
    process.env.A = "of the environment";
    await fails("secret_backend_unavailable", /as the test wants it/, "a");
    process.env.ENVIRONMENT = "dev";
    configure({ backend: store });
    store.answer = new secrets.SecretNotFoundError("a", "none", "own");
    assert.equal(getSecret("a"), "of the environment");
  });

  check("a rotation is told, and a rejected value replaced", async (folder) => {
    const store = inStore(held("old"));
    const told = [];
    const stops = [
      secrets.onRotation("a*", (event) => told.push(event)),
      secrets.onRotation("?", () => {
        throw new Error(CANARY);
      }),
      secrets.onRotation("a", async () => {
        throw new Error(CANARY);
      }),
      secrets.onRotation("other", () => assert.fail()),
    ];
    const rejected = Object.assign(new Error("rejected"), { status: 401 });
    const isAuthError = (error) => error === rejected;
    const use = (secret) => {
      if (secret !== "new") throw rejected;
      return "in";
    };
    await assert.rejects(secrets.withSecret("a", use, { isAuthError }), rejected);
    forget();
    inStore(held("old"));
    stops.push(secrets.onRotation("a*", (event) => told.push(event)));
    const other = inStore(held("old"));
    getSecret("a");
    other.answer = held("new", "2");
    assert.equal(await secrets.withSecret("a", use, { isAuthError }), "in");
    await assert.rejects(
      secrets.withSecret("a", () => assert.fail("x"), { isAuthError }),
      /x/,
    );
    assert.deepEqual(told, [{ name: "a", version: "2", previous: "1" }]);
    for (const stop of stops) stop();
    configure();
    delete process.env.ENVIRONMENT;
    process.env.API_KEY_FILE = join(folder, "key");
    const events = [];
    secrets.onRotation("api-*", (event) => events.push(event.name));
    for (const value of ["one", "two"]) {
      fs.writeFileSync(join(folder, "next"), value);
      fs.renameSync(join(folder, "next"), join(folder, "key"));
      assert.equal(getSecret("api-key"), value);
    }
    assert.deepEqual(events, ["api-key"]);
    assert.ok(store.calls > 0);
  });

  check("a secret is a text, a field, an object, bytes, or a wrapping", async () => {
    const bytes = Buffer.from([0xff]);
    const fields = JSON.stringify({ password: "x", port: 1, more: {} });
    inStore({ a: held(fields), b: held(bytes), c: held("SHIELD_PLACEHOLDER_x"), d: held(CANARY) });
    assert.equal(getSecret("a"), fields);
    assert.equal(getSecret("a", { field: "password" }), "x");
    assert.equal(getSecret("a", { field: "port" }), "1");
    await fails("secret_field_missing", /none/, "a", { field: "none" });
    await fails("secret_invalid", /not a text/, "a", { field: "more" });
    assert.equal(getSecretJson("a").password, "x");
    const found = await getSecretJsonAsync("a");
    assert.ok(!inspect(found).includes("'x'"));
    assert.throws(() => getSecretJson("d"), secrets.SecretInvalidError);
    await fails("secret_binary", /getSecretBytes/, "b");
    assert.deepEqual(await secrets.getSecretBytes("b"), bytes);
    assert.equal(String(await secrets.getSecretBytes("d")), CANARY);
    await fails("secret_placeholder", /placeholder/, "c", "x");
    process.env.ENVIRONMENT = "test";
    assert.equal(getSecret("c"), "SHIELD_PLACEHOLDER_x");
    const wrapped = await secrets.getSecretValue("d");
    assert.ok(!`${wrapped} ${JSON.stringify(wrapped)} ${inspect(wrapped)}`.includes(CANARY));
    assert.equal(wrapped.reveal(), CANARY);
  });

  check("tests have values of their own, and code a small port", async () => {
    const stop = secrets.override({ a: "x" });
    const stopInner = secrets.override({ b: '{"c": 1}' });
    const provider = secrets.getProvider();
    assert.equal(provider.getSecret("a"), "x");
    assert.equal(await getSecretAsync("a"), "x");
    assert.deepEqual({ ...provider.getSecretJson("b") }, { c: 1 });
    provider.refreshCache();
    for (const it of [stopInner, stop, stop]) it();
    await fails("secret_not_found", /not set/, "a");
    assert.deepEqual(secrets.health(), {
      ok: true,
      backend: "env",
      environment: undefined,
      secrets: {},
    });
  });

  check("secrets are loaded ahead, or all that are missing are named", async () => {
    inStore({ a: held("x"), b: held("y") });
    process.env.SECRETS_PRELOAD = " a, b ,";
    await secrets.loadSecrets();
    secrets.loadSecretsNow();
    assert.equal(getSecret("b"), "y");
    inStore(denied);
    const all = /a \(secret_access_denied\), /;
    await assert.rejects(secrets.loadSecrets(), all);
    assert.throws(() => secrets.loadSecretsNow(), all);
    configure();
    delete process.env.ENVIRONMENT;
    secrets.loadSecretsNow();
  });

  check("a path has the environment in it", () => {
    assert.throws(() => pathOf("a", "own"), /set ENVIRONMENT/);
    process.env.ENVIRONMENT = "stage";
    assert.throws(() => pathOf("a", "own"), /set SECRETS_APP/);
    process.env.SECRETS_APP = "shop";
    assert.equal(pathOf("database/url", "own"), "/shop/staging/database/url");
    process.env.SECRETS_PATH_TEMPLATE = "{unknown}.{name}";
    assert.equal(pathOf("a", "own"), "{unknown}.a");
  });

  check("settings of stores that make no sense are errors", async () => {
    for (const [name, value] of [
      ["SECRETS_CACHE_TTL", "soon"],
      ["SECRETS_CACHE_PROTECTION", "much"],
      ["SECRETS_HARDEN_PROCESS", "1"],
    ]) {
      process.env[name] = value;
      configure({ backend: new Store(held("x")) });
      assert.throws(() => getSecret("a"), new RegExp(name));
      delete process.env[name];
    }
    configure();
    process.env.SECRETS_BACKEND = "vault,aws";
    await fails("configuration", /SECRETS_BACKEND must be/, "a", "x");
    process.env.USE_AWS_SECRETS = "true";
    await fails("configuration", /USE_AWS_SECRETS/, "a", "x");
    for (const protection of ["none", "aead"]) {
      process.env.SECRETS_CACHE_PROTECTION = protection;
      assert.equal(sealer()("a", "x")(), "x");
    }
  });

  check("every read leaves a line without a value", async (folder) => {
    const lines = [];
    const listen = (line) => lines.push(line);
    subscribe("shield-secrets.audit", listen);
    try {
      process.env.SECRETS_METRICS = "emf";
      const store = inStore(held(CANARY));
      // A program of its own, since what lies here is nobody's caller.
      const program = join(folder, "program.mjs");
      const code = "export function reader(read, ...rest) {\n  return read(...rest);\n}\n";
      fs.writeFileSync(program, code);
      const { reader } = await import(pathToFileURL(program).href);
      reader(getSecret, "a");
      await reader(getSecretAsync, "a");
      store.answer = denied;
      await fails("secret_access_denied", /./, "a", { forceRefresh: true });
      const seen = lines.map((it) => `${it.event}:${it.outcome}`);
      assert.deepEqual(seen.slice(0, 3), ["access:miss", "access:hit", "refresh:denied"]);
      for (const it of lines.slice(0, 2)) assert.equal(it.caller, "program:reader");
      assert.deepEqual([lines[1].Hits, lines[1].Calls], [1, 1]);
      store.answer = held(CANARY);
      process.env.SECRETS_AUDIT = "changes";
      secrets.refreshCache();
      const now = Date.now;
      let count = lines.length;
      for (const minutes of [0, 0, 2]) {
        Date.now = () => now() + minutes * 60_000;
        getSecret("b");
        Date.now = now;
      }
      assert.deepEqual(
        lines.slice(count).map((it) => it.count),
        [undefined, 2],
      );
      count = lines.length;
      for (const mode of ["off", "nonsense"]) {
        process.env.SECRETS_AUDIT = mode;
        getSecret("b");
      }
      assert.equal(lines.length, count);
      assert.ok(!JSON.stringify(lines).includes(CANARY));
    } finally {
      unsubscribe("shield-secrets.audit", listen);
    }
  });

  check("a thread that breaks or sleeps is no answer", async () => {
    const thread = new Thread(builtins(), "async function act() { throw new Error(); }");
    assert.deepEqual(
      [await thread.ask({}, 5000), thread.askNow([{}], 5000)],
      [undefined, [undefined]],
    );
    thread.end();
    const asleep = new Thread(builtins(), "const act = () => new Promise(() => {});");
    assert.deepEqual([await asleep.ask({}, 10), asleep.askNow([{}], 10)], [undefined, [undefined]]);
    asleep.end();
    const broken = new Thread(builtins(), "throw new Error();");
    assert.equal(await broken.ask({}, 200), undefined);
    await settled();
  });
}
