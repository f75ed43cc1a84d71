#!/usr/bin/env node
// Starts the program for this system, which one of the optional dependencies holds.
"use strict";

const { spawnSync } = require("node:child_process");

const name = `shield-scan-${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "shield.exe" : "shield";

/** The path of the program; ends the process where it is not installed. */
function program() {
  try {
    return require.resolve(`${name}/bin/${file}`);
  } catch {
    console.error(
      `shield: the package ${name} is not installed.\n` +
        "Either optional dependencies were left out (npm install --include=optional), or there is " +
        "no program for this system; build it from its source.",
    );
    process.exit(2);
  }
}

const result = spawnSync(program(), process.argv.slice(2), { stdio: "inherit" });
if (result.error) {
  console.error(`shield: cannot start: ${result.error.message}`);
  process.exit(2);
}
if (result.signal) {
  process.kill(process.pid, result.signal);
}
process.exit(result.status ?? 2);
