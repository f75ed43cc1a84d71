// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// The settings of this module: environment variables.

import { runtime } from "./node.js";

/** A setting of this module; `undefined` when it is not set or empty. */
export function setting(name: string): string | undefined {
  return runtime.process?.env[name]?.trim() || undefined;
}

/** Whether a setting is switched on. */
export function flag(name: string): boolean {
  const set = (setting(name) ?? "").toLowerCase();
  return !["", "0", "false", "no", "off"].includes(set);
}

/** Where this program runs, in the words of whoever started it. */
export function environmentName(): string | undefined {
  return setting("ENVIRONMENT") ?? setting("DJANGO_ENV") ?? setting("NODE_ENV");
}

export function inProduction(): boolean {
  return isProduction(environmentName() ?? "");
}

export function isProduction(environment: string): boolean {
  return /^\s*(prod|prd|live)/i.test(environment);
}
