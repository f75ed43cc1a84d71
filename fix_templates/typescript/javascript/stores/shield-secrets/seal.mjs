// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// Keeps values out of memory dumps, as far as a JavaScript program can.
//
// A text cannot be wiped, and what an SDK has parsed lives on until its memory is used again. What
// this does: values that are kept for long are encrypted, so that a dump of an hour later does not
// have them. What it cannot do: protect them from code that runs in this process, which has the key.

import { SecretConfigurationError } from "./errors.mjs";
import { builtin } from "./node.mjs";
import { choice } from "./paths.mjs";
import { flag } from "./settings.mjs";

const KIND = "aes-128-gcm";

/** What seals values, as `SECRETS_CACHE_PROTECTION` has it: `auto`, `aead` or `none`. */
export function sealer() {
  if (flag("SECRETS_HARDEN_PROCESS")) {
    const reason = "SECRETS_HARDEN_PROCESS is set, which Node cannot do";
    throw new SecretConfigurationError("*", reason);
  }
  const wanted = choice("SECRETS_CACHE_PROTECTION", "auto", "aead", "none");
  const crypto = wanted === "none" ? undefined : builtin("crypto");
  if (crypto !== undefined) return encryption(crypto);
  if (wanted !== "aead") return (_, value) => () => value;
  throw new SecretConfigurationError("*", "SECRETS_CACHE_PROTECTION=aead takes Node 20.16");
}

function encryption(crypto) {
  // The key lies outside of what a dump of the heap has.
  const key = crypto.generateKeySync("aes", { length: 128 });
  return (name, value) => {
    const nonce = crypto.randomBytes(12);
    // The name is part of it, so that no value can be taken for another one's.
    const about = crypto.createHash("sha256").update(name).digest();
    const cipher = crypto.createCipheriv(KIND, key, nonce);
    cipher.setAAD(about);
    const isText = typeof value === "string";
    const sealed = isText ? cipher.update(value, "utf16le") : cipher.update(value);
    cipher.final();
    const tag = cipher.getAuthTag();
    return () => {
      const decipher = crypto.createDecipheriv(KIND, key, nonce);
      decipher.setAAD(about);
      decipher.setAuthTag(tag);
      const plain = decipher.update(sealed);
      decipher.final();
      return isText ? plain.toString("utf16le") : plain;
    };
  };
}
