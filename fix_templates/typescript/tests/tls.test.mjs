// Whom the adapter for Vault believes, with real certificates.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";

import { inProject, storeForms } from "./project.mjs";

const skip = spawnSync("openssl", ["version"]).status !== 0 && "openssl is not installed";

/** Has every secret there is: the token that it was shown. It counts who asks. */
const VAULT = `
const { createServer } = require("node:https");
const { parentPort, workerData } = require("node:worker_threads");
const server = createServer(workerData, (request, answer) => {
  Atomics.add(workerData.seen, 0, 1);
  const value = request.headers["x-vault-token"];
  answer.end(JSON.stringify({ data: { data: { value }, metadata: { version: 1 } } }));
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

/** A certificate that answers for itself, and its key. */
function certificate(folder, name) {
  const paths = ["crt", "key"].map((it) => join(folder, `${name}.${it}`));
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const about = ["-days", "1", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"];
  const files = ["-out", paths[0], "-keyout", paths[1]];
  const made = spawnSync("openssl", ["req", "-x509", "-nodes", ...curve, ...about, ...files]);
  assert.equal(made.status, 0);
  return paths;
}

for (const [form, wrapper] of storeForms) {
  test(`${form}: a token goes to whom the named authorities vouch for`, { skip }, () =>
    inProject(async ({ folder }) => {
      const [own, key] = certificate(folder, "own");
      const [other] = certificate(folder, "other");
      const seen = new Int32Array(new SharedArrayBuffer(4));
      const pair = { cert: readFileSync(own), key: readFileSync(key) };
      const server = new Worker(VAULT, { eval: true, workerData: { ...pair, seen } });
      const [port] = await once(server, "message");
      Object.assign(process.env, {
        SECRETS_BACKEND: "vault",
        SECRETS_APP: "shop",
        ENVIRONMENT: "production",
        VAULT_ADDR: `https://127.0.0.1:${port}`,
        VAULT_TOKEN: "made-up",
      });
      try {
        for (const authorities of ["", other]) {
          process.env.VAULT_CACERT = authorities;
          wrapper.configure();
          const unavailable = { code: "secret_backend_unavailable" };
          assert.throws(() => wrapper.getSecret("api-key", "x"), unavailable);
          await assert.rejects(wrapper.getSecretAsync("other-key", "x"), unavailable);
        }
        assert.equal(Atomics.load(seen, 0), 0);
        process.env.VAULT_CACERT = own;
        wrapper.configure();
        assert.equal(wrapper.getSecret("api-key"), "made-up");
        assert.equal(await wrapper.getSecretAsync("other-key"), "made-up");
        assert.equal(Atomics.load(seen, 0), 2);
      } finally {
        await server.terminate();
      }
    }),
  );
}
