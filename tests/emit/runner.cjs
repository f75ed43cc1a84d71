globalThis.test = require('node:test').test;
