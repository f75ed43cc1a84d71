// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

"use strict";

// Secrets from AWS Secrets Manager.
//
// Through the package `@aws-sdk/client-secrets-manager`, which is loaded when it is first needed and
// finds credentials and region as it always does; or, where `AWS_SECRETS_AGENT_URL` is set, through
// the AWS Secrets Manager Agent on this machine, which takes no package. Either way the version
// that is labelled AWSCURRENT is read, in one call that needs one permission:
// `secretsmanager:GetSecretValue`.

const {
  SecretAccessError,
  SecretConfigurationError,
  SecretNotFoundError,
  SecretUnavailableError,
} = require("./errors.cjs");
const { ask, kindOf } = require("./http.cjs");
const { findPackage } = require("./local.cjs");
const { builtin, builtins, NEEDS_NODE } = require("./node.cjs");
const { content, pathOf } = require("./paths.cjs");
const { setting } = require("./settings.cjs");
const { later, now } = require("./steps.cjs");
const {
  SecretPendingDeletionError,
  SecretThrottledError,
  SecretUnauthenticatedError,
} = require("./trouble.cjs");

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

const KINDS = {
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
class Aws {
  constructor() {
    this.name = NAME;
  }

  fetch(name) {
    return later(read(name));
  }

  fetchNow(names) {
    return now(names.map(read));
  }
}

function* read(name) {
  const path = pathOf(name, NAME);
  const url = setting("AWS_SECRETS_AGENT_URL");
  const answer = yield* url === undefined ? fromAws(name, path) : fromAgent(name, path, url);
  const { value, version, status = 0, isDeleted = false } = answer;
  if (value !== undefined) return { value, version: version ?? "" };
  throw errorOf(name, answer.name ?? "", status, isDeleted);
}

function* fromAws(name, path) {
  const node = builtins();
  if (node === undefined) throw new SecretConfigurationError(name, NEEDS_NODE, NAME);
  const module = findPackage(node, PACKAGE);
  if (module === undefined) {
    const reason = `SECRETS_BACKEND is aws, which takes the package ${PACKAGE} (\`npm install ${PACKAGE}\`)`;
    throw new SecretConfigurationError(name, reason, NAME);
  }
  const answer = yield { act: SEND, job: { module, path } };
  return answer ?? { name: "TimeoutError" };
}

function* fromAgent(name, path, url) {
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
    const bytes = builtin("buffer")?.Buffer.from(encoded, "base64");
    return { value: bytes ?? "", version };
  }
  const isDeleted = String(body["message"]).includes("delet");
  return { name: String(body["__type"] ?? ""), status, isDeleted };
}

/** The error for what AWS calls `code`. */
function errorOf(name, full, status, isDeleted) {
  const code = full.slice(full.lastIndexOf("#") + 1);
  const said = /^\w+$/.test(code) ? `AWS says ${code}` : `AWS answered ${status}`;
  if (code === "InvalidRequestException" && isDeleted) {
    return new SecretPendingDeletionError(name, "it is scheduled for deletion", NAME);
  }
  // An answer that was cut off has the status of a whole one.
  return new (KINDS[code] ?? kindOf(status < 400 ? 0 : status))(name, said, NAME);
}

module.exports = { Aws };
