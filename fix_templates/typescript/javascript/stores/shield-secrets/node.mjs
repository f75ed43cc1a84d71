// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// As much of Node as is used here, so that no types of it are needed.

export const NEEDS_NODE = "this takes Node 20.16, Node 22.3 or later";

export const runtime = globalThis;

/** A module of Node, without an import that a bundler for something else trips over. */
export function builtin(name) {
  return runtime.process?.getBuiltinModule?.(`node:${name}`);
}

/** The modules of Node that are used here; nothing where there are none. */
export function builtins() {
  const fs = builtin("fs");
  return (
    fs && {
      fs,
      os: builtin("os"),
      path: builtin("path"),
      buffer: builtin("buffer"),
      module: builtin("module"),
      threads: builtin("worker_threads"),
    }
  );
}

/** What is kept once for each process, even if this module is loaded twice. */
export function shared(name, first) {
  const key = Symbol.for(name);
  if (runtime[key] === undefined) {
    // Where it is not enumerable, nothing prints it that prints everything.
    const value = first();
    Object.defineProperty(runtime, key, { value, configurable: true, writable: true });
  }
  return runtime[key];
}
