// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */

// The stores that this project reads.

import { Aws } from "./aws.js";
import type { Backend } from "./cache.js";

export const adapters: Record<string, () => Backend> = {
  aws: () => new Aws(),
};
