// Makes the packages of npm: one for each system, which holds the program, and `shield-scan`, which
// starts the one that fits.
//
//   node packaging/npm/build.mjs --out DIR linux-x64=target/release/shield …
//
// Each is a folder below DIR, ready for `npm pack` or `npm publish`.

import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const SYSTEMS = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-x64"];

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");

/** A field of the manifest of the crate. */
function field(name) {
  const lines = readFileSync(join(root, "Cargo.toml"), "utf8").split("\n");
  const line = lines.find((it) => it.startsWith(`${name} = "`));
  if (!line) throw new Error(`Cargo.toml has no ${name}`);
  return JSON.parse(line.slice(name.length + 3));
}

/** The manifest of a package. */
function manifest(name, more) {
  const [version, description, license] = ["version", "description", "license"].map(field);
  return { name, version, description, license, files: ["bin"], ...more };
}

function write(folder, described) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(described, null, 2)}\n`);
  for (const license of ["LICENSE-APACHE", "LICENSE-MIT"]) {
    copyFileSync(join(root, license), join(folder, license));
  }
}

const { values, positionals } = parseArgs({
  options: { out: { type: "string" } },
  allowPositionals: true,
});
if (!values.out || positionals.length === 0) {
  console.error("usage: node build.mjs --out DIR SYSTEM=PROGRAM …");
  process.exit(2);
}
for (const positional of positionals) {
  const [system, program] = positional.split("=");
  if (!SYSTEMS.includes(system) || !program) {
    console.error(`${positional}: a system is one of ${SYSTEMS.join(", ")}, and = comes before the program`);
    process.exit(2);
  }
  const [os, cpu] = system.split("-");
  const name = `shield-scan-${system}`;
  const folder = join(values.out, name);
  const file = os === "win32" ? "shield.exe" : "shield";
  write(folder, manifest(name, { os: [os], cpu: [cpu], preferUnplugged: true }));
  mkdirSync(join(folder, "bin"), { recursive: true });
  copyFileSync(program, join(folder, "bin", file));
  chmodSync(join(folder, "bin", file), 0o755);
}
const version = field("version");
const folder = join(values.out, "shield-scan");
write(
  folder,
  manifest("shield-scan", {
    engines: { node: ">=18" },
    bin: { shield: "bin/shield.js", "shield-scan": "bin/shield.js" },
    optionalDependencies: Object.fromEntries(SYSTEMS.map((it) => [`shield-scan-${it}`, version])),
  }),
);
cpSync(join(here, "shield-scan"), folder, { recursive: true });
