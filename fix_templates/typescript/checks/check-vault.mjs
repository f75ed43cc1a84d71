// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is
// @ts-nocheck

// What the adapter for Vault promises, against a server of its own; `check.mjs` runs it.

const LOGIN = "/v1/auth/approle/login";

/** Answers as Vault does; `tokens` are those that are valid. */
function handle({ url, headers }, body, { trouble, tokens, lease, values }) {
  if (trouble) return [trouble, {}];
  if (/^\/v1\/auth\/(approle|kubernetes)\/login$/.test(url)) {
    const known = body.secret_id === "right" || body.jwt === "right";
    const auth = { client_token: tokens[0] ?? "none", lease_duration: lease };
    return known ? [200, { auth }] : [400, { errors: [] }];
  }
  if (!tokens.includes(headers["x-vault-token"])) return [403, {}];
  if (url.startsWith("/v1/auth")) return [200, { auth: { client_token: tokens[0] }, data: {} }];
  const [, place, name] = /^(.*)\/([^/]*)$/.exec(url);
  if (place !== "/v1/kv/data/app/production") return [403, {}];
  if (!(name in values)) return [404, { errors: [] }];
  const data = { data: values[name], metadata: { version: 1 } };
  return [values[name] === null ? 404 : 200, name === "odd" ? { data: 1 } : { data }];
}

const values = { "api-key": { value: "made up" }, login: { user: "x" }, gone: null, odd: {} };

export default async function ({ assert, check, fails, forget, fs, join, secrets, serve }) {
  const { getSecret, getSecretAsync, getSecretJson } = secrets;
  const usual = { trouble: 0, tokens: ["first"], lease: 0, values };
  const server = await serve(handle, usual);

  /** A program in production; `password` is the file with what it logs in with. */
  function inVault(name, body) {
    check(name, async (folder) => {
      const password = join(folder, "secret-id");
      fs.writeFileSync(password, "right\n");
      Object.assign(process.env, {
        SECRETS_BACKEND: "vault",
        SECRETS_APP: "app",
        ENVIRONMENT: "production",
        VAULT_ADDR: server.address,
        VAULT_MOUNT: "kv",
        VAULT_NAMESPACE: "team",
        VAULT_ROLE_ID: "role",
        VAULT_SECRET_ID_FILE: password,
      });
      await server.say(usual);
      await body(password);
    });
  }

  inVault("values come from Vault after one login", async () => {
    assert.equal(getSecret("api-key"), "made up");
    assert.equal(await getSecretAsync("api-key"), "made up");
    assert.deepEqual({ ...getSecretJson("login") }, { user: "x" });
    const asked = await server.say({});
    assert.equal(asked.filter((it) => it === LOGIN).length, 1);
    for (const name of ["gone", "nothing"]) assert.equal(getSecret(name, undefined), undefined);
    await fails("configuration", /vault answered 200/, "odd", "x");
    forget();
    const all = await Promise.all(["api-key", "login"].map((it) => getSecretAsync(it)));
    assert.equal(all[0], "made up");
  });

  inVault("there are other ways to log in", async (password) => {
    delete process.env.VAULT_ROLE_ID;
    await fails("configuration", /VAULT_TOKEN_FILE/, "api-key", "x");
    process.env.VAULT_TOKEN = "first";
    forget();
    assert.equal(getSecret("api-key"), "made up");
    Object.assign(process.env, { VAULT_K8S_ROLE: "role", VAULT_K8S_TOKEN: password });
    forget();
    assert.equal(getSecret("api-key"), "made up");
    fs.writeFileSync(password, "first");
    process.env.VAULT_TOKEN_FILE = password;
    forget();
    assert.equal(await getSecretAsync("api-key"), "made up");
  });

  inVault("a token is renewed and replaced", async () => {
    await server.say({ lease: 0.001 });
    getSecret("api-key");
    getSecret("login");
    assert.ok((await server.say({})).includes("/v1/auth/token/renew-self"));
    await server.say({ tokens: ["second"] });
    assert.equal(getSecret("api-key", { forceRefresh: true }), "made up");
  });

  inVault("refusals are told apart", async (password) => {
    process.env.SECRETS_APP = "other";
    await fails("secret_access_denied", /a policy denies it/, "api-key", "x");
    await server.say({ tokens: [] });
    forget();
    await fails("secret_unauthenticated", /does not know/, "api-key", "x");
    fs.writeFileSync(password, "wrong");
    forget();
    await fails("secret_unauthenticated", /does not know/, "api-key", "x");
  });

  inVault("trouble has a name", async () => {
    delete process.env.VAULT_ROLE_ID;
    process.env.VAULT_TOKEN = "first";
    for (const [trouble, code] of [
      [404, "secret_not_found"],
      [418, "configuration"],
      [429, "secret_throttled"],
      [503, "secret_backend_unavailable"],
    ]) {
      await server.say({ trouble });
      forget();
      await fails(code, new RegExp(`vault answered ${trouble}`), "api-key");
    }
  });

  inVault("a token travels by https or not at all", async () => {
    for (const [address, code] of [
      ["http://127.0.0.1:9", "secret_backend_unavailable"],
      ["http://example.com", "configuration"],
    ]) {
      process.env.VAULT_ADDR = address;
      forget();
      await fails(code, /did not answer|https/, "api-key", "x");
    }
    delete process.env.VAULT_ADDR;
    forget();
    await fails("configuration", /VAULT_ADDR/, "api-key", "x");
  });
}
