// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// Loads the secrets that `SECRETS_PRELOAD` names before the program starts, which then never stops
// for one:
//
//     node --import=./shield-secrets/preload.js server.js
//
// It ends the program, and names what is missing, if they cannot all be had.

import { loadSecretsNow } from "../shield-secrets.mjs";
import { builtins } from "./node.mjs";

// Threads of the program are started with it, too.
if (builtins()?.threads.isMainThread) loadSecretsNow();
