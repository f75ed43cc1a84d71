// Breaks the wrapper as the samples that it replaces were broken, and shows which test sees it.
//
//     node tools/mutate.mjs [D1 ...]      # in fix_templates/typescript
//
// Each defect is put back into a copy of the wrapper as a project has it, and the tests run that a
// project gets with it. What no test has seen is the exit code.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));
const modules = join(process.env.TEMPLATE_MODULES ?? here, "node_modules");

/** What they are, where they are put, what stands there, and what takes its place. */
const DEFECTS = [
  [
    "D1",
    "a value is kept for ever",
    "cache",
    "return age < held.life && (maxAge === undefined || age < maxAge);",
    "return age >= 0;",
  ],
  [
    "D2",
    "a field is guessed, and else the first one taken",
    "",
    "if (field === undefined) return filled(name, plainOf(name, answer), answer);",
    `if (field === undefined) {
      const fields = parsedJson(plainOf(name, answer));
      if (isFields(fields)) return String(fields["password"] ?? Object.values(fields)[0]);
      return filled(name, plainOf(name, answer), answer);
    }`,
  ],
  [
    "D3",
    "an object is parsed out of a field that was guessed",
    "",
    "if (isFields(parsed)) return parsed;",
    'if (isFields(parsed)) return isFields(parsed["password"]) ? parsed["password"] : {};',
  ],
  [
    "D4",
    "whatever is JSON is taken for an object",
    "",
    "if (isFields(parsed)) return parsed;",
    "if (parsed !== undefined) return parsed as Record<string, unknown>;",
  ],
  [
    "D5",
    "a default hides that a secret may not be read",
    "rules",
    'if (strict || !isSecretError(error) || error.code !== "secret_not_found") throw error;',
    "if (strict || !isSecretError(error)) throw error;",
  ],
  [
    "D6",
    "without ENVIRONMENT it is development",
    "settings",
    'setting("NODE_ENV");',
    'setting("NODE_ENV") ?? "development";',
  ],
  [
    "D7",
    "bytes that the SDK has decoded are decoded again",
    "aws",
    "SecretString === undefined ? SecretBinary : SecretString",
    'SecretString === undefined ? Buffer.from(String(SecretBinary), "base64") : SecretString',
  ],
  [
    "D8",
    "without the SDK the environment is asked",
    "stores",
    'if (place === "none" || !(isMissing || mayPass(error))) throw error;',
    `if (error.reason.includes("npm install")) return answerOf(request, look(request, "env"), "ok");
  if (place === "none" || !(isMissing || mayPass(error))) throw error;`,
  ],
  [
    "D9",
    "settings are read when the module is imported",
    "stores",
    'const word = setting("SECRETS_BACKEND")?.toLowerCase();',
    "const word = FROZEN;",
    'const FROZEN = setting("SECRETS_BACKEND")?.toLowerCase();\n',
  ],
  [
    "D10",
    "a client waits as long as it likes",
    "steps",
    "const TIMEOUT = 10_000;",
    "const TIMEOUT = 1_000_000;",
  ],
  [
    "D11",
    "an error keeps the whole text as its cause",
    "",
    "  throw new SecretInvalidError(name, reason, answer.backend);\n",
    `  const error = new SecretInvalidError(name, reason, answer.backend);
  throw Object.assign(error, { cause: plainOf(name, answer) });
`,
  ],
  [
    "D12",
    "the variable is called otherwise than the secret",
    "environment",
    'return name.replace(/[/\\-.]/g, "_").toUpperCase();',
    'return `APP_${name.replace(/[/\\-.]/g, "_").toUpperCase()}`;',
  ],
  [
    "D13",
    "credentials of AWS come out of AWS",
    "aws",
    "  try {\n    const { SecretString",
    `  await client.send(new sdk.GetSecretValueCommand({ SecretId: "aws-access-key-id" }));
  try {
    const { SecretString`,
  ],
  [
    "D14",
    "what the store lacks comes from the environment, in production too",
    "stores",
    'if (place === "none" || !(isMissing || mayPass(error))) throw error;',
    "",
  ],
  [
    "D15",
    "the store is asked for another secret",
    "aws",
    'SecretId: path, VersionStage: "AWSCURRENT"',
    'SecretId: path.replace("production", "prod"), VersionStage: "AWSCURRENT"',
  ],
];

/** The first test that fails with a defect. */
function seen(file, before, after, more = "") {
  const folder = mkdtempSync(join(tmpdir(), "shield-"));
  try {
    const parts = join(folder, "shield-secrets");
    cpSync(join(here, "source", "shield-secrets"), parts, { recursive: true });
    cpSync(join(here, "source", "shield-secrets.ts"), join(folder, "shield-secrets.ts"));
    cpSync(join(here, "checks"), parts, { recursive: true });
    const place = file === "" ? join(folder, "shield-secrets.ts") : join(parts, `${file}.ts`);
    const text = readFileSync(place, "utf8");
    if (text.split(before).length !== 2) throw new Error(`${before} is not where it was`);
    writeFileSync(place, text.replace(before, () => after) + more);
    symlinkSync(modules, join(folder, "node_modules"), "junction");
    const command = ["--test", "--test-reporter", "tap", join(parts, "check.mjs")];
    const env = { ...process.env, NODE_NO_WARNINGS: "1" };
    const done = spawnSync(process.execPath, command, { env, encoding: "utf8", timeout: 90_000 });
    if (done.error) return "none was done after 90 seconds";
    return /^\s*not ok \d+ - (.+)$/m.exec(done.stdout)?.[1];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let unseen = 0;
for (const [name, what, ...defect] of DEFECTS) {
  if (process.argv.length > 2 && !process.argv.includes(name)) continue;
  const test = seen(...defect);
  unseen += test === undefined ? 1 : 0;
  console.log(`| ${name} | ${what} | ${test ?? "NOT SEEN"} |`);
}
process.exitCode = unseen;
