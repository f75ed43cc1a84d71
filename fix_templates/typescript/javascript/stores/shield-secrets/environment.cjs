// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

"use strict";

// Secrets from environment variables, and from files that variables point to.

const { SecretAccessError, SecretConfigurationError, SecretInvalidError } = require("./errors.cjs");
const { builtins, NEEDS_NODE, runtime } = require("./node.cjs");
const { inProduction, setting } = require("./settings.cjs");

/** The environment variable of a secret: `database/url` is `DATABASE_URL`. */
function variableOf(name) {
  return name.replace(/[/\-.]/g, "_").toUpperCase();
}

/**
 * The value of `variable`, or of the file that `<variable>_FILE` names.
 *
 * Docker and Kubernetes put secrets into files; the second form is how images are told where.
 * The last line break of a file does not count. Where this program has neither, the file counts
 * that `SECRETS_DOTENV` names.
 */
function readVariable(name, variable) {
  const [value, path] = variableAndPath(name, variable);
  if (!path) return value;
  const pointer = `${variable}_FILE`;
  if (value) {
    throw new SecretConfigurationError(name, `both ${variable} and ${pointer} are set; unset one`);
  }
  // Messages name the variable and not the path: somebody may have put the value there.
  return fileOf(name, path, `the file that ${pointer} names`).replace(/\r?\n$/, "");
}

/** A variable and the one that names a file for it, both of this program or both of the file. */
function variableAndPath(name, variable) {
  const names = [variable, `${variable}_FILE`];
  const own = names.map((it) => runtime.process?.env[it]);
  const path = setting("SECRETS_DOTENV");
  if (path === undefined || own.some((it) => it !== undefined)) return own;
  if (inProduction()) {
    const reason = "SECRETS_DOTENV is set, which is for development, and this is production";
    throw new SecretConfigurationError(name, reason);
  }
  const lines = dotenv(name, path);
  return names.map((it) => lines.get(it));
}

/**
 * The lines of a `.env`: `NAME=value`, and nothing is done to the value but that blanks around it go
 * and then one pair of quotes, of one kind. `export` may stand before a name. Empty lines and those
 * that begin with `#` do not count, and of two for one name the last does.
 */
function dotenv(name, path) {
  const what = "the file that SECRETS_DOTENV names";
  const values = new Map();
  const lines = fileOf(name, path, what)
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, key, value] = /^\s*(?:export\s+)?(\w+)\s*=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) {
      throw new SecretConfigurationError(name, `line ${index + 1} of ${what} is not NAME=value`);
    }
    values.set(key, value.trim().replace(/^(["'])(.*)\1$/, "$2"));
  }
  return values;
}

function fileOf(name, path, what) {
  const node = builtins();
  if (node === undefined) throw new SecretConfigurationError(name, NEEDS_NODE);
  let content;
  try {
    content = node.fs.readFileSync(path);
  } catch (error) {
    if (isDenied(error)) throw new SecretAccessError(name, `this user may not read ${what}`);
    throw new SecretConfigurationError(name, `${what} cannot be read`);
  }
  if (content.length > 1024 * 1024) {
    throw new SecretInvalidError(name, `${what} is too large for a secret`);
  }
  if (!node.buffer.isUtf8(content)) {
    throw new SecretInvalidError(name, `${what} is not text in UTF-8`);
  }
  return content.toString("utf8");
}

function isDenied(error) {
  const code = error.code;
  return code === "EACCES" || code === "EPERM";
}

module.exports = { variableOf, readVariable, variableAndPath };
