// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

"use strict";

// The settings of this module: environment variables.

const { runtime } = require("./node.cjs");

/** A setting of this module; `undefined` when it is not set or empty. */
function setting(name) {
  return runtime.process?.env[name]?.trim() || undefined;
}

/** Whether a setting is switched on. */
function flag(name) {
  const set = (setting(name) ?? "").toLowerCase();
  return !["", "0", "false", "no", "off"].includes(set);
}

/** Where this program runs, in the words of whoever started it. */
function environmentName() {
  return setting("ENVIRONMENT") ?? setting("DJANGO_ENV") ?? setting("NODE_ENV");
}

function inProduction() {
  return isProduction(environmentName() ?? "");
}

function isProduction(environment) {
  return /^\s*(prod|prd|live)/i.test(environment);
}

module.exports = { setting, flag, environmentName, inProduction, isProduction };
