// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */

// The stores that this project reads.

import { Vault } from "./vault.mjs";

export const adapters = {
  vault: () => new Vault(),
};
