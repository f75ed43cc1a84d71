// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

"use strict";

// Asking a server for JSON, with what Node has.

const {
  SecretAccessError,
  SecretConfigurationError,
  SecretNotFoundError,
  SecretUnavailableError,
} = require("./errors.cjs");
const { isFields, parsedJson } = require("./json.cjs");
const { SecretThrottledError, SecretUnauthenticatedError } = require("./trouble.cjs");

/** Runs in a thread. It follows no redirect: a token that was meant for one server stays there. */
const REQUEST = `
const LIMIT = 1024 * 1024;
function act({ url, headers, body, authorities }) {
  const { request } = require(url.startsWith("https:") ? "node:https" : "node:http");
  const ca = authorities && require("node:fs").readFileSync(authorities);
  const method = body === undefined ? "GET" : "POST";
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, ca, timeout: 5000 }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => {
        text += part;
        if (text.length > LIMIT) sent.destroy();
      });
      answer.on("error", reject).on("close", () => {
        if (answer.complete) resolve({ status: answer.statusCode, text });
        else reject();
      });
    });
    sent.on("error", reject).on("timeout", () => sent.destroy());
    sent.end(body);
  });
}
`;

const KINDS = {
  401: SecretUnauthenticatedError,
  403: SecretAccessError,
  404: SecretNotFoundError,
  429: SecretThrottledError,
};

/** What a status means with which there was no value; 0 where there was no answer. */
function kindOf(status) {
  const isInTrouble = status === 0 || status >= 500;
  return KINDS[status] ?? (isInTrouble ? SecretUnavailableError : SecretConfigurationError);
}

/** What the server says to a GET, or to a POST of `body`. */
function* ask(name, server, path, headers, body) {
  if (!/^https:\/\/|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/i.test(server.url)) {
    const reason = `${server.setting} must begin with https://, or with http:// on this machine`;
    throw new SecretConfigurationError(name, reason, server.backend);
  }
  const url = server.url.replace(/\/+$/, "") + path;
  const { authorities } = server;
  const job = { url, headers, authorities, body: body && JSON.stringify(body) };
  const answer = yield { act: REQUEST, job };
  if (answer === undefined) {
    const reason = "it did not answer, or not to the end";
    throw new SecretUnavailableError(name, reason, server.backend);
  }
  const parsed = parsedJson(answer.text);
  if (parsed === undefined && answer.status === 200) {
    throw new SecretUnavailableError(name, "it did not answer to the end", server.backend);
  }
  return { status: answer.status, body: isFields(parsed) ? parsed : {} };
}

module.exports = { kindOf, ask };
