// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// Who asked for which secret and how it went, for whoever listens:
//
//     import { subscribe } from "node:diagnostics_channel";
//
//     subscribe("shield-secrets.audit", (line) => console.log(JSON.stringify(line)));
//
// A line never has a value in it, nor its length, nor a hash of it.

import { builtin, runtime, shared } from "./node.mjs";
import { choice, environment } from "./paths.mjs";
import { setting } from "./settings.mjs";

const ERRORS = ["denied", "unauthenticated", "unavailable", "invalid", "placeholder"];
const OUTCOMES = {
  secret_not_found: "not_found",
  secret_pending_deletion: "not_found",
  secret_access_denied: "denied",
  secret_unauthenticated: "unauthenticated",
  secret_backend_unavailable: "unavailable",
  secret_throttled: "unavailable",
  secret_placeholder: "placeholder",
};

/** What a line of a stack has: a function, perhaps, and a file. */
const FRAME = /^\s*at (?:async )?(?:new )?(?:(.*?)(?: \[as .*?\])? \()?(.*?):\d+:\d+\)?$/;

/** How the audit log calls what went wrong. */
export function outcomeOf(code) {
  return OUTCOMES[code] ?? "invalid";
}

/** Where the lines go, if anybody listens. */
function heard() {
  const channel = builtin("diagnostics_channel")?.channel("shield-secrets.audit");
  return channel?.hasSubscribers ? channel : undefined;
}

/** Tells a line; whatever goes wrong with that is not the business of the caller. */
export function record(event, outcome, secret, backend, more = {}, caller = callerNow()) {
  const channel = heard();
  if (channel === undefined) return;
  try {
    const mode = choice("SECRETS_AUDIT", "all", "changes", "off");
    if (mode === "off") return;
    const count = mode === "all" ? undefined : counted(event, outcome, secret);
    if (count === 0) return;
    const line = { v: 1, ts: new Date().toISOString(), event, outcome };
    Object.assign(line, { secret, backend, environment: environment() ?? "" });
    Object.assign(line, { app: setting("SECRETS_APP") ?? "", pid: runtime.process?.pid });
    for (const [key, value] of Object.entries({ caller, ...more })) {
      if (value !== "") line[key] = value;
    }
    if (count !== undefined) line["count"] = count;
    if (event === "access" && setting("SECRETS_METRICS") === "emf") measure(line, count ?? 1);
    channel.publish(line);
  } catch {
    // It is lost.
  }
}

/**
 * Who asks now, if anybody wants to know: `server:connect` is a function of `server.js`.
 *
 * Where a bundler has made one file of the program and this module, nobody can tell.
 */
export function callerNow() {
  if (heard() === undefined) return "";
  const frames = (new Error().stack ?? "").split("\n").map((it) => FRAME.exec(it) ?? []);
  // The first one is here.
  const own = /^(.*[\\/]shield-secrets)[\\/]audit\.\w+$/.exec(frames[1]?.[2] ?? "")?.[1];
  const caller = frames.find(([, , file]) => file && own && !isOwn(file, own));
  if (caller === undefined) return "";
  const module = /([^\\/]+?)(\.\w+)?$/.exec(caller[2] ?? "")?.[1] ?? "";
  const name = (caller[1] ?? "").split(".").pop() || "<anonymous>";
  return `${module}:${name === "<anonymous>" ? "<module>" : name}`;
}

function isOwn(file, own) {
  return file.startsWith(own) && /^(\.\w+$|[\\/])/.test(file.slice(own.length));
}

/** How many hits a line is for, where they are told once a minute; 0 for one that is not told. */
function counted(event, outcome, secret) {
  if (event !== "access" || (outcome !== "hit" && outcome !== "ok")) return undefined;
  const untold = shared("shield.secrets.untold", () => new Map());
  const [count, since] = untold.get(secret) ?? [0, Date.now()];
  const isDue = Date.now() - since >= 60_000;
  if (isDue) untold.delete(secret);
  else untold.set(secret, [count + 1, since]);
  return isDue ? count + 1 : 0;
}

/** Makes the line a metric of CloudWatch as well, in its embedded format. */
function measure(line, count) {
  const outcome = String(line["outcome"]);
  const counts = {
    Calls: count,
    Hits: outcome === "hit" ? count : 0,
    Stale: outcome === "stale" ? count : 0,
    Fallbacks: outcome === "fallback" ? count : 0,
    Errors: ERRORS.includes(outcome) ? count : 0,
  };
  const Metrics = Object.keys(counts).map((Name) => ({ Name, Unit: "Count" }));
  const about = { Namespace: "ShieldSecrets", Dimensions: [["app", "environment", "backend"]] };
  const CloudWatchMetrics = [{ ...about, Metrics }];
  Object.assign(line, { _aws: { Timestamp: Date.now(), CloudWatchMetrics } }, counts);
}
