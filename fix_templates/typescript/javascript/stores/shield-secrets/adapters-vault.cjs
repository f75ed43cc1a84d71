// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */

"use strict";

// The stores that this project reads.

const { Vault } = require("./vault.cjs");

const adapters = {
  vault: () => new Vault(),
};

module.exports = { adapters };
