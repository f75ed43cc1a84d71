// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// A thread that does what takes promises, so that a read that cannot wait can sleep meanwhile.

import { runtime } from "./node.mjs";
/** Runs in the thread, and says nothing but answers: its output would come too late. */
const LISTEN = `
require("node:worker_threads").parentPort.on("message", ({ job, reply, flag }) => {
  act(job)
    .catch(() => undefined)
    .then((answer) => {
      reply.postMessage(answer);
      Atomics.store(flag, 0, 1);
      Atomics.notify(flag, 0);
    });
});
`;

/** A thread with the text of an async function `act`, which is given jobs and returns answers. */
export class Thread {
  constructor(node, act) {
    this.node = node;
    this.act = act;
  }

  /** The answer to a job; nothing when that took too many milliseconds. */
  ask(job, timeout) {
    const { port } = this.send(job);
    return new Promise((resolve) => {
      const timer = runtime.setTimeout(() => resolve(undefined), timeout);
      port.once("message", (answer) => {
        runtime.clearTimeout(timer);
        resolve(answer);
      });
    }).finally(() => port.close());
  }

  /** The answers to jobs that are done side by side. The program sleeps until they are. */
  askNow(jobs, timeout) {
    const end = Date.now() + timeout;
    const asked = jobs.map((it) => this.send(it));
    return asked.map(({ port, flag }) => {
      Atomics.wait(flag, 0, 0, Math.max(0, end - Date.now()));
      const answer = this.node.threads.receiveMessageOnPort(port)?.message;
      port.close();
      return answer;
    });
  }

  end() {
    void this.worker?.terminate();
    this.worker = undefined;
  }

  send(job) {
    const { port1, port2 } = new this.node.threads.MessageChannel();
    const flag = new Int32Array(new SharedArrayBuffer(4));
    this.worker = this.worker ?? this.start();
    this.worker.postMessage({ job, reply: port2, flag }, [port2]);
    return { port: port1, flag };
  }

  start() {
    // What the program was started with is not for this thread.
    const { NODE_OPTIONS: _, ...env } = runtime.process?.env ?? {};
    const options = { eval: true, env, execArgv: [] };
    const worker = new this.node.threads.Worker(this.act + LISTEN, options);
    // Without a listener, an error in the thread would end the program.
    worker.on("error", () => this.end());
    worker.unref();
    return worker;
  }
}
