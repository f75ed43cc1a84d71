// The servers that stand in for stores, and what may not be seen of a value.

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const python = process.env.TEMPLATE_PYTHON;
const cwd = fileURLToPath(new URL("../../../tests/servers", import.meta.url));

/** Why there are no servers, if there are none. */
export const skip = python === undefined && "this takes Python, for the servers";

/** The address of a server that takes its port as its last argument; `end` ends it. */
export async function served(...command) {
  const port = await freePort();
  const server = spawn(python, [...command, String(port)], { cwd, stdio: "ignore" });
  const address = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    if (server.exitCode !== null || tries > 600) throw new Error("the server has ended");
    const isUp = await fetch(`${address}/_calls`).then(
      () => true,
      () => false,
    );
    if (isUp) break;
    await sleep(50);
  }
  return { address, end: () => server.kill() };
}

function freePort() {
  return new Promise((done) => {
    const free = createServer().listen(0, "127.0.0.1", () => {
      const { port } = free.address();
      free.close(() => done(port));
    });
  });
}

/** Asks a server for something, as its administrator. */
export async function call(url, { body, method, headers } = {}) {
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const answer = await fetch(url, {
    method: method ?? (sent === undefined ? "GET" : "POST"),
    headers: { "Content-Type": "application/json", ...headers },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await answer.text();
  return text === "" ? null : JSON.parse(text);
}

/** What a value may look like where it has leaked: as it is, in base64, in an address. */
export function shapesOf(value) {
  const raw = Buffer.from(value);
  const encoded = [0, 1, 2].map((it) =>
    Buffer.concat([Buffer.alloc(it, "x"), raw])
      .toString("base64")
      .slice(4, -4),
  );
  const quoted = encodeURIComponent(value);
  return [value, quoted, quoted.toLowerCase(), JSON.stringify(value).slice(1, -1), ...encoded];
}
