// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

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

import { isSecretError } from "./errors.js";
import type { SecretError } from "./errors.js";
import { runtime } from "./node.js";
import type { Sealed } from "./seal.js";
import { mayPass, SecretNotLoadedError } from "./trouble.js";

/** What a store knows of a secret now. */
export interface Fetched {
  readonly value: string | Uint8Array;
  /** What the store calls this value. It changes when the value does; it is no hash of it. */
  readonly version: string;
}

/** Where secrets are kept. */
export interface Backend {
  readonly name: string;
  /** The secret as it is now; it throws one of the errors of this module. */
  fetch(name: string): Fetched | Promise<Fetched>;
  /** The same for several, while the program sleeps; a store without it has to be loaded. */
  fetchNow?(names: readonly string[]): (Fetched | SecretError)[];
}

/** A secret, and how it was come by: `hit`, `miss`, `stale`; `ok`, `fallback` outside of a cache. */
export interface Answer extends Fetched {
  readonly outcome: string;
  readonly backend: string;
  /** In seconds. */
  readonly age: number;
  /** The version that this one has just taken the place of. */
  readonly replaced?: string | undefined;
}

/** How fresh a secret must be. */
export interface Freshness {
  /** In seconds. */
  readonly maxAge?: number;
  readonly forceRefresh?: boolean;
}

/** Two clocks, in seconds: one stops while a container is paused, people set the other one. */
export type Now = readonly [monotonic: number, wall: number];

/** How a cache is set up. */
export interface CacheOptions {
  readonly ttl: number;
  readonly size: number;
  readonly maxStale: number;
  readonly seal: (name: string, value: string | Uint8Array) => Sealed;
  /** Called when a value is to be asked for without anybody waiting for it. */
  readonly behind: (name: string) => void;
  readonly now?: () => Now;
  readonly jitter?: () => number;
}

interface Held {
  readonly sealed: Sealed;
  readonly version: string;
  readonly at: Now;
  readonly life: number;
}

interface Failure {
  readonly error: SecretError;
  readonly at: Now;
  readonly pause: number;
}

/** What is known of one secret, without its value. */
export interface Known {
  readonly version?: string | undefined;
  /** In seconds. */
  readonly age?: number | undefined;
  /** The code of the last error, if the store has not answered since. */
  readonly trouble?: string | undefined;
}

interface Entry {
  held?: Held | undefined;
  failure?: Failure | undefined;
  version?: string;
  forced?: Now;
  asking?: Promise<Answer> | undefined;
}

/** For how many seconds an error is remembered. */
const REMEMBERED: Record<string, number> = {
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
export class Cache {
  readonly backend: Backend;
  private readonly options: CacheOptions;
  private readonly now: () => Now;
  private readonly jitter: () => number;
  private readonly entries = new Map<string, Entry>();

  constructor(backend: Backend, options: CacheOptions) {
    this.backend = backend;
    this.options = options;
    this.now = options.now ?? (() => [runtime.performance.now() / 1000, Date.now() / 1000]);
    this.jitter = options.jitter ?? (() => 0.9 + Math.random() / 5);
  }

  /** The secret `name`, as the rules above have it. */
  async get(name: string, wanted: Freshness = {}): Promise<Answer> {
    const entry = this.entryOf(name);
    const { held, asking } = entry;
    if (held && !wanted.forceRefresh && this.isFresh(held, wanted)) return this.answer(held, "hit");
    if (asking !== undefined) {
      const { replaced: _, ...answer } = await asking;
      return answer.outcome === "miss" ? { ...answer, outcome: "hit" } : answer;
    }
    const known = this.known(entry, wanted);
    if (known !== undefined) return known;
    const ask = async (): Promise<Answer> => {
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
  getNow(name: string, wanted: Freshness = {}): Answer {
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
  isCold(): boolean {
    return this.entries.size === 0;
  }

  /** Asks for several, side by side, while the program sleeps. Errors wait for the reads. */
  loadNow(names: readonly string[]): void {
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
  expire(name?: string): void {
    const entries = name === undefined ? [...this.entries.values()] : [this.entryOf(name)];
    for (const entry of entries) {
      entry.failure = undefined;
      if (entry.held !== undefined) entry.held = { ...entry.held, life: 0 };
    }
  }

  about(): Record<string, Known> {
    const about: Record<string, Known> = {};
    for (const [name, { held, failure }] of this.entries) {
      const age = held && this.age(held.at);
      about[name] = { version: held?.version, age, trouble: failure?.error.code };
    }
    return about;
  }

  private entryOf(name: string): Entry {
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
  private age(since: Now): number {
    const now = this.now();
    return Math.max(now[0] - since[0], now[1] - since[1]);
  }

  private isFresh(held: Held, { maxAge }: Freshness): boolean {
    const age = this.age(held.at);
    return age < held.life && (maxAge === undefined || age < maxAge);
  }

  private isPaused({ failure }: Entry): boolean {
    return failure !== undefined && this.age(failure.at) < failure.pause;
  }

  private answer(held: Held, outcome: string): Answer {
    const { sealed, version, at } = held;
    const [value, backend, age] = [sealed(), this.backend.name, this.age(at)];
    return { value, version, outcome, backend, age };
  }

  /** What is returned without asking the store, if anything; or thrown. */
  private known(entry: Entry, wanted: Freshness): Answer | undefined {
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
  private late(name: string, entry: Entry, wanted: Freshness): Answer | undefined {
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

  private askBehind(name: string, entry: Entry): void {
    if (entry.asking === undefined && !this.isPaused(entry)) this.options.behind(name);
  }

  private fetchNow(names: readonly string[]): (Fetched | SecretError)[] {
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
  private take(name: string, entry: Entry, fetched: Fetched | SecretError | undefined): Answer {
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
  private endure(entry: Entry, error: unknown): Answer {
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
  private without({ held }: Entry, error: SecretError): Answer {
    const { ttl, maxStale } = this.options;
    // A value that was made to expire is as old as it is, not older.
    if (held !== undefined && mayPass(error) && this.age(held.at) <= ttl + maxStale) {
      return this.answer(held, "stale");
    }
    throw error;
  }
}
