// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

"use strict";

// When a store is asked, and what happens when it does not answer.
//
// A value is fresh until it is `ttl` seconds old, a tenth more or less, so that the processes of a
// program do not all ask at once. Then one caller asks the store while the others wait:
//
// - The store answers: the value is fresh again. Another version than before is a rotation.
// - There is no such secret, or it may not be read: the old value is dropped, since revoking must
//   take effect. The error is remembered for seconds, so that a loop does not hammer the store.
// - The store is in trouble: the old value helps out until it is `ttl + maxStale` old, and the store
//   is asked again after 1, 2, 4 … 60 seconds.
//
// A read that cannot wait stops the program while it asks, so it does that only where there is
// nothing to return. A value that has been old for less than another `ttl` is returned, and asked
// for behind it; so is one that will be old soon.

const { isSecretError } = require("./errors.cjs");
const { runtime } = require("./node.cjs");
const { mayPass, SecretNotLoadedError } = require("./trouble.cjs");

/** For how many seconds an error is remembered. */
const REMEMBERED = {
  secret_not_found: 10,
  secret_access_denied: 5,
  secret_unauthenticated: 5,
  secret_pending_deletion: 5,
};
/** A value is asked for behind a read after this part of its life. */
const AHEAD = 0.8;
/** A store is forced to answer at most once in so many seconds, for each secret. */
const FORCE_PAUSE = 5;
const LONGEST_PAUSE = 60;

/** The secrets of one store, as they were when they were last asked for. */
class Cache {
  constructor(backend, options) {
    this.entries = new Map();
    this.backend = backend;
    this.options = options;
    this.now = options.now ?? (() => [runtime.performance.now() / 1000, Date.now() / 1000]);
    this.jitter = options.jitter ?? (() => 0.9 + Math.random() / 5);
  }

  /** The secret `name`, as the rules above have it. */
  async get(name, wanted = {}) {
    const entry = this.entryOf(name);
    const { held, asking } = entry;
    if (held && !wanted.forceRefresh && this.isFresh(held, wanted)) return this.answer(held, "hit");
    if (asking !== undefined) {
      const { replaced: _, ...answer } = await asking;
      return answer.outcome === "miss" ? { ...answer, outcome: "hit" } : answer;
    }
    const known = this.known(entry, wanted);
    if (known !== undefined) return known;
    const ask = async () => {
      try {
        // Not at once: whoever comes now has to see that somebody is asking.
        const asked = Promise.resolve().then(() => this.backend.fetch(name));
        return this.take(name, entry, await asked);
      } catch (error) {
        return this.endure(entry, error);
      } finally {
        entry.asking = undefined;
      }
    };
    entry.asking = ask();
    return entry.asking;
  }

  /** The same for a caller that cannot wait. */
  getNow(name, wanted = {}) {
    const entry = this.entryOf(name);
    const answer = this.late(name, entry, wanted) ?? this.known(entry, wanted);
    if (answer !== undefined) return answer;
    if (entry.failure !== undefined && mayPass(entry.failure.error)) {
      // It has stopped the program for that store already.
      this.askBehind(name, entry);
      return this.without(entry, entry.failure.error);
    }
    const [fetched] = this.fetchNow([name]);
    return this.take(name, entry, fetched);
  }

  /** Whether nothing was ever asked for. */
  isCold() {
    return this.entries.size === 0;
  }

  /** Asks for several, side by side, while the program sleeps. Errors wait for the reads. */
  loadNow(names) {
    const [first, ...others] = new Set(names);
    if (first === undefined) return;
    // The first one logs in.
    for (const wave of [[first], others]) {
      this.fetchNow(wave).forEach((it, index) => {
        const entry = this.entryOf(wave[index] ?? first);
        try {
          this.take(wave[index] ?? first, entry, it);
        } catch {
          // It is remembered.
        }
      });
    }
  }

  /** Asks the store at the next read, of `name` or of every secret. */
  expire(name) {
    const entries = name === undefined ? [...this.entries.values()] : [this.entryOf(name)];
    for (const entry of entries) {
      entry.failure = undefined;
      if (entry.held !== undefined) entry.held = { ...entry.held, life: 0 };
    }
  }

  about() {
    const about = {};
    for (const [name, { held, failure }] of this.entries) {
      const age = held && this.age(held.at);
      about[name] = { version: held?.version, age, trouble: failure?.error.code };
    }
    return about;
  }

  entryOf(name) {
    const entry = this.entries.get(name) ?? {};
    // The last one is the one that was read last.
    this.entries.delete(name);
    this.entries.set(name, entry);
    if (this.entries.size > Math.max(1, this.options.size)) {
      const [oldest] = this.entries.keys();
      this.entries.delete(oldest ?? "");
    }
    return entry;
  }

  /** The seconds since then, by the clock that has seen more of them. */
  age(since) {
    const now = this.now();
    return Math.max(now[0] - since[0], now[1] - since[1]);
  }

  isFresh(held, { maxAge }) {
    const age = this.age(held.at);
    return age < held.life && (maxAge === undefined || age < maxAge);
  }

  isPaused({ failure }) {
    return failure !== undefined && this.age(failure.at) < failure.pause;
  }

  answer(held, outcome) {
    const { sealed, version, at } = held;
    const [value, backend, age] = [sealed(), this.backend.name, this.age(at)];
    return { value, version, outcome, backend, age };
  }

  /** What is returned without asking the store, if anything; or thrown. */
  known(entry, wanted) {
    const { held, failure, forced } = entry;
    const justForced = forced !== undefined && this.age(forced) < FORCE_PAUSE;
    const force = wanted.forceRefresh === true && !justForced;
    if (held !== undefined && !force && this.isFresh(held, wanted)) return this.answer(held, "hit");
    // Forcing does not wait until an error is forgotten, but spares a store in trouble.
    if (failure !== undefined && this.isPaused(entry) && (mayPass(failure.error) || !force)) {
      return this.without(entry, failure.error);
    }
    if (force) entry.forced = this.now();
    return undefined;
  }

  /** What a caller that cannot wait is content with: not more than old for a while. */
  late(name, entry, wanted) {
    const { held } = entry;
    if (held === undefined || held.life === 0) return undefined;
    if (wanted.forceRefresh || wanted.maxAge !== undefined) return undefined;
    const age = this.age(held.at);
    if (age < held.life * AHEAD) return this.answer(held, "hit");
    const { ttl, maxStale } = this.options;
    if (age >= held.life && age > ttl + Math.min(ttl, maxStale)) return undefined;
    this.askBehind(name, entry);
    return this.answer(held, age < held.life ? "hit" : "stale");
  }

  askBehind(name, entry) {
    if (entry.asking === undefined && !this.isPaused(entry)) this.options.behind(name);
  }

  fetchNow(names) {
    const { backend } = this;
    if (backend.fetchNow !== undefined) return backend.fetchNow(names);
    return names.map((name) => {
      try {
        const fetched = backend.fetch(name);
        if (!(fetched instanceof Promise)) return fetched;
        fetched.catch(() => undefined);
        const reason = "await getSecretAsync, or loadSecrets before the first read";
        return new SecretNotLoadedError(name, reason, backend.name);
      } catch (error) {
        if (isSecretError(error)) return error;
        throw error;
      }
    });
  }

  /** Keeps what the store has answered. */
  take(name, entry, fetched) {
    if (fetched === undefined || fetched instanceof Error) return this.endure(entry, fetched);
    const { value, version } = fetched;
    const previous = entry.version;
    entry.version = version;
    entry.failure = undefined;
    if (this.options.ttl > 0) {
      const sealed = this.options.seal(name, value);
      entry.held = { sealed, version, at: this.now(), life: this.options.ttl * this.jitter() };
    }
    const replaced = previous === version ? undefined : previous;
    return { value, version, outcome: "miss", backend: this.backend.name, age: 0, replaced };
  }

  /** Remembers an error. */
  endure(entry, error) {
    if (!isSecretError(error)) throw error;
    const { failure } = entry;
    let pause = REMEMBERED[error.code] ?? 0;
    if (mayPass(error)) {
      const before = failure !== undefined && mayPass(failure.error) ? failure.pause : 0;
      pause = Math.min(LONGEST_PAUSE, before * 2 || 1);
    } else {
      entry.held = undefined;
    }
    entry.failure = { error, at: this.now(), pause };
    return this.without(entry, error);
  }

  /** The old value, if the trouble may pass and it is not too old; else the error. */
  without({ held }, error) {
    const { ttl, maxStale } = this.options;
    // A value that was made to expire is as old as it is, not older.
    if (held !== undefined && mayPass(error) && this.age(held.at) <= ttl + maxStale) {
      return this.answer(held, "stale");
    }
    throw error;
  }
}

module.exports = { Cache };
