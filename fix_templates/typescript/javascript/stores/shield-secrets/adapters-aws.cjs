// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */

"use strict";

// The stores that this project reads.

const { Aws } = require("./aws.cjs");
const adapters = {
  aws: () => new Aws(),
};

module.exports = { adapters };
