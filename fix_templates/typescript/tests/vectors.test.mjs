// What the wrappers of all languages do alike.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";

import { forms, inProject } from "./project.mjs";

const vectors = JSON.parse(readFileSync(new URL("../../vectors.json", import.meta.url), "utf8"));

for (const [formIndex, [form, wrapper]] of forms.entries()) {
  test(`${form}: a name stands for a variable`, () => {
    for (const [name, variable] of Object.entries(vectors.variables)) {
      assert.equal(wrapper.variableOf(name), variable);
    }
  });

  for (const [index, it] of vectors.cases.entries()) {
    // Opening an encrypted file takes a while, so each of those cases is one form's.
    if ("store" in it && index % forms.length !== formIndex) continue;
    test(`${form}: ${it.proves}`, () =>
      inProject(async ({ folder, seal }) => {
        for (const [name, text] of Object.entries(it.files ?? {})) {
          writeFileSync(join(folder, name), text, { mode: 0o600 });
        }
        if ("store" in it) await seal(it.store, it.sealed_for);
        else if ("SECRETS_STORE" in it.environment) await seal({});
        for (const [variable, value] of Object.entries(it.environment)) {
          process.env[variable] = value.replaceAll("{folder}", folder);
        }

        const { name, json, variable } = it.read;
        const rest = [
          ...("default" in it.read ? [it.read.default] : []),
          ...(variable === undefined ? [] : [{ env: variable }]),
        ];
        const reads = json
          ? [() => wrapper.getSecretJson(name, ...rest)]
          : [() => wrapper.getSecret(name, ...rest), () => wrapper.getSecretAsync(name, ...rest)];
        for (const read of reads) await check(read, it, wrapper);
      }));
  }
}

async function check(read, it, wrapper) {
  // As if the program had just started.
  delete globalThis[Symbol.for("shield.secrets")];
  if (!("fails" in it)) {
    assert.deepEqual(await read(), it.returns);
    return;
  }
  await assert.rejects(
    async () => read(),
    (error) => {
      assert.ok(error instanceof wrapper.SecretError);
      assert.equal(error.code, it.fails);
      for (const part of it.mentions ?? []) assert.ok(error.message.includes(part), error.message);
      const shown = inspect(error, { depth: null, showHidden: true });
      assert.ok(!shown.includes("rosebud"), "the value is shown");
      assert.equal(error.cause, undefined);
      return true;
    },
  );
}
