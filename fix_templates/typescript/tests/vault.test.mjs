// The adapter for Vault, against the fake one that the tests of Python hold to a real client.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";

import { inProject, storeForms } from "./project.mjs";
import { call, served, shapesOf, skip } from "./servers.mjs";

const VALUE = "rosebud-üñ/1941 &%\n";
const LOGIN = "POST auth/approle/login";
let server;

before(async () => {
  if (!skip) server = await served("fake_vault.py");
});
after(() => server?.end());

const headers = { "X-Vault-Token": "root" };
const ask = (path, body, method) => call(server.address + path, { body, method, headers });
const fake = (body) => ask("/_fake", body);
const place = (name) => `/v1/secret/data/shop/production/${name}`;

async function put(name, fields) {
  await ask(place(name), { data: fields });
  await fake({});
}

for (const [form, wrapper] of storeForms) {
  const { getSecret, getSecretAsync, getSecretJson } = wrapper;

  /** A program in production that logs in with a role; `secretId` is the file with its password. */
  function inVault(name, body) {
    test(`${form}: ${name}`, { skip }, () =>
      inProject(async ({ folder }) => {
        const secretId = join(folder, "secret-id");
        writeFileSync(secretId, "shop-secret-id\n");
        Object.assign(process.env, {
          SECRETS_BACKEND: "vault",
          ENVIRONMENT: "production",
          SECRETS_APP: "shop",
          VAULT_ADDR: server.address,
          VAULT_ROLE_ID: "shop-role",
          VAULT_SECRET_ID_FILE: secretId,
        });
        await fake({ revoke: "all" });
        return body({ folder, secretId });
      }),
    );
  }

  inVault("a value comes back as it was put", async () => {
    for (const value of [VALUE, "12345", "", "null", "x".repeat(65_536)]) {
      await put("api-key", { value });
      assert.equal(getSecret("api-key", { maxAge: 0 }), value);
      assert.equal(await getSecretAsync("api-key", { maxAge: 0 }), value);
    }
  });

  inVault("fields are fields, and none is guessed", async () => {
    await put("database", { username: "shop", password: VALUE, port: 5432 });
    const expected = { username: "shop", password: VALUE, port: 5432 };
    assert.deepEqual({ ...getSecretJson("database") }, expected);
    assert.equal(getSecret("database", { field: "port" }), "5432");
    assert.deepEqual(JSON.parse(getSecret("database")), expected);
    await put("other", { value: { a: 1 } });
    assert.deepEqual({ ...getSecretJson("other") }, { value: { a: 1 } });
  });

  inVault("many secrets are logged in for once, with waiting and without", async () => {
    const names = ["one", "two", "three"];
    for (const it of names) await put(it, { value: it });
    assert.deepEqual(await Promise.all(names.map((it) => getSecretAsync(it))), names);
    assert.equal((await ask("/_fake"))[LOGIN], 1);
    wrapper.configure();
    await fake({});
    process.env.SECRETS_PRELOAD = names.join();
    assert.equal(getSecret("two"), "two");
    assert.equal((await ask("/_fake"))[LOGIN], 1);
  });

  inVault("there are other ways to log in", async ({ folder }) => {
    await put("api-key", { value: VALUE });
    delete process.env.VAULT_ROLE_ID;
    const file = join(folder, "token");
    const ways = [
      [{ VAULT_TOKEN: "root" }, ""],
      [{ VAULT_TOKEN_FILE: file }, "root\n"],
      [{ VAULT_K8S_ROLE: "shop", VAULT_K8S_TOKEN: file }, "shop-service-account"],
    ];
    for (const [variables, content] of ways) {
      wrapper.configure();
      writeFileSync(file, content);
      Object.assign(process.env, variables);
      assert.equal(getSecret("api-key"), VALUE);
      for (const it of Object.keys(variables)) delete process.env[it];
    }
  });

  inVault("a token is renewed at two thirds of its life", async () => {
    await put("api-key", { value: VALUE });
    await fake({ lease: 3 });
    getSecret("api-key");
    await sleep(1000);
    await getSecretAsync("api-key", { maxAge: 0 });
    assert.ok(!("POST auth/token/renew-self" in (await ask("/_fake"))));
    await sleep(1200);
    await getSecretAsync("api-key", { maxAge: 0 });
    const calls = await ask("/_fake");
    assert.equal(calls["POST auth/token/renew-self"], 1);
    assert.equal(calls[LOGIN], 1);
  });

  inVault("a token that was revoked is replaced", async () => {
    await put("api-key", { value: VALUE });
    getSecret("api-key");
    await fake({ revoke: "all" });
    assert.equal(getSecret("api-key", { forceRefresh: true }), VALUE);
    assert.equal((await ask("/_fake"))[LOGIN], 1);
  });

  inVault("a policy that denies is told from an unknown program", async ({ secretId }) => {
    process.env.SECRETS_APP = "other";
    await assert.rejects(getSecretAsync("api-key", "x"), { code: "secret_access_denied" });
    assert.equal((await ask("/_fake"))[LOGIN], 1);
    wrapper.configure();
    writeFileSync(secretId, "wrong");
    const unknown = { code: "secret_unauthenticated" };
    await assert.rejects(getSecretAsync("api-key", "x"), unknown);
    delete process.env.VAULT_ROLE_ID;
    process.env.VAULT_TOKEN = form;
    wrapper.configure();
    assert.throws(() => getSecret("api-key", "x"), unknown);
  });

  for (const [fault, code] of [
    [{ fault: 500, times: 9 }, "secret_backend_unavailable"],
    [{ fault: 429, times: 9 }, "secret_throttled"],
    [{ fault: 418, times: 9 }, "configuration"],
    [{ sealed: true }, "secret_backend_unavailable"],
  ]) {
    inVault(`no default hides ${JSON.stringify(fault)}`, async () => {
      await put("api-key", { value: VALUE });
      getSecret("api-key");
      wrapper.configure();
      await fake(fault);
      assert.throws(
        () => getSecret("api-key", "other"),
        (error) => {
          const shown = inspect(error, { depth: null, showHidden: true });
          for (const it of [...shapesOf(VALUE), "shop-secret-id"]) assert.ok(!shown.includes(it));
          assert.equal(error.code, code);
          return true;
        },
      );
    });
  }

  inVault("what is deleted is not there, and not denied", async () => {
    assert.equal(getSecret("nothing", null), null);
    await put("gone", { value: VALUE });
    await ask(place("gone"), undefined, "DELETE");
    await assert.rejects(getSecretAsync("gone"), { message: /newest version was deleted/ });
    await ask("/v1/secret/undelete/shop/production/gone", { versions: [1, 2, 3, 4] });
    assert.equal(getSecret("gone", { forceRefresh: true }), VALUE);
  });

  inVault("a new version is a rotation", async () => {
    await put(`rotated${form.length}`, { value: "one" });
    const name = `rotated${form.length}`;
    const events = [];
    const stop = wrapper.onRotation("rotated*", (it) => events.push(it.name));
    const first = getSecret(name);
    await put(name, { value: "two" });
    assert.equal(first + (await getSecretAsync(name, { forceRefresh: true })), "onetwo");
    assert.deepEqual(events, [name]);
    stop();
  });

  inVault("fifty callers make one call", async () => {
    await put("api-key", { value: VALUE });
    const reads = Array.from({ length: 50 }, () => getSecretAsync("api-key"));
    assert.deepEqual(new Set(await Promise.all(reads)), new Set([VALUE]));
    const expected = { [LOGIN]: 1, "GET secret/data/shop/production/api-key": 1 };
    assert.deepEqual(await ask("/_fake"), expected);
  });

  inVault("a token never travels in the clear", async () => {
    for (const address of ["http://vault.example.com", "ftp://127.0.0.1", "vault:8200"]) {
      process.env.VAULT_ADDR = address;
      assert.throws(() => getSecret("api-key", "x"), { message: /https/ });
    }
  });

  inVault("a setting that is missing is named", async () => {
    for (const missing of ["VAULT_SECRET_ID_FILE", "VAULT_ROLE_ID", "VAULT_ADDR"]) {
      wrapper.configure();
      const { [missing]: kept } = process.env;
      delete process.env[missing];
      assert.throws(() => getSecret("api-key", "x"), { message: new RegExp(missing) });
      process.env[missing] = kept;
    }
  });

  inVault("a server that is not there is unavailable", async () => {
    process.env.VAULT_ADDR = "http://127.0.0.1:9";
    await assert.rejects(getSecretAsync("api-key", "x"), wrapper.SecretUnavailableError);
  });
}
