// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// JSON that may have secrets in it.

/** Whether `value` is a JSON object. */
export function isFields(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What `text` says, or `undefined`: the error of the parser would quote it. */
export function parsedJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
