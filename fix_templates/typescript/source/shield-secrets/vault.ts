// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// Secrets from HashiCorp Vault or OpenBao, out of a KV store of version 2.
//
// `VAULT_ADDR` says where it is (by https, or on this machine), `VAULT_MOUNT` which store
// (`secret`). The program logs in with the first of these that is set:
//
// - `VAULT_TOKEN_FILE`: a token that an agent keeps fresh;
// - `VAULT_ROLE_ID` and `VAULT_SECRET_ID_FILE`: AppRole;
// - `VAULT_K8S_ROLE`: the service account of its pod;
// - `VAULT_TOKEN`.
//
// A secret with the one field `value` is that text, as `shield` writes it. One with others is a
// JSON object of them: `getSecret("database", { field: "password" })`, or `getSecretJson`.

import type { Backend, Fetched } from "./cache.js";
import { SecretConfigurationError, SecretNotFoundError } from "./errors.js";
import type { SecretError } from "./errors.js";
import { ask, kindOf } from "./http.js";
import type { Reply } from "./http.js";
import { isFields } from "./json.js";
import { content, pathOf } from "./paths.js";
import { setting } from "./settings.js";
import { later, now } from "./steps.js";
import type { Steps } from "./steps.js";

const NAME = "vault";
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token";
const SAID: Record<number, string> = {
  401: "vault does not know this program (any more)",
  403: "a policy denies it",
};

/** The store that the settings name, read with a token that is renewed in time. */
export class Vault implements Backend {
  readonly name = NAME;
  private token: string | undefined;
  /** When to renew the token: at two thirds of its life. */
  private renewAt = Infinity;
  private turn: Promise<unknown> = Promise.resolve();

  async fetch(name: string): Promise<Fetched> {
    if (this.isReady()) return later(this.read(name));
    // One at a time, until somebody has logged in; then all that have waited, side by side.
    const turn = this.turn.then(() => (this.isReady() ? undefined : later(this.read(name))));
    this.turn = turn.catch(() => undefined);
    return (await turn) ?? later(this.read(name));
  }

  fetchNow(names: readonly string[]): (Fetched | SecretError)[] {
    return now(names.map((it) => this.read(it)));
  }

  private isReady(): boolean {
    const hasToken = this.token !== undefined && Date.now() < this.renewAt;
    return hasToken || setting("VAULT_TOKEN_FILE") !== undefined;
  }

  private *read(name: string): Steps<Fetched> {
    const path = pathOf(name, NAME).split("/").filter(Boolean).map(encodeURIComponent).join("/");
    const mount = (setting("VAULT_MOUNT") ?? "secret").replace(/^\/+|\/+$/g, "");
    const place = `/v1/${mount}/data/${path}`;
    let token = yield* this.login(name);
    let reply = yield* send(name, place, token);
    if (reply.status === 403 && (yield* isUnknown(name, token))) {
      // The token has ended before its time; another one may be had.
      token = yield* this.login(name, token);
      reply = yield* send(name, place, token);
      if (reply.status === 403 && (yield* isUnknown(name, token))) throw errorOf(name, 401);
    }
    if (reply.status === 404 && isFields(reply.body["data"])) {
      throw new SecretNotFoundError(name, "its newest version was deleted", NAME);
    }
    if (reply.status !== 200) throw errorOf(name, reply.status);
    return fetchedOf(name, reply);
  }

  /** A token that is valid, as far as it is known. */
  private *login(name: string, rejected?: string): Steps<string> {
    if (setting("VAULT_TOKEN_FILE") !== undefined) return content(name, "VAULT_TOKEN_FILE");
    if (this.token !== undefined && this.token !== rejected) {
      if (Date.now() < this.renewAt) return this.token;
      const reply = yield* send(name, "/v1/auth/token/renew-self", this.token, {});
      if (reply.status === 200) return this.keep(name, reply);
    }
    const role = setting("VAULT_ROLE_ID");
    if (role !== undefined) {
      const body = { role_id: role, secret_id: content(name, "VAULT_SECRET_ID_FILE") };
      return this.keep(name, yield* send(name, "/v1/auth/approle/login", undefined, body));
    }
    const account = setting("VAULT_K8S_ROLE");
    if (account !== undefined) {
      const body = { role: account, jwt: content(name, "VAULT_K8S_TOKEN", ACCOUNT) };
      return this.keep(name, yield* send(name, "/v1/auth/kubernetes/login", undefined, body));
    }
    this.token = setting("VAULT_TOKEN");
    if (this.token !== undefined) return this.token;
    const reason = "set VAULT_TOKEN_FILE, VAULT_ROLE_ID, VAULT_K8S_ROLE or VAULT_TOKEN";
    throw new SecretConfigurationError(name, reason, NAME);
  }

  /** The token of a login or a renewal. */
  private keep(name: string, { status, body }: Reply): string {
    const granted = body["auth"];
    this.token = undefined;
    if (status !== 200 || !isFields(granted)) {
      // A wrong password is 400 here, and no reason to look at the settings of the store.
      throw errorOf(name, status === 400 || status === 403 ? 401 : status);
    }
    const life = Number(granted["lease_duration"] ?? 0);
    this.renewAt = life > 0 ? Date.now() + (life * 2000) / 3 : Infinity;
    this.token = String(granted["client_token"]);
    return this.token;
  }
}

function send(name: string, path: string, token?: string, body?: object): Steps<Reply> {
  const url = setting("VAULT_ADDR");
  if (url === undefined) throw new SecretConfigurationError(name, "set VAULT_ADDR", NAME);
  const headers: Record<string, string> = { "X-Vault-Request": "true" };
  if (token !== undefined) headers["X-Vault-Token"] = token;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const namespace = setting("VAULT_NAMESPACE");
  if (namespace !== undefined) headers["X-Vault-Namespace"] = namespace;
  const server = {
    backend: NAME,
    setting: "VAULT_ADDR",
    url,
    authorities: setting("VAULT_CACERT"),
  };
  return ask(name, server, path, headers, body);
}

/** Whether a refusal means that the token is not valid, and not that a policy denies. */
function* isUnknown(name: string, token: string): Steps<boolean> {
  return (yield* send(name, "/v1/auth/token/lookup-self", token)).status === 403;
}

function fetchedOf(name: string, { body }: Reply): Fetched {
  const held = body["data"];
  const [fields, about] = isFields(held) ? [held["data"], held["metadata"]] : [];
  if (!isFields(fields) || !isFields(about)) throw errorOf(name, 200);
  const version = String(about["version"]);
  const [first, ...others] = Object.keys(fields);
  const value = fields["value"];
  const isAlone = first === "value" && others.length === 0 && typeof value === "string";
  return { value: isAlone ? value : JSON.stringify(fields), version };
}

/** What a status means. What the server says beside it may repeat what it was sent. */
function errorOf(name: string, status: number): SecretError {
  const reason = SAID[status] ?? `vault answered ${status}`;
  return new (kindOf(status))(name, reason, NAME);
}
