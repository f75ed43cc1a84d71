// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

"use strict";

// Work that asks a thread now and then, for callers that wait and for callers that cannot.

const { isSecretError, SecretConfigurationError } = require("./errors.cjs");
const { builtins, NEEDS_NODE, shared } = require("./node.cjs");
const { Thread } = require("./thread.cjs");

/** How long an answer may take, in milliseconds. */
const TIMEOUT = 10_000;

function threads() {
  return shared("shield.secrets.threads", () => new Map());
}

function threadOf(act) {
  const known = threads().get(act);
  if (known !== undefined) return known;
  const node = builtins();
  if (node === undefined) throw new SecretConfigurationError("*", NEEDS_NODE);
  const thread = new Thread(node, act);
  threads().set(act, thread);
  return thread;
}

/** Ends all threads; the next step starts them again. */
function endThreads() {
  for (const thread of threads().values()) thread.end();
  threads().clear();
}

/** Does the steps while the caller waits for the promise. */
async function later(steps) {
  let step = steps.next();
  while (!step.done) {
    const { act, job } = step.value;
    step = steps.next(await threadOf(act).ask(job, TIMEOUT));
  }
  return step.value;
}

/** Does several side by side while the program sleeps. */
function now(all) {
  const results = [];
  let open = all.map((steps, index) => ({ steps, index, given: undefined }));
  while (open.length > 0) {
    const asked = [];
    for (const { steps, index, given } of open) {
      try {
        const step = steps.next(given);
        if (step.done) results[index] = step.value;
        else asked.push({ steps, index, ask: step.value });
      } catch (error) {
        if (!isSecretError(error)) throw error;
        results[index] = error;
      }
    }
    open = [];
    for (const act of new Set(asked.map((it) => it.ask.act))) {
      const same = asked.filter((it) => it.ask.act === act);
      const jobs = same.map((it) => it.ask.job);
      const answers = threadOf(act).askNow(jobs, TIMEOUT);
      open.push(...same.map(({ steps, index }, at) => ({ steps, index, given: answers[at] })));
    }
  }
  return results;
}

module.exports = { endThreads, later, now };
