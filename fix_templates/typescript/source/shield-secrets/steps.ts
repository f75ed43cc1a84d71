// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// Work that asks a thread now and then, for callers that wait and for callers that cannot.

import { isSecretError, SecretConfigurationError } from "./errors.js";
import type { SecretError } from "./errors.js";
import { builtins, NEEDS_NODE, shared } from "./node.js";
import { Thread } from "./thread.js";

/** What a thread is asked: `act` is the text of the function that answers. */
export interface Ask {
  readonly act: string;
  readonly job: object;
}

/** It yields what to ask, and goes on with the answer, or with nothing where there was none. */
export type Steps<T> = Generator<Ask, T, unknown>;

/** How long an answer may take, in milliseconds. */
const TIMEOUT = 10_000;

function threads(): Map<string, Thread> {
  return shared("shield.secrets.threads", () => new Map<string, Thread>());
}

function threadOf(act: string): Thread {
  const known = threads().get(act);
  if (known !== undefined) return known;
  const node = builtins();
  if (node === undefined) throw new SecretConfigurationError("*", NEEDS_NODE);
  const thread = new Thread(node, act);
  threads().set(act, thread);
  return thread;
}

/** Ends all threads; the next step starts them again. */
export function endThreads(): void {
  for (const thread of threads().values()) thread.end();
  threads().clear();
}

/** Does the steps while the caller waits for the promise. */
export async function later<T>(steps: Steps<T>): Promise<T> {
  let step = steps.next();
  while (!step.done) {
    const { act, job } = step.value;
    step = steps.next(await threadOf(act).ask(job, TIMEOUT));
  }
  return step.value;
}

/** Does several side by side while the program sleeps. */
export function now<T>(all: readonly Steps<T>[]): (T | SecretError)[] {
  const results: (T | SecretError)[] = [];
  let open = all.map((steps, index) => ({ steps, index, given: undefined as unknown }));
  while (open.length > 0) {
    const asked: { steps: Steps<T>; index: number; ask: Ask }[] = [];
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
