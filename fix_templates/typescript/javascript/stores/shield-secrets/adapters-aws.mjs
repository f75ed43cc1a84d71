// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// The stores that this project reads.

import { Aws } from "./aws.mjs";
export const adapters = {
  aws: () => new Aws(),
};
