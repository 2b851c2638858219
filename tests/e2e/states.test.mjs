// A run that was saved by the native runner goes on in wasm exactly as it would have, and the other way round.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Engine } from "./engine.mjs";

/** Everything that a saved run has to know: sleeping Python, retries, timers, queues, a worker too few, chance, shared data. */
const FLOW = `
flow_id: states
execution: { thread_pool_size: 4, seed: 7 }
routines:
  source: { class: Generator, config: { source: random, count: 6, interval: 0.4, low: 1, high: 9 } }
  thinks:
    class: Python
    slots: [input]
    events: [output]
    policy: { type: immediate }
    logic: |
      import random
      def logic(slot_data, message, job_state):
          for item in slot_data["input"]:
              seen = job_state.shared_data.setdefault("seen", [])
              seen.append(item["value"])
              noise = [random.random(), {"nested": (1, 2.5, None)}]
              sleep(0.7)
              set_state("last", noise)
              job_state.append_to_shared_log({"seen": len(seen)})
              emit("output", value=item["value"] * 2, noise=noise, seen=list(seen))
  flaky:
    class: Python
    slots: [input]
    events: [output]
    policy: { type: time_interval, min_interval_seconds: 0.5 }
    duration: 0.3
    logic: |
      def logic(slot_data):
          tries = get_state("tries", 0) + 1
          set_state("tries", tries)
          if tries % 3 == 1:
              raise ValueError(f"try {tries}")
          for item in slot_data["input"]:
              emit("output", tries=tries, value=item["value"])
    error_handler: { strategy: retry, max_retries: 4, retry_delay: 0.2 }
  late: { class: Delay, config: { seconds: 1.1 } }
  batch: { class: Batcher, config: { batch_size: 3, batch_timeout: 2 } }
  slow: { class: Throttle, config: { interval: 0.9 } }
  end: { class: Sink }
connections:
  - { from: source.output, to: thinks.input }
  - { from: source.output, to: late.input }
  - { from: thinks.output, to: flaky.input, transform: "{'value': data['value'], 'of': len(data['seen'])}" }
  - { from: flaky.output, to: batch.input }
  - { from: late.output, to: batch.input, map: { value: late } }
  - { from: late.output, to: slow.input }
  - { from: batch.batch, to: end.input }
  - { from: batch.timeout, to: end.input }
  - { from: slow.output, to: end.input }
inputs:
  - { to: source.trigger, data: null }
  - { to: thinks.input, data: { value: 100 }, at: 0.5, repeat: 3, every: 0.25 }
`;

const runner = ["target/debug/flow", "target/release/flow"]
  .map((path) => new URL(`../../${path}`, import.meta.url).pathname)
  .concat(process.env.FLOW ?? [])
  .findLast(existsSync);
const folder = mkdtempSync(join(tmpdir(), "flow-states-"));
const file = (name, text) => {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
};
/** What the runner prints; 3 says that it stopped where it was told to. */
function native(...words) {
  const { status, stdout, stderr } = spawnSync(runner, words, { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.ok(status === 0 || status === 3, stderr);
  return stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

let engine;
before(async () => { engine = await Engine.start(); });
after(async () => {
  await engine?.stop();
  rmSync(folder, { recursive: true });
});

/** The records of what the engine has, oldest first. */
const records = async () => (await engine.request("trace", { from: 0, limit: 1_000_000 })).records;

/** Goes on to the end. */
async function toTheEnd() {
  await engine.request("setSpeed", { speed: "max" });
  const stopped = engine.next("stopped");
  await engine.request("continue");
  assert.equal((await stopped).stopped.reason, "end");
}

test("a saved run goes on in wasm as in the native engine, and back", async (context) => {
  if (!runner) return context.skip("the native runner is not built");
  const flow = file("flow.yaml", FLOW);
  const whole = native("run", flow);
  assert.equal(whole.at(-1).type, "job.completed");
  assert.ok(whole.some((record) => record.type === "job.retrying") && whole.some((record) => record.type === "job.queued"));
  const [{ steps }] = native("run", flow, "--format", "summary");
  assert.ok(steps > 60, `${steps} steps`);
  for (let step = 1; step < steps; step += 5) {
    // Native to wasm.
    const before = native("run", flow, "--save", file("native.json"), "--save-at", String(step));
    await engine.request("restore", { state: readFileSync(file("native.json"), "utf8") });
    const savedAgain = (await engine.request("save")).state;
    await toTheEnd();
    assert.deepEqual([...before, ...(await records())], whole, `saved natively after step ${step}`);
    // What was restored and saved in wasm goes on natively.
    assert.deepEqual([...before, ...native("resume", file("again.json", savedAgain))], whole, `saved again after step ${step}`);
    // Wasm to native.
    await engine.request("load", { document: FLOW });
    await engine.request("run", { paused: true });
    for (let taken = 0; taken < step; taken += 1) await engine.request("step", { kind: "into" });
    const made = await records();
    const { state } = await engine.request("save");
    assert.deepEqual([...made, ...native("resume", file("wasm.json", state))], whole, `saved in wasm after step ${step}`);
  }
});
