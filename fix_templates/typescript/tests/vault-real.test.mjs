// The adapter for Vault, against Vault itself.
//
// It is built with Go from `tests/servers/vault`, which takes minutes, so these tests run only where
// `SHIELD_VAULT_SERVER` names the program.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { inProject, storeForms } from "./project.mjs";
import { call } from "./servers.mjs";

const VALUE = "rosebud-üñ/1941 &%\n";
const POLICY = 'path "secret/data/shop/*" { capabilities = ["read"] }';
const program = process.env.SHIELD_VAULT_SERVER;
const skip = program === undefined && "SHIELD_VAULT_SERVER names no program";
let server;
let ready;

/** Asks Vault for something, as its administrator. */
async function ask(path, body, method) {
  const headers = { "X-Vault-Token": ready.token };
  const answer = await call(`${ready.address}/v1/${path}`, { body, method, headers });
  if (answer?.errors?.length) throw new Error(answer.errors.join());
  return answer?.data;
}

const put = (name, fields) => ask(`secret/data/shop/production/${name}`, { data: fields });

before(async () => {
  if (skip) return;
  server = spawn(program, { stdio: ["pipe", "pipe", "ignore"] });
  [ready] = (await once(createInterface(server.stdout), "line")).map((it) => JSON.parse(it));
  await ask("sys/mounts/secret", { type: "kv", options: { version: "2" } });
  await ask("sys/policies/acl/shop", { policy: POLICY }, "PUT");
  await ask("sys/auth/approle", { type: "approle" });
  await ask("auth/approle/role/shop", { token_policies: ["shop"], token_ttl: "3s" });
  // A new store is upgraded in the background.
  for (let tries = 0; ; tries += 1) {
    try {
      await put("first", { value: "1" });
      break;
    } catch (error) {
      if (tries > 100) throw error;
      await sleep(100);
    }
  }
});
after(() => server?.kill());

for (const [form, wrapper] of storeForms) {
  const { getSecret, getSecretAsync, getSecretJson } = wrapper;

  /** A program in production that logs in with a role; `secretId` is the file with its password. */
  function inVault(name, body) {
    test(`${form}: ${name}`, { skip }, () =>
      inProject(async ({ folder }) => {
        const secretId = join(folder, "secret-id");
        writeFileSync(secretId, (await ask("auth/approle/role/shop/secret-id", {})).secret_id);
        Object.assign(process.env, {
          SECRETS_BACKEND: "vault",
          ENVIRONMENT: "production",
          SECRETS_APP: "shop",
          VAULT_ADDR: ready.address,
          VAULT_ROLE_ID: (await ask("auth/approle/role/shop/role-id")).role_id,
          VAULT_SECRET_ID_FILE: secretId,
        });
        return body(secretId);
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

  inVault("fields are fields", async () => {
    const fields = { username: "shop", password: VALUE, port: 5432 };
    await put("database", fields);
    assert.deepEqual({ ...getSecretJson("database") }, fields);
    assert.equal(getSecret("database", { field: "port" }), "5432");
  });

  inVault("a token is renewed before it ends", async () => {
    await put("api-key", { value: VALUE });
    for (let reads = 0; reads < 4; reads += 1) {
      assert.equal(getSecret("api-key", { maxAge: 0 }), VALUE);
      await sleep(1100);
    }
  });

  inVault("a token that was revoked is replaced", async () => {
    await put("api-key", { value: VALUE });
    getSecret("api-key");
    await ask("sys/leases/revoke-prefix/auth/approle/login", {}, "PUT");
    assert.equal(getSecret("api-key", { forceRefresh: true }), VALUE);
  });

  inVault("a policy that denies is told from an unknown program", async (secretId) => {
    process.env.SECRETS_APP = "other";
    await assert.rejects(getSecretAsync("api-key", "x"), { code: "secret_access_denied" });
    process.env.SECRETS_APP = "shop";
    writeFileSync(secretId, "wrong");
    wrapper.configure();
    await assert.rejects(getSecretAsync("api-key", "x"), { code: "secret_unauthenticated" });
    delete process.env.VAULT_ROLE_ID;
    process.env.VAULT_TOKEN = "made-up";
    wrapper.configure();
    assert.throws(() => getSecret("api-key", "x"), { code: "secret_unauthenticated" });
  });

  inVault("what is deleted is not there, and not denied", async () => {
    assert.equal(getSecret("nothing", null), null);
    const name = `gone-${form.replace(/\W+/g, "-")}`;
    await put(name, { value: VALUE });
    await ask(`secret/data/shop/production/${name}`, undefined, "DELETE");
    await assert.rejects(getSecretAsync(name), { message: /newest version was deleted/ });
    await ask(`secret/undelete/shop/production/${name}`, { versions: [1] });
    assert.equal(getSecret(name, { forceRefresh: true }), VALUE);
  });

  inVault("a new version is a rotation", async () => {
    const name = `rotated-${form.replace(/\W+/g, "-")}`;
    await put(name, { value: "one" });
    const events = [];
    const stop = wrapper.onRotation(name, (it) => events.push(it));
    const first = getSecret(name);
    await put(name, { value: "two" });
    assert.equal(first + (await getSecretAsync(name, { forceRefresh: true })), "onetwo");
    assert.deepEqual(events, [{ name, version: "2", previous: "1" }]);
    stop();
  });
}

test("a sealed store is unavailable to everybody", { skip }, async () => {
  const { token, address } = ready;
  // The last of these tests, since nobody keeps the key that would open it again.
  await ask("sys/seal", {}, "PUT");
  for (const [, wrapper] of storeForms) {
    await inProject(async () => {
      Object.assign(process.env, {
        SECRETS_BACKEND: "vault",
        ENVIRONMENT: "production",
        SECRETS_APP: "shop",
        VAULT_ADDR: address,
        VAULT_TOKEN: token,
      });
      const unavailable = { code: "secret_backend_unavailable" };
      assert.throws(() => wrapper.getSecret("first", "x"), unavailable);
      await assert.rejects(wrapper.getSecretAsync("first", "x"), unavailable);
    });
  }
});
