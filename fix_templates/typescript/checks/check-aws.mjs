// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is
// @ts-nocheck

// What the adapter for AWS promises, against a server of its own; `check.mjs` runs it.

import module from "node:module";

/** Answers as AWS does, and as the agent does. */
function handle({ method, url, headers }, body, { trouble, values }) {
  if (method === "GET" && headers["x-aws-parameters-secrets-token"] !== "token") return [403, "{"];
  const name = body ? body.SecretId : new URL(url, "http://x").searchParams.get("secretId");
  if (trouble) return trouble;
  if (!(name in values)) return [400, { __type: "a.b#ResourceNotFoundException", message: name }];
  return [200, { VersionId: "1", ...values[name] }];
}

const values = {
  "/app/production/api-key": { SecretString: "made up" },
  "/app/production/keystore": { SecretBinary: Buffer.from([0]).toString("base64") },
};

function hasSdk() {
  try {
    module.createRequire(import.meta.url).resolve("@aws-sdk/client-secrets-manager");
    return true;
  } catch {
    return false;
  }
}

export default async function ({ assert, check, fails, forget, fs, join, secrets, serve }) {
  const { getSecret, getSecretAsync, getSecretBytes } = secrets;
  const server = await serve(handle, { values });
  const sdk = { skip: !hasSdk() && "@aws-sdk/client-secrets-manager is not installed" };

  /** A program in production; `token` is the file with what the agent wants to see. */
  function inAws(name, body, options) {
    check(
      name,
      async (folder) => {
        const token = join(folder, "token");
        Object.assign(process.env, {
          SECRETS_BACKEND: "aws",
          SECRETS_APP: "app",
          ENVIRONMENT: "production",
          AWS_ENDPOINT_URL_SECRETS_MANAGER: server.address,
          AWS_REGION: "eu-central-1",
          AWS_ACCESS_KEY_ID: "made-up",
          AWS_SECRET_ACCESS_KEY: "made-up",
          AWS_SECRETS_AGENT_TOKEN_FILE: token,
          AWS_EC2_METADATA_DISABLED: "true",
          AWS_MAX_ATTEMPTS: "1",
        });
        fs.writeFileSync(token, "token\n");
        await server.say({ trouble: undefined });
        await body(token);
      },
      options,
    );
  }

  /** Everything that can go wrong, and what it is called. */
  async function troubles() {
    for (const [status, code, message, wanted] of [
      [400, "AccessDeniedException", "", "secret_access_denied"],
      [400, "ExpiredTokenException", "", "secret_unauthenticated"],
      [400, "ThrottlingException", "", "secret_throttled"],
      [400, "InvalidRequestException", "marked for deletion", "secret_pending_deletion"],
      [400, "InvalidRequestException", "something else", "configuration"],
      [503, "Whatever!", "", "secret_backend_unavailable"],
    ]) {
      await server.say({ trouble: [status, { __type: `a.b#${code}`, message }] });
      forget();
      await fails(wanted, /AWS (says|answered)|deletion/, "api-key", "x");
    }
    await server.say({ trouble: undefined });
  }

  inAws(
    "values come from AWS",
    async () => {
      assert.equal(getSecret("api-key"), "made up");
      assert.equal(await getSecretAsync("api-key"), "made up");
      assert.deepEqual(Buffer.from(await getSecretBytes("keystore")), Buffer.from([0]));
      assert.equal(getSecret("nothing", undefined), undefined);
      await troubles();
      process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = "http://127.0.0.1:9";
      forget();
      await fails("secret_backend_unavailable", /not available/, "api-key", "x");
    },
    sdk,
  );

  inAws("without its package the program is told so", async () => {
    process.env.API_KEY = "of the environment";
    const { createRequire: own } = module;
    module.createRequire = () => ({
      resolve() {
        throw new Error("not found");
      },
    });
    try {
      await fails("configuration", /npm install @aws-sdk/, "api-key", "x");
    } finally {
      module.createRequire = own;
    }
  });

  inAws(
    "a server that does not answer is waited for some seconds",
    async () => {
      await server.say({ trouble: "silence" });
      const start = Date.now();
      await assert.rejects(getSecretAsync("api-key", "x"), secrets.SecretUnavailableError);
      assert.ok(Date.now() - start < 12_000);
      await server.say({ trouble: undefined });
    },
    sdk,
  );

  inAws("the agent needs no package", async (token) => {
    process.env.AWS_SECRETS_AGENT_URL = server.address;
    assert.equal(getSecret("api-key"), "made up");
    assert.equal(await getSecretAsync("api-key"), "made up");
    assert.deepEqual(Buffer.from(await getSecretBytes("keystore")), Buffer.from([0]));
    assert.equal(getSecret("nothing", undefined), undefined);
    await troubles();
    fs.writeFileSync(token, "another");
    forget();
    await fails("secret_access_denied", /AWS answered 403/, "api-key", "x");
    fs.rmSync(token);
    forget();
    await fails("configuration", /AWS_SECRETS_AGENT_TOKEN_FILE/, "api-key", "x");
    fs.writeFileSync(token, "token");
    for (const [url, code] of [
      ["http://127.0.0.1:9", "secret_backend_unavailable"],
      ["http://example.com", "configuration"],
    ]) {
      process.env.AWS_SECRETS_AGENT_URL = url;
      forget();
      await fails(code, /./, "api-key", "x");
    }
    await server.say({ trouble: [200, "{"] });
    process.env.AWS_SECRETS_AGENT_URL = server.address;
    forget();
    await fails("secret_backend_unavailable", /to the end/, "api-key", "x");
  });

  inAws("a store is never asked without its names", async () => {
    delete process.env.SECRETS_APP;
    await fails("configuration", /SECRETS_APP/, "api-key", "x");
  });
}
