// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */

// The stores that this project reads.

import { Aws } from "./aws.mjs";
export const adapters = {
  aws: () => new Aws(),
};
