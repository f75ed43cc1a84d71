// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// Where a store keeps a secret, and other settings of stores.

import { SecretConfigurationError } from "./errors.js";
import { builtins } from "./node.js";
import { environmentName, isProduction, setting } from "./settings.js";

const ENVIRONMENTS: Record<string, string> = {
  dev: "development",
  local: "development",
  testing: "test",
  stage: "staging",
  stg: "staging",
};

/** Where this program runs, as far as it was told: `development`, `production` … */
export function environment(): string | undefined {
  const named = environmentName();
  if (named === undefined) return undefined;
  const lower = named.toLowerCase();
  return isProduction(named) ? "production" : (ENVIRONMENTS[lower] ?? lower);
}

/** A setting that is a number, and not below zero. */
export function number(name: string, usual: number): number {
  const value = Number(setting(name) ?? usual);
  if (value >= 0 && value < Infinity) return value;
  throw new SecretConfigurationError("*", `${name} must be a number, 0 or more`);
}

/** A setting that is one of a few words; the first is the default. */
export function choice<T extends string>(name: string, ...words: T[]): T {
  const said = setting(name)?.toLowerCase() ?? words[0];
  const word = words.find((it) => it === said);
  if (word !== undefined) return word;
  throw new SecretConfigurationError("*", `${name} must be one of ${words.join(", ")}`);
}

/**
 * Where a store keeps `name`: `database/url` is `/shop/production/database/url`.
 *
 * `SECRETS_PATH_TEMPLATE` says so, with `{app}`, `{environment}`, `{category}` (what stands before
 * the last `/` of a name, if anything) and `{name}` (the rest).
 */
export function pathOf(name: string, backend: string): string {
  const template = setting("SECRETS_PATH_TEMPLATE") ?? "/{app}/{environment}/{category}/{name}";
  const place = environment();
  // Without it, the credentials of one environment could be those of another.
  if (place === undefined) {
    const reason = "set ENVIRONMENT (development, staging, production …)";
    throw new SecretConfigurationError(name, reason, backend);
  }
  const app = setting("SECRETS_APP") ?? "";
  if (template.includes("{app}") && app === "") {
    const reason = "set SECRETS_APP, the first part of the paths of this program's secrets";
    throw new SecretConfigurationError(name, reason, backend);
  }
  const slash = name.lastIndexOf("/");
  const [category, last] = [name.slice(0, Math.max(slash, 0)), name.slice(slash + 1)];
  const parts: Record<string, string> = { app, environment: place, category, name: last };
  const path = template.replace(/\{(\w+)\}/g, (word, part: string) => parts[part] ?? word);
  return path.replace(/([/.])\1+/g, "$1");
}

/** The text of the file that a setting names: a token that something else keeps fresh. */
export function content(name: string, variable: string, usual = ""): string {
  try {
    const path = setting(variable) ?? usual;
    const bytes = builtins()?.fs.readFileSync(path);
    if (bytes !== undefined && bytes.length <= 65_536) return bytes.toString("utf8").trim();
  } catch {
    // The same as one that is too large.
  }
  throw new SecretConfigurationError(name, `the file of ${variable} cannot be read`);
}
