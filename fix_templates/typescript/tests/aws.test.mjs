// The adapter for AWS, against a server that answers as AWS does.

import assert from "node:assert/strict";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { inspect } from "node:util";

import { inProject, modules, storeForms } from "./project.mjs";
import { call, served, shapesOf, skip } from "./servers.mjs";

const VALUE = "rosebud-üñ/1941 &%\n";
const servers = [];
let proxy;

before(async () => {
  if (skip) return;
  servers.push(await served("-m", "moto.server", "-H", "127.0.0.1", "-p"));
  servers.push(await served("quirk_proxy.py", servers[0].address));
  proxy = servers[1].address;
});
after(() => servers.forEach((it) => it.end()));

async function amazon(action, body) {
  const place = "/20260101/eu-central-1/secretsmanager/aws4_request";
  const headers = {
    "X-Amz-Target": `secretsmanager.${action}`,
    Authorization: `AWS4-HMAC-SHA256 Credential=a${place}, SignedHeaders=host, Signature=b`,
  };
  return call(proxy, { body, headers });
}

/** Makes a secret of the program, or gives it another value; its version. */
async function put(name, value) {
  const path = `/shop/production/${name}`;
  const kind =
    typeof value === "string"
      ? { SecretString: value }
      : { SecretBinary: value.toString("base64") };
  const made = await amazon("CreateSecret", { Name: path, ...kind });
  if (made.VersionId !== undefined) return made.VersionId;
  const { VersionId } = await amazon("PutSecretValue", { SecretId: path, ...kind });
  return VersionId;
}

const fault = (kind, times) => call(`${proxy}/_fault`, { body: { kind, times } });
const calls = () => call(`${proxy}/_calls`);

for (const [form, wrapper] of storeForms) {
  const { getSecret, getSecretAsync, getSecretBytes, getSecretJson } = wrapper;

  /** A program in production, with the SDK. */
  function inAws(name, body) {
    test(`${form}: ${name}`, { skip }, () =>
      inProject(async (project) => {
        Object.assign(process.env, {
          SECRETS_BACKEND: "aws",
          ENVIRONMENT: "production",
          SECRETS_APP: "shop",
          AWS_ENDPOINT_URL_SECRETS_MANAGER: proxy,
          AWS_REGION: "eu-central-1",
          AWS_ACCESS_KEY_ID: "test",
          AWS_SECRET_ACCESS_KEY: "test",
          AWS_EC2_METADATA_DISABLED: "true",
          AWS_CONFIG_FILE: "/dev/null",
          AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        });
        await fault(null);
        return body(project);
      }),
    );
  }

  inAws("a value comes back as it was put", async () => {
    const values = [VALUE, "12345", "null", '{"a": 1}', "x".repeat(65_536), " rosebud\n\n"];
    for (const [index, value] of values.entries()) {
      await put(`some/text-${index}`, value);
      assert.equal(getSecret(`some/text-${index}`, { forceRefresh: true }), value);
      assert.equal(await getSecretAsync(`some/text-${index}`, { maxAge: 0 }), value);
    }
  });

  inAws("fields are fields, and bytes are bytes that are decoded once", async () => {
    await put("database", JSON.stringify({ username: "shop", password: VALUE }));
    assert.deepEqual({ ...getSecretJson("database") }, { username: "shop", password: VALUE });
    assert.equal(getSecret("database", { field: "password" }), VALUE);
    for (const value of ["cm9zZWJ1ZA==", "\u0000ÿþ rosebud"].map((it) =>
      Buffer.from(it, "latin1"),
    )) {
      await put("keystore", value);
      assert.deepEqual(Buffer.from(await getSecretBytes("keystore", { maxAge: 0 })), value);
      wrapper.configure();
    }
    assert.throws(() => getSecret("keystore"), { code: "secret_binary" });
  });

  for (const [kind, code, tries] of [
    ["denied", "secret_access_denied", 1],
    ["key-denied", "secret_access_denied", 1],
    ["key-disabled", "secret_access_denied", 1],
    ["unauthenticated", "secret_unauthenticated", 1],
    ["expired", "secret_unauthenticated", 1],
    ["throttled", "secret_throttled", 3],
    ["unavailable", "secret_backend_unavailable", 3],
    ["broken", "secret_backend_unavailable", 3],
    ["half-closed", "secret_backend_unavailable", 3],
    ["reset", "secret_backend_unavailable", undefined],
  ]) {
    inAws(`no default hides ${kind}`, async () => {
      await put("api-key", VALUE);
      await fault(kind);
      const read = getSecretAsync("api-key", "other");
      await assert.rejects(read, (error) => {
        const shown = inspect(error, { depth: null, showHidden: true });
        for (const it of shapesOf(VALUE)) assert.ok(!shown.includes(it));
        assert.equal(error.code, code);
        assert.equal(error.cause, undefined);
        return true;
      });
      if (tries !== undefined) assert.equal((await calls()).GetSecretValue, tries);
    });
  }

  inAws("what is not there is missing, and what is about to be deleted is not", async () => {
    assert.equal(getSecret("nothing", undefined), undefined);
    assert.throws(() => getSecret("nothing"), wrapper.SecretNotFoundError);
    await put("going", VALUE);
    await amazon("DeleteSecret", { SecretId: "/shop/production/going" });
    const pending = { code: "secret_pending_deletion" };
    await assert.rejects(getSecretAsync("going", "other"), pending);
    await amazon("RestoreSecret", { SecretId: "/shop/production/going" });
  });

  inAws("another setting chooses AWS too, and may not contradict", async () => {
    await put("api-key", VALUE);
    delete process.env.SECRETS_BACKEND;
    Object.assign(process.env, { USE_AWS_SECRETS: "true", API_KEY: "of the environment" });
    assert.equal(getSecret("api-key"), VALUE);
    process.env.SECRETS_BACKEND = "env";
    assert.throws(() => getSecret("api-key"), { message: /USE_AWS_SECRETS/ });
  });

  inAws("missing credentials and regions are told apart", async () => {
    delete process.env.AWS_ACCESS_KEY_ID;
    const unknown = wrapper.SecretUnauthenticatedError;
    await assert.rejects(getSecretAsync("api-key", "other"), unknown);
    wrapper.configure();
    delete process.env.AWS_REGION;
    await assert.rejects(getSecretAsync("api-key", "other"), { message: /RegionMissing/ });
  });

  inAws("fifty callers make one call", async () => {
    await put("api-key", VALUE);
    await fault(null);
    const reads = Array.from({ length: 50 }, () => getSecretAsync("api-key"));
    assert.deepEqual(new Set(await Promise.all(reads)), new Set([VALUE]));
    assert.equal(getSecret("api-key"), VALUE);
    assert.deepEqual(await calls(), { GetSecretValue: 1 });
  });

  inAws("the first read loads what is known to be needed", async () => {
    for (const it of ["one", "two", "three"]) await put(it, it);
    await fault(null);
    process.env.SECRETS_PRELOAD = "one, two,three";
    assert.equal(getSecret("three"), "three");
    await fault("broken");
    assert.equal(getSecret("one") + getSecret("two"), "onetwo");
  });

  inAws("what cannot be loaded is named, all of it", async () => {
    await put("one", "1");
    process.env.SECRETS_PRELOAD = "one,missing-one,missing-two";
    const named = { code: "secret_not_loaded", message: /missing-one.*missing-two/ };
    await assert.rejects(wrapper.loadSecrets(), named);
    wrapper.configure();
    assert.throws(() => wrapper.loadSecretsNow(), named);
    process.env.SECRETS_PRELOAD = "one";
    await wrapper.loadSecrets();
    wrapper.loadSecretsNow();
  });

  inAws("a rotation is seen and told", async () => {
    const first = await put("api-key", "one");
    const events = [];
    const stop = wrapper.onRotation("api-*", (it) => events.push([it, getSecret(it.name)]));
    assert.equal(getSecret("api-key"), "one");
    const second = await put("api-key", "two");
    assert.equal(getSecret("api-key"), "one");
    wrapper.refreshCache("api-key");
    assert.equal(getSecret("api-key"), "two");
    const event = { name: "api-key", version: second, previous: first };
    assert.deepEqual(events, [[event, "two"]]);
    stop();
    await put("api-key", "three");
    assert.equal(getSecret("api-key", { forceRefresh: true }), "three");
    assert.equal(events.length, 1);
  });

  inAws("a rejected value is replaced at once", async () => {
    await put("api-key", "one");
    getSecret("api-key");
    await put("api-key", "two");
    const use = async (secret) => {
      if (secret !== "two") throw new Error("rejected");
      return secret;
    };
    const isAuthError = (error) => error.message === "rejected";
    assert.equal(await wrapper.withSecret("api-key", use, { isAuthError }), "two");
    const never = async () => {
      throw new Error("rejected");
    };
    await assert.rejects(wrapper.withSecret("api-key", never, { isAuthError }), /rejected/);
  });

  inAws("the agent is asked without a package", async ({ folder }) => {
    await put("api-key", VALUE);
    await put("keystore", Buffer.from("\u0000rosebud"));
    const token = join(folder, "token");
    writeFileSync(token, "agent-token\n");
    process.env.AWS_SECRETS_AGENT_URL = proxy;
    process.env.AWS_SECRETS_AGENT_TOKEN_FILE = token;
    assert.equal(getSecret("api-key"), VALUE);
    assert.equal(Buffer.from(await getSecretBytes("keystore")).toString(), "\u0000rosebud");
    assert.equal(getSecret("nothing", undefined), undefined);
    writeFileSync(token, "another");
    assert.throws(() => getSecret("api-key", { forceRefresh: true }), wrapper.SecretAccessError);
    process.env.AWS_SECRETS_AGENT_TOKEN_FILE = join(folder, "nothing");
    assert.throws(() => getSecret("other"), { message: /TOKEN_FILE/ });
    process.env.AWS_SECRETS_AGENT_TOKEN_FILE = token;
    process.env.AWS_SECRETS_AGENT_URL = "http://example.com";
    assert.throws(() => getSecret("another"), { message: /https/ });
  });
}
