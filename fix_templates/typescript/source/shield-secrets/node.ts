// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// As much of Node as is used here, so that no types of it are needed.

export const NEEDS_NODE = "this takes Node 20.16, Node 22.3 or later";

export interface Bytes {
  readonly length: number;
  toString(encoding: "utf8"): string;
}

export interface Status {
  readonly mode: number;
  readonly mtimeMs: number;
  readonly ino: number;
  readonly size: number;
  isFile(): boolean;
}

export interface Port {
  once(event: "message", listener: (answer: unknown) => void): void;
  close(): void;
}

export interface Worker {
  on(event: "error", listener: () => void): void;
  postMessage(message: object, transfer: readonly Port[]): void;
  terminate(): Promise<unknown>;
  unref(): void;
}

export interface Node {
  readonly fs: {
    readFileSync(path: string): Bytes;
    lstatSync(path: string, options: object): Status | undefined;
  };
  readonly os: { homedir(): string };
  readonly path: {
    dirname(path: string): string;
    isAbsolute(path: string): boolean;
    join(...parts: string[]): string;
    resolve(path: string): string;
  };
  readonly buffer: { isUtf8(bytes: Bytes): boolean };
  readonly module: { createRequire(path: string): { resolve(name: string): string } };
  readonly threads: {
    readonly isMainThread: boolean;
    MessageChannel: new () => { readonly port1: Port; readonly port2: Port };
    Worker: new (code: string, options: object) => Worker;
    receiveMessageOnPort(port: Port): { readonly message: unknown } | undefined;
  };
}

export interface Runtime {
  readonly process?: {
    readonly env: Record<string, string | undefined>;
    readonly versions?: { readonly node?: string };
    readonly argv?: readonly string[];
    readonly pid?: number;
    readonly platform?: string;
    readonly cwd?: () => string;
    readonly getBuiltinModule?: (name: string) => unknown;
  };
  readonly window?: unknown;
  readonly performance: { now(): number };
  readonly setTimeout: (then: () => void, milliseconds: number) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
  [key: symbol]: unknown;
}

export const runtime = globalThis as unknown as Runtime;

/** A module of Node, without an import that a bundler for something else trips over. */
export function builtin<T>(name: string): T | undefined {
  return runtime.process?.getBuiltinModule?.(`node:${name}`) as T | undefined;
}

/** The modules of Node that are used here; nothing where there are none. */
export function builtins(): Node | undefined {
  const fs = builtin<Node["fs"]>("fs");
  return (
    fs &&
    ({
      fs,
      os: builtin("os"),
      path: builtin("path"),
      buffer: builtin("buffer"),
      module: builtin("module"),
      threads: builtin("worker_threads"),
    } as Node)
  );
}

/** What is kept once for each process, even if this module is loaded twice. */
export function shared<T>(name: string, first: () => T): T {
  const key = Symbol.for(name);
  if (runtime[key] === undefined) {
    // Where it is not enumerable, nothing prints it that prints everything.
    const value = first();
    Object.defineProperty(runtime, key, { value, configurable: true, writable: true });
  }
  return runtime[key] as T;
}
