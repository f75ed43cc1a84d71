// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// Secrets from AWS Secrets Manager.
//
// Through the package `@aws-sdk/client-secrets-manager`, which is loaded when it is first needed and
// finds credentials and region as it always does; or, where `AWS_SECRETS_AGENT_URL` is set, through
// the AWS Secrets Manager Agent on this machine, which takes no package. Either way the version
// that is labelled AWSCURRENT is read, in one call that needs one permission:
// `secretsmanager:GetSecretValue`.

import type { Backend, Fetched } from "./cache.js";
import {
  SecretAccessError,
  SecretConfigurationError,
  SecretNotFoundError,
  SecretUnavailableError,
} from "./errors.js";
import type { SecretError } from "./errors.js";
import { ask, kindOf } from "./http.js";
import type { ErrorKind } from "./http.js";
import { findPackage } from "./local.js";
import { builtin, builtins, NEEDS_NODE } from "./node.js";
import { content, pathOf } from "./paths.js";
import { setting } from "./settings.js";
import { later, now } from "./steps.js";
import type { Ask, Steps } from "./steps.js";
import {
  SecretPendingDeletionError,
  SecretThrottledError,
  SecretUnauthenticatedError,
} from "./trouble.js";

const NAME = "aws";
const PACKAGE = "@aws-sdk/client-secrets-manager";

/** Runs in a thread. What AWS says about an error may repeat what it was sent, and stays there. */
const SEND = `
let client;
async function act({ module, path }) {
  const sdk = require(module);
  const requestHandler = { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true };
  client = client || new sdk.SecretsManagerClient({ maxAttempts: 3, requestHandler });
  const command = new sdk.GetSecretValueCommand({ SecretId: path, VersionStage: "AWSCURRENT" });
  try {
    const { SecretString, SecretBinary, VersionId } = await client.send(command);
    return { value: SecretString === undefined ? SecretBinary : SecretString, version: VersionId };
  } catch (error) {
    const message = String(error.message);
    const name = message === "Region is missing" ? "RegionMissing" : error.name;
    const status = (error.$metadata && error.$metadata.httpStatusCode) || 0;
    return { name, status, isDeleted: message.includes("delet") };
  }
}
`;

/** What the thread answers: a secret, or what AWS calls the trouble. */
interface Answer {
  readonly value?: string | Uint8Array;
  readonly version?: string;
  readonly name?: string;
  readonly status?: number;
  readonly isDeleted?: boolean;
}

const KINDS: Record<string, ErrorKind> = {
  ResourceNotFoundException: SecretNotFoundError,
  AccessDeniedException: SecretAccessError,
  AccessDenied: SecretAccessError,
  // The key that encrypts the secret is denied, disabled, or gone.
  DecryptionFailure: SecretAccessError,
  UnrecognizedClientException: SecretUnauthenticatedError,
  InvalidClientTokenId: SecretUnauthenticatedError,
  ExpiredTokenException: SecretUnauthenticatedError,
  ExpiredToken: SecretUnauthenticatedError,
  InvalidSignatureException: SecretUnauthenticatedError,
  SignatureDoesNotMatch: SecretUnauthenticatedError,
  IncompleteSignature: SecretUnauthenticatedError,
  MissingAuthenticationToken: SecretUnauthenticatedError,
  CredentialsProviderError: SecretUnauthenticatedError,
  TokenProviderError: SecretUnauthenticatedError,
  ThrottlingException: SecretThrottledError,
  Throttling: SecretThrottledError,
  TooManyRequestsException: SecretThrottledError,
  RequestLimitExceeded: SecretThrottledError,
  LimitExceededException: SecretThrottledError,
  InternalServiceError: SecretUnavailableError,
  RegionMissing: SecretConfigurationError,
};

/** AWS Secrets Manager in the account and region of this program. */
export class Aws implements Backend {
  readonly name = NAME;

  fetch(name: string): Promise<Fetched> {
    return later(read(name));
  }

  fetchNow(names: readonly string[]): (Fetched | SecretError)[] {
    return now(names.map(read));
  }
}

function* read(name: string): Steps<Fetched> {
  const path = pathOf(name, NAME);
  const url = setting("AWS_SECRETS_AGENT_URL");
  const answer = yield* url === undefined ? fromAws(name, path) : fromAgent(name, path, url);
  const { value, version, status = 0, isDeleted = false } = answer;
  if (value !== undefined) return { value, version: version ?? "" };
  throw errorOf(name, answer.name ?? "", status, isDeleted);
}

function* fromAws(name: string, path: string): Steps<Answer> {
  const node = builtins();
  if (node === undefined) throw new SecretConfigurationError(name, NEEDS_NODE, NAME);
  const module = findPackage(node, PACKAGE);
  if (module === undefined) {
    const reason = `SECRETS_BACKEND is aws, which takes the package ${PACKAGE} (\`npm install ${PACKAGE}\`)`;
    throw new SecretConfigurationError(name, reason, NAME);
  }
  const answer = (yield { act: SEND, job: { module, path } } as Ask) as Answer | undefined;
  return answer ?? { name: "TimeoutError" };
}

function* fromAgent(name: string, path: string, url: string): Steps<Answer> {
  const token = content(name, "AWS_SECRETS_AGENT_TOKEN_FILE", "/var/run/awssmatoken");
  const server = { backend: NAME, setting: "AWS_SECRETS_AGENT_URL", url };
  // What is fetched here is cached here, so the agent must not add the age of its own.
  const query = `secretId=${encodeURIComponent(path)}&refreshNow=true`;
  const headers = { "X-Aws-Parameters-Secrets-Token": token };
  const { status, body } = yield* ask(name, server, `/secretsmanager/get?${query}`, headers);
  const version = String(body["VersionId"] ?? "");
  if (status === 200 && typeof body["SecretString"] === "string") {
    return { value: body["SecretString"], version };
  }
  if (status === 200) {
    const encoded = String(body["SecretBinary"] ?? "");
    const bytes = builtin<Base64>("buffer")?.Buffer.from(encoded, "base64");
    return { value: bytes ?? "", version };
  }
  const isDeleted = String(body["message"]).includes("delet");
  return { name: String(body["__type"] ?? ""), status, isDeleted };
}

interface Base64 {
  readonly Buffer: { from(text: string, encoding: "base64"): Uint8Array };
}

/** The error for what AWS calls `code`. */
function errorOf(name: string, full: string, status: number, isDeleted: boolean): SecretError {
  const code = full.slice(full.lastIndexOf("#") + 1);
  const said = /^\w+$/.test(code) ? `AWS says ${code}` : `AWS answered ${status}`;
  if (code === "InvalidRequestException" && isDeleted) {
    return new SecretPendingDeletionError(name, "it is scheduled for deletion", NAME);
  }
  // An answer that was cut off has the status of a whole one.
  return new (KINDS[code] ?? kindOf(status < 400 ? 0 : status))(name, said, NAME);
}
