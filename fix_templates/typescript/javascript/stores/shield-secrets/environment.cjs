// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */

"use strict";

// Secrets from environment variables, and from files that variables point to.

const { SecretAccessError, SecretConfigurationError, SecretInvalidError } = require("./errors.cjs");
const { builtins, NEEDS_NODE, runtime } = require("./node.cjs");
/** The environment variable of a secret: `database/url` is `DATABASE_URL`. */
function variableOf(name) {
  return name.replace(/[/\-.]/g, "_").toUpperCase();
}

/**
 * The value of `variable`, or of the file that `<variable>_FILE` names.
 *
 * Docker and Kubernetes put secrets into files; the second form is how images are told where.
 * The last line break of a file does not count.
 */
function readVariable(name, variable) {
  const pointer = `${variable}_FILE`;
  const value = runtime.process?.env[variable];
  const path = runtime.process?.env[pointer];
  if (!path) return value;
  if (value) {
    throw new SecretConfigurationError(name, `both ${variable} and ${pointer} are set; unset one`);
  }
  // Messages name the variable and not the path: somebody may have put the value there.
  const file = `the file that ${pointer} names`;
  const node = builtins();
  if (node === undefined) throw new SecretConfigurationError(name, NEEDS_NODE);
  let content;
  try {
    content = node.fs.readFileSync(path);
  } catch (error) {
    if (isDenied(error)) throw new SecretAccessError(name, `this user may not read ${file}`);
    throw new SecretConfigurationError(name, `${file} cannot be read`);
  }
  if (content.length > 1024 * 1024) {
    throw new SecretInvalidError(name, `${file} is too large for a secret`);
  }
  if (!node.buffer.isUtf8(content)) {
    throw new SecretInvalidError(name, `${file} is not text in UTF-8`);
  }
  return content.toString("utf8").replace(/\r?\n$/, "");
}

function isDenied(error) {
  const code = error.code;
  return code === "EACCES" || code === "EPERM";
}

module.exports = { variableOf, readVariable };
