// window.playground: what an embedder can do, as in shared/spec/interface.md.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { PAIR, close, load, newPage, noErrors, open, run } from "./browser.mjs";

before(open);
after(close);

const WIRE = { type: "connection", from: "source.output", to: "target.input", condition: "value > 100" };

test("load, run, stop on a connection, evaluate, step back, continue", async () => {
  const page = await newPage();
  await load(page, PAIR);
  const said = await page.evaluate((text) => window.playground.getDocument("yaml"), PAIR);
  assert.match(JSON.stringify(said), /flow_id: pair/);
  const set = await page.evaluate((wire) => window.playground.setBreakpoints([wire]), WIRE);
  assert.equal(set[0].verified, true);
  const started = await page.evaluate(() => window.playground.run({ speed: "max" }));
  assert.equal(started.job, "job-1");
  await run(page, "paused");
  const state = await page.evaluate(() => window.playground.state());
  assert.deepEqual(state.next.data, { value: 150 });
  assert.equal(state.stopped.reason, "breakpoint");
  assert.equal((await page.evaluate(() => window.playground.evaluate("value * 2"))).result, 300);
  await page.evaluate(() => window.playground.step("back"));
  await run(page, "past");
  await page.evaluate(() => window.playground.continue());
  await run(page, "paused");
  await page.evaluate(() => window.playground.setBreakpoints([]));
  await page.evaluate(() => window.playground.continue());
  await run(page, "done");
  const trace = await page.evaluate(() => window.playground.trace({ from: 0, limit: 1000 }));
  const records = trace.records ?? trace;
  assert.equal(records.filter((record) => record.type === "slot_call").length, 6);
  noErrors(page);
});

test("entry data, events and the way to take listeners off", async () => {
  const page = await newPage();
  await load(page, PAIR);
  const heard = await page.evaluate(async () => {
    const heard = { trace: 0, stopped: 0, job: [] };
    const off = window.playground.on("trace", () => { heard.trace += 1; });
    window.playground.on("stopped", () => { heard.stopped += 1; });
    window.playground.on("job", (event) => heard.job.push(event.status ?? event));
    const finish = () => new Promise((resolve) => { const gone = window.playground.on("stopped", () => { gone(); resolve(); }); });
    let done = finish();
    await window.playground.run({ entry: { value: 7 }, speed: "max" });
    await done;
    await new Promise((resolve) => setTimeout(resolve, 100));
    off();
    const before = heard.trace;
    done = finish();
    await window.playground.run({ speed: "max" });
    await done;
    return { ...heard, unheard: heard.trace - before };
  });
  assert.ok(heard.trace >= 1 && heard.stopped >= 2);
  assert.ok(heard.job.includes("completed"));
  assert.equal(heard.unheard, 0);
  noErrors(page);
});

test("a bad document and a bad call say what is wrong", async () => {
  const page = await newPage();
  await load(page, PAIR);
  const wrong = await page.evaluate(async (text) => {
    try {
      return { value: await window.playground.load(text) };
    } catch (error) {
      return { error: String(error) };
    }
  }, PAIR.replace("to: target.input", "to: target.inputs"));
  assert.match(JSON.stringify(wrong), /inputs/);
  const kept = await page.evaluate(() => window.playground.getDocument("json"));
  assert.match(JSON.stringify(kept), /target\.input/);
  const step = await page.evaluate(() => window.playground.seek(0).then(() => "", (error) => String(error)));
  assert.notEqual(step, "");
});

test("pause answers within 50 ms while a flow emits for ever", async () => {
  const page = await newPage();
  await load(page, `
flow_id: round
routines:
  a: { class: Merge }
  b: { class: Delay, config: { seconds: 0.001 } }
connections:
  - { from: a.output, to: b.input }
  - { from: b.output, to: a.input }
execution: { timeout: 100000000 }
inputs: [{ to: a.input, data: 1 }]
`);
  await page.evaluate(() => window.playground.run({ speed: "max" }));
  await page.waitForTimeout(500);
  const answers = [];
  for (let turn = 0; turn < 5; turn += 1) {
    answers.push(await page.evaluate(async () => {
      const asked = performance.now();
      const held = new Promise((resolve) => { const off = window.playground.on("stopped", () => { off(); resolve(); }); });
      await window.playground.pause();
      await held;
      const took = performance.now() - asked;
      await window.playground.continue();
      return took;
    }));
    await page.waitForTimeout(200);
  }
  answers.sort((a, b) => a - b);
  // The engine's turn is 8 ms. The bound on the median is generous because the test machines are shared.
  assert.ok(answers[2] < 250, `pauses took ${answers.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  assert.ok((await page.evaluate(() => window.playground.state())).steps > 1000);
  noErrors(page);
});

test("the engine in wasm makes the trace of the native runner, at every speed", async (context) => {
  const root = new URL("../../", import.meta.url);
  const runner = ["target/debug/flow", "target/release/flow"].map((path) => new URL(path, root).pathname).find(existsSync);
  if (!runner) return context.skip("the native runner is not built");
  const page = await newPage();
  for (const sample of ["pipeline", "fan-in", "feedback"]) {
    const file = new URL(`src/samples/${sample}.yaml`, root).pathname;
    const native = execFileSync(runner, ["run", file], { encoding: "utf8" }).trim().split("\n").map((line) => JSON.parse(line));
    await load(page, readFileSync(file, "utf8"));
    for (const speed of ["max", 64]) {
      await page.evaluate((value) => window.playground.run({ speed: value }), speed);
      await run(page, "done");
      const trace = await page.evaluate(() => window.playground.trace({ from: 0, limit: 100000 }));
      assert.deepEqual(trace.records ?? trace, native, `${sample} at speed ${speed}`);
    }
  }
  noErrors(page);
});

const COMMANDS = [
  "Run", "Pause", "Continue", "Step", "Step over", "Step out", "Step back", "Reverse continue", "Stop", "Undo", "Redo", "Arrange", "Fit",
  "Add routine", "Share", "Import", "Export", "Settings", "Help",
];

test("every command has its name, and every call of the interface is there", async () => {
  const page = await newPage();
  await load(page, PAIR);
  const missing = [];
  for (const name of COMMANDS) {
    if ((await page.getByRole("button", { name, exact: true }).count()) === 0) missing.push(name);
  }
  assert.deepEqual(missing, []);
  const calls = ["load", "getDocument", "run", "pause", "continue", "step", "reverseContinue", "seek", "setBreakpoints", "evaluate", "state", "trace", "on", "destroy"];
  assert.deepEqual(await page.evaluate((all) => all.filter((name) => typeof window.playground[name] !== "function"), calls), []);
  noErrors(page);
});

test("going back, jumping, and what is told of it", async () => {
  const page = await newPage();
  await load(page, PAIR);
  await page.evaluate(() => {
    window.heard = [];
    for (const event of ["stopped", "continued", "edited", "error"]) window.playground.on(event, () => window.heard.push(event));
  });
  // A run can begin held: then it stands before its first step.
  await page.evaluate(() => window.playground.run({ paused: true, speed: "max" }));
  await run(page, "paused");
  assert.equal((await page.evaluate(() => window.playground.state())).step, 0);
  for (const kind of ["into", "over", "out"]) await page.evaluate((kind) => window.playground.step(kind), kind);
  const far = await page.evaluate(() => window.playground.state());
  assert.ok(far.step >= 3, `${far.step}`);
  await page.evaluate((wire) => window.playground.setBreakpoints([wire]), WIRE);
  await page.evaluate(() => window.playground.continue());
  await page.waitForFunction(() => window.playground.state().then((state) => state.stopped?.reason === "breakpoint" || state.run === "done"));
  await page.evaluate(async () => { while ((await window.playground.state()).run !== "done") { await window.playground.continue(); await new Promise((r) => setTimeout(r, 100)); } });
  const back = await page.evaluate(() => window.playground.reverseContinue());
  assert.deepEqual([back.run, back.stopped.reason, back.next.data], ["past", "breakpoint", { value: 250 }]);
  await run(page, "past");
  const trace = await page.evaluate(() => window.playground.trace({ from: 2, limit: 3 }));
  assert.deepEqual(trace.records.map((record) => record.seq), [2, 3, 4]);
  const jumped = await page.evaluate((seq) => window.playground.seek(seq), 4);
  assert.ok(jumped.seq > 4 && jumped.step < far.steps, JSON.stringify([jumped.seq, jumped.step]));
  const heard = await page.evaluate(() => window.heard);
  assert.ok(heard.includes("stopped") && heard.includes("continued") && heard.includes("edited") && !heard.includes("error"), `${heard}`);
  for (const [call, message] of [['step("sideways")', /into, over, out or back/], ['seek("x")', /number of a record/], ['setBreakpoints("x")', /takes a list/]]) {
    assert.match(await page.evaluate((call) => eval(`window.playground.${call}`).then(() => "", String), call), message);
  }
  noErrors(page);
});

test("a playground that was destroyed is gone, and says so", async () => {
  const page = await newPage();
  await load(page, PAIR);
  const heard = await page.evaluate(async () => {
    let heard = 0;
    window.playground.on("job", () => { heard += 1; });
    await window.playground.run({ speed: 1 });
    // Who waits is not left waiting.
    const waits = window.playground.state().then(() => "answered", String);
    await window.playground.destroy();
    const before = heard;
    const late = await window.playground.run().then(() => "", String);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return { late, waits: await waits, unheard: heard - before };
  });
  assert.match(heard.late, /destroyed/);
  assert.match(heard.waits, /answered|destroyed/);
  assert.equal(heard.unheard, 0);
  // The browser takes its time to end a worker.
  const until = Date.now() + 10_000;
  while (page.workers().length > 0 && Date.now() < until) await page.waitForTimeout(50);
  assert.equal(page.workers().length, 0);
  assert.equal(await page.locator("[data-canvas]").count(), 0);
  assert.equal(await page.locator("html").getAttribute("data-ready"), null);
  // Keys that are left over find nothing to do.
  await page.keyboard.press("/");
  await page.keyboard.press("Control+z");
  await page.evaluate(() => window.playground.destroy());
  noErrors(page);
});
