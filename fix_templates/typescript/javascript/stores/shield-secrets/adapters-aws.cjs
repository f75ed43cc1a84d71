// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

"use strict";

// The stores that this project reads.

const { Aws } = require("./aws.cjs");
const adapters = {
  aws: () => new Aws(),
};

module.exports = { adapters };
