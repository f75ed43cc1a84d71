// A value is nowhere where the program has not put it: the encrypted file, and a whole process.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { forms, inProject, modules, storeOf, wrappers } from "./project.mjs";
import { shapesOf } from "./servers.mjs";

const VALUE = "rosebud/üñ+1941 &%#\n";
const FIELDS = JSON.stringify({ user: VALUE, more: [VALUE] });

/** Reads, fails to read, and prints all there is to print; the lengths prove that it has read. */
const PROGRAM = `
import { subscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { inspect } from "node:util";

const show = (it) => {
  console.log(inspect(it, { depth: 12, showHidden: true }), JSON.stringify(it));
  console.error(it, String(it?.stack), inspect(it?.cause));
};
subscribe("shield-secrets.audit", show);
const value = secrets.getSecret("api-key");
const reads = [
  () => secrets.getSecret("none"),
  () => secrets.getSecret("api-key", { field: "user" }),
  () => secrets.getSecret("login", { field: "none" }),
  () => secrets.getSecretJson?.("api-key"),
  () => secrets.getSecretJson?.("none"),
];
for (const read of reads) {
  try {
    read();
  } catch (error) {
    show(error);
  }
}
const waited = await secrets.getSecretAsync?.("api-key");
show(await secrets.getSecretValue?.("api-key"));
// The fields of a wrapper that reads stores do not show themselves; as JSON they are what they are.
if (secrets.configure) console.log(inspect(secrets.getSecretJson("login"), { showHidden: true }));
show([secrets, secrets.health?.(), secrets.getProvider?.()]);
console.log(inspect(globalThis, { depth: 4 }));
process.report.excludeNetwork = true;
console.log(JSON.stringify(process.report.getReport()));
if (process.platform === "linux") {
  for (const it of ["cmdline", "environ", "comm", "status"]) {
    process.stdout.write(readFileSync("/proc/self/" + it));
  }
}
console.log("read " + value.length + " " + (waited ?? value).length);
secrets.getSecret("none");
`;

/** The bytes of every file below a folder. */
function files(folder) {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  const found = all.filter((it) => it.isFile());
  return found.map((it) => readFileSync(join(it.parentPath, it.name)));
}

/** Whether no form of the value is in it, byte by byte. */
function isClear(bytes) {
  const values = [...shapesOf(VALUE), ...shapesOf(VALUE.trim()), ...shapesOf(FIELDS)];
  return values.every((it) => !bytes.includes(Buffer.from(it)));
}

forms.forEach(([form], index) => {
  test(`${form}: a program at its loudest shows nothing of the encrypted file`, () =>
    inProject(async ({ folder, seal }) => {
      await seal(storeOf({ "api-key": VALUE, login: FIELDS }));
      const wrapper = pathToFileURL(wrappers[index]).href;
      const program = join(folder, "program.mjs");
      writeFileSync(program, `import * as secrets from ${JSON.stringify(wrapper)};\n${PROGRAM}`);
      const run = spawnSync(process.execPath, [program], {
        cwd: modules,
        env: { ...process.env, NODE_DEBUG: "*", SECRETS_BACKEND: "local" },
        maxBuffer: 1 << 28,
      });
      const shown = Buffer.concat([run.stdout, run.stderr]);
      const length = VALUE.length;
      assert.ok(run.stdout.includes(`read ${length} ${length}\n`), run.stderr.toString());
      assert.ok(run.stderr.includes("secret_not_found"));
      assert.equal(run.status, 1);
      assert.ok(isClear(shown));
      assert.ok(files(folder).every(isClear));
      // What is looked for would be found.
      for (const it of shapesOf(VALUE))
        assert.ok(!isClear(Buffer.concat([shown, Buffer.from(it)])));
    }));
});
