// The engine's worker as the site has it, in a worker of Node: for tests of the engine in wasm that need no page.

import { Worker } from "node:worker_threads";

const BASE_URL = process.env.BASE_URL ?? "http://127.0.0.1:8080/";

/** What a browser's worker has and Node's does not. */
const SOURCE = `
  const { parentPort, workerData } = require("node:worker_threads");
  globalThis.self = globalThis;
  globalThis.DedicatedWorkerGlobalScope = Object;
  globalThis.postMessage = (text) => parentPort.postMessage(text);
  parentPort.on("message", (data) => globalThis.onmessage({ data }));
  const start = require("node:vm").runInThisContext(workerData.script + "; wasm_bindgen");
  start({ module_or_path: workerData.wasm });
`;

/** An engine that answers requests of the protocol. */
export class Engine {
  #worker;
  #seq = 0;
  #waiting = new Map();
  #listeners = [];

  static async start() {
    const get = async (path) => {
      const response = await fetch(new URL(path, BASE_URL));
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return response;
    };
    const loader = await (await get("worker_loader.js")).text();
    const [script, wasm] = [...loader.matchAll(/"([^"]+\.(?:js|wasm))"/g)].map((match) => match[1]);
    const engine = new Engine();
    const ready = engine.next("ready");
    const workerData = { script: await (await get(script)).text(), wasm: await (await get(wasm)).arrayBuffer() };
    engine.#worker = new Worker(SOURCE, { eval: true, workerData });
    engine.#worker.on("message", (text) => engine.#receive(JSON.parse(text)));
    engine.#worker.on("error", (error) => { throw error; });
    await ready;
    return engine;
  }

  #receive(message) {
    if (message.type === "response") {
      const { resolve, reject } = this.#waiting.get(message.request_seq);
      this.#waiting.delete(message.request_seq);
      if (message.success) resolve(message.body);
      else reject(new Error(message.message));
      return;
    }
    const heard = this.#listeners.filter((listener) => listener.event === message.event);
    this.#listeners = this.#listeners.filter((listener) => listener.event !== message.event);
    for (const listener of heard) listener.resolve(message.body);
  }

  /** The body of the next event of a name. */
  next(event) {
    return new Promise((resolve) => this.#listeners.push({ event, resolve }));
  }

  /** The body of the response. */
  request(command, args = {}) {
    this.#seq += 1;
    const text = JSON.stringify({ seq: this.#seq, type: "request", command, arguments: args });
    return new Promise((resolve, reject) => {
      this.#waiting.set(this.#seq, { resolve, reject });
      this.#worker.postMessage(text);
    });
  }

  stop() {
    return this.#worker.terminate();
  }
}
