// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// Secrets change while a program runs: who wants to know is told.

import { record } from "./audit.mjs";
import { shared } from "./node.mjs";

function state() {
  return shared("shield.secrets.rotation", () => ({
    listeners: new Set(),
    versions: new Map(),
  }));
}

/**
 * Calls `tell` when a read has found another version: `onRotation("database/*", tell)`.
 *
 * What is returned ends that. Nothing is watched in the background: a rotation is seen at the
 * first read after the time to live, or after `refreshCache`.
 */
export function onRotation(names, tell) {
  const plain = names.replace(/[\\^$.+()|[\]{}]/g, "\\$&");
  const pattern = plain.replace(/\*/g, "[^]*").replace(/\?/g, "[^]");
  const listener = { names: new RegExp(`^${pattern}$`), tell };
  state().listeners.add(listener);
  return () => void state().listeners.delete(listener);
}

/** The version that was there before, if it was another one. */
export function replaced(name, version) {
  const { versions } = state();
  const previous = versions.get(name);
  if (version !== "") versions.set(name, version);
  return version === "" || previous === version ? undefined : previous;
}

/** Tells everybody. */
export function tell(event, backend, caller) {
  const { name, version, previous } = event;
  const versions = { version, previous_version: previous };
  record("rotation", "ok", name, backend, versions, caller);
  for (const listener of [...state().listeners]) {
    if (!listener.names.test(name)) continue;
    try {
      const told = listener.tell(event);
      if (told instanceof Promise) told.catch(() => lost(name, backend));
    } catch {
      lost(name, backend);
    }
  }
}

/** Whoever only wanted to read a secret is not to blame; the error may have the secret in it. */
function lost(name, backend) {
  record("rotation", "invalid", name, backend, { code: "listener_failed" });
}
