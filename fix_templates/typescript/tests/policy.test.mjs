// How stores are treated, as `policy.json` has it for the wrappers of all languages.

import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inspect } from "node:util";

import { inProject, part, storeForms } from "./project.mjs";

const policy = JSON.parse(readFileSync(new URL("../../policy.json", import.meta.url), "utf8"));

/** A backend that says what a scenario says. */
class Store {
  name = "memory";
  answers = {};
  calls = 0;

  constructor(errors) {
    this.errors = errors;
  }

  fetchNow(names) {
    return names.map((it) => {
      try {
        return this.answer(it);
      } catch (error) {
        return error;
      }
    });
  }

  async fetch(name) {
    // Everybody else has asked before the first one gets an answer.
    await new Promise((done) => setTimeout(done, 5));
    return this.answer(name);
  }

  answer(name) {
    this.calls += 1;
    const { value, bytes, version, fails } = this.answers[name];
    if (fails !== undefined) throw new this.errors[fails](name, "as the scenario says", this.name);
    return { value: bytes === undefined ? value : Buffer.from(bytes), version };
  }
}

for (const [form, wrapper, path] of storeForms) {
  const { Cache } = await part(path, "cache");
  const { sealer } = await part(path, "seal");
  const { outcomeOf } = await part(path, "audit");
  const { pathOf } = await part(path, "paths");
  const errors = {};
  for (const it of Object.values(wrapper)) {
    if (it.prototype instanceof wrapper.SecretError) errors[new it("", "", "").code] = it;
  }

  for (const scenario of policy.policy) {
    test(`${form}: ${scenario.proves}`, () => inProject(() => run(scenario, "get")));
    // Who cannot wait is content with an old value for a while, so time does not pass here.
    if (scenario.steps.some((it) => "wait" in it || it.readers > 1)) continue;
    test(`${form}: without waiting, ${scenario.proves}`, () =>
      inProject(() => run(scenario, "getNow")));
  }

  async function run({ settings = {}, steps }, get) {
    const store = new Store(errors);
    const clock = [1000, 2e9];
    let factor = 1;
    const cache = new Cache(store, {
      ttl: settings.ttl ?? 300,
      size: settings.size ?? 128,
      maxStale: settings.max_stale ?? 3600,
      seal: sealer(),
      behind: () => assert.fail("nothing is asked for behind a read here"),
      now: () => [...clock],
      jitter: () => factor,
    });
    for (const step of steps) {
      if ("store" in step) Object.assign(store.answers, step.store);
      else if ("jitter" in step) factor = step.jitter;
      else if ("refresh" in step) cache.expire(step.refresh ?? undefined);
      else if ("wait" in step) {
        clock[0] += step.wait.monotonic ?? step.wait;
        clock[1] += step.wait.wall ?? step.wait;
      } else {
        const before = store.calls;
        const wanted = { forceRefresh: step.force, maxAge: step.max_age };
        const reads = Array.from({ length: step.readers ?? 1 }, async () =>
          cache[get](step.get, wanted),
        );
        const results = await Promise.allSettled(reads);
        assert.equal(store.calls - before, step.calls, JSON.stringify(step));
        check(step, results);
      }
    }
  }

  function check(step, results) {
    if ("fails" in step) {
      for (const { reason } of results) {
        assert.equal(reason.code, step.fails);
        assert.equal(outcomeOf(reason.code), step.outcome);
      }
      return;
    }
    const answers = results.map((it) => it.value ?? assert.fail(it.reason));
    for (const it of answers) assert.equal(it.value, step.returns);
    const asked = answers.filter((it) => it.outcome === step.outcome);
    assert.equal(asked.length, step.outcome === "hit" ? results.length : 1);
    assert.equal(asked[0].replaced, step.replaced);
  }

  for (const { proves, environment, store, read, ...wanted } of policy.reads) {
    for (const get of ["getSecret", "getSecretAsync"]) {
      test(`${form}: ${get}: ${proves}`, () =>
        inProject(async () => {
          Object.assign(process.env, environment);
          if (store !== undefined) {
            const backend = new Store(errors);
            backend.answers = store;
            wrapper.configure({ backend });
          }
          const lines = [];
          const listen = (line) => lines.push(line);
          subscribe("shield-secrets.audit", listen);
          const rest = "default" in read ? [read.default] : [];
          if ("field" in read) rest.push({ field: read.field });
          const result = async () => wrapper[get](read.name, ...rest);
          if ("fails" in wanted) {
            await assert.rejects(result, (error) => {
              assert.equal(error.code, wanted.fails);
              assert.ok(!inspect(error, { depth: null, showHidden: true }).includes("rosebud"));
              return true;
            });
          } else {
            assert.equal(await result(), wanted.returns);
          }
          unsubscribe("shield-secrets.audit", listen);
          const accesses = lines.filter((it) => it.event === "access");
          const told = accesses.map((it) => `${it.event}:${it.outcome}`);
          if ("audit" in wanted) assert.deepEqual(told, wanted.audit);
          assert.ok(!inspect(lines, { depth: null, showHidden: true }).includes("rosebud"));
        }));
    }
  }

  for (const { proves, environment, steps, lines } of policy.log) {
    for (const get of ["getSecret", "getSecretAsync"]) {
      test(`${form}: ${get}: ${proves}`, () =>
        inProject(async () => {
          Object.assign(process.env, { ENVIRONMENT: "production", SECRETS_APP: "shop" });
          Object.assign(process.env, environment);
          const backend = new Store(errors);
          wrapper.configure({ backend });
          const found = [];
          const listen = (line) => found.push(line);
          subscribe("shield-secrets.audit", listen);
          async function reader({ read, refresh, force = false, ...rest }) {
            if (read === undefined) return wrapper.refreshCache(refresh ?? undefined);
            const more = [...("default" in rest ? [rest.default] : []), { forceRefresh: force }];
            try {
              return await wrapper[get](read, ...more);
            } catch (error) {
              return assert.ok(error instanceof wrapper.SecretError);
            }
          }
          for (const step of steps) {
            if ("store" in step) Object.assign(backend.answers, step.store);
            else await reader(step);
          }
          unsubscribe("shield-secrets.audit", listen);
          for (const line of found) {
            assert.match(line.ts, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
            assert.equal(line.pid, process.pid);
            const caller = line.caller.replace("policy.test", "{module}");
            Object.assign(line, { ts: "{ts}", pid: "{pid}", caller });
            if ("age_ms" in line) line.age_ms = "{age}";
            if ("_aws" in line) line._aws.Timestamp = "{timestamp}";
          }
          assert.deepEqual(
            found.map((it) => JSON.stringify(it)),
            lines.map((it) => JSON.stringify(it)),
          );
        }));
    }
  }

  test(`${form}: a secret has one place in a store`, () =>
    inProject(() => {
      for (const { name, environment, path: place, mentions } of [
        ...policy.paths,
        ...policy.unplaced,
      ]) {
        for (const it of Object.keys(process.env)) if (it !== "PATH") delete process.env[it];
        Object.assign(process.env, environment);
        if (mentions === undefined) assert.equal(pathOf(name, "aws"), place);
        else assert.throws(() => pathOf(name, "aws"), { message: new RegExp(mentions[0]) });
      }
    }));
}
