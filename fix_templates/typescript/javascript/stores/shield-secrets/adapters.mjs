// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */

// The stores that this project reads.

import { Aws } from "./aws.mjs";
import { Vault } from "./vault.mjs";

export const adapters = {
  aws: () => new Aws(),
  vault: () => new Vault(),
};
