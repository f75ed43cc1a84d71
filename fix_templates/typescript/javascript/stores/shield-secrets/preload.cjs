// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

"use strict";

// Loads the secrets that `SECRETS_PRELOAD` names before the program starts, which then never stops
// for one:
//
//     node --import=./shield-secrets/preload.js server.js
//
// It ends the program, and names what is missing, if they cannot all be had.

const { loadSecretsNow } = require("../shield-secrets.cjs");
const { builtins } = require("./node.cjs");

// Threads of the program are started with it, too.
if (builtins()?.threads.isMainThread) loadSecretsNow();
