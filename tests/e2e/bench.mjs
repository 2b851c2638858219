// Figures of the page, printed by `cargo xtask bench`: the engine in wasm, and frames while panning, zooming and
// dragging in large flows. Read them as ratios: the machine is shared.

import { debuggerFigures } from "./bench-debugger.mjs";
import { close, newPage, open, run } from "./browser.mjs";

await open();

const BUILT_IN = "Merge";
const PYTHON = "Python";
const PASS = 'def logic(slot_data):\n    for item in slot_data["input"]:\n        emit("output", **item)\n';
const JOIN = 'def logic(slot_data):\n    emit("output", left=slot_data["left"][0], right=slot_data["right"][0])\n';

// The flows of tests/bench/flows.rs, with a routine that nothing reaches: the place of breakpoints that never hit.

function routine(routineClass) {
  const python = { slots: ["input"], events: ["output"], policy: { type: "immediate" }, logic: PASS };
  return { class: routineClass, ...(routineClass === PYTHON ? python : {}) };
}

function flow(ids, connections, routineClass, messages, more = {}) {
  const routines = { ...Object.fromEntries(ids.map((id) => [id, routine(routineClass)])), elsewhere: routine(BUILT_IN), ...more };
  const inputs = [{ to: `${ids[0]}.input`, data: { value: 1, name: "sensor" }, repeat: messages }];
  return { flow_id: "bench", execution: { timeout: 1e6 }, routines, connections: connections.map(([from, to]) => ({ from, to })), inputs };
}

const numbered = (count) => Array.from({ length: count }, (_, index) => `r${index}`);

function linear(routineClass, length, messages) {
  const ids = numbered(length);
  return flow(ids, ids.slice(1).map((id, index) => [`r${index}.output`, `${id}.input`]), routineClass, messages);
}

/** With one message each virtual millisecond: so many at one moment would be a runaway flow. */
function spread(document) {
  document.inputs[0].every = 0.001;
  return document;
}

function fanOut(routineClass, width, messages) {
  const ids = numbered(width);
  return flow(["source", ...ids], ids.map((id) => ["source.output", `${id}.input`]), routineClass, messages);
}

function join(routineClass, messages) {
  const python = { class: PYTHON, slots: ["left", "right"], events: ["output"], policy: { type: "all_slots_ready" }, logic: JOIN };
  const builtIn = { class: "Aggregator", config: { slots: ["left", "right"], timeout: 0 } };
  const sides = ["left", "right"];
  const connections = sides.flatMap((side) => [["source.output", `${side}.input`], [`${side}.output`, `join.${side}`]]);
  return flow(["source", ...sides], connections, routineClass, messages, { join: routineClass === PYTHON ? python : builtIn });
}

function grid(count) {
  const routines = {};
  const connections = [];
  const wide = Math.ceil(Math.sqrt(count));
  for (let index = 0; index < count; index += 1) {
    routines[`n${index}`] = {
      class: "Python", slots: ["a", "b"], events: ["x", "y"], policy: { type: "immediate" }, logic: "def logic():\n    pass\n",
      position: { x: (index % wide) * 260, y: Math.floor(index / wide) * 160 },
    };
  }
  for (let index = 0; index < count * 1.5; index += 1) {
    const from = index % count;
    const to = (from + 1 + Math.floor(index / count) * wide) % count;
    connections.push({ from: `n${from}.${index < count ? "x" : "y"}`, to: `n${to}.${index < count ? "a" : "b"}` });
  }
  return { flow_id: "grid", routines, connections };
}

const row = (...cells) => console.log(cells.map((cell, index) => (index ? String(cell).padStart(14) : String(cell).padEnd(44))).join(" "));

/**
 * Milliseconds of runs of a flow in the page's own worker, told through the protocol: an engine for each way of watching, in
 * turns, so that what else the machine does hits all of them alike. The best of some turns counts.
 */
function measure(page, document, jobs, ways, turns) {
  return page.evaluate(async ([document, jobs, ways, turns]) => {
    const start = async ({ recording, breakpoint }) => {
      const worker = new Worker("worker_loader.js");
      const waiting = [];
      worker.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        waiting.filter(([wanted]) => wanted(message)).forEach((entry) => { waiting.splice(waiting.indexOf(entry), 1); entry[1](message); });
      };
      const until = (wanted) => new Promise((resolve) => waiting.push([wanted, resolve]));
      let seq = 0;
      const ask = async (command, args = {}) => {
        seq += 1;
        const mine = seq;
        const answer = until((message) => message.request_seq === mine);
        worker.postMessage(JSON.stringify({ seq: mine, type: "request", command, arguments: args }));
        const { success, message } = await answer;
        if (!success) throw new Error(`${command}: ${message}`);
      };
      await until((message) => message.event === "ready");
      await ask("configure", { recording });
      const run = async () => {
        // Opening a flow forgets the runs before: each turn begins with the same memory.
        await ask("load", { document });
        await ask("setBreakpoints", { breakpoints: breakpoint ? [{ type: "slot", to: "elsewhere.input" }] : [] });
        const started = performance.now();
        const stopped = until((message) => message.event === "stopped");
        await ask("run", { speed: "max", jobs });
        await stopped;
        return performance.now() - started;
      };
      return { run, worker };
    };
    const engines = await Promise.all(ways.map(start));
    const best = ways.map(() => Infinity);
    for (let turn = 0; turn < turns; turn += 1) {
      for (const [index, engine] of engines.entries()) best[index] = Math.min(best[index], await engine.run());
    }
    engines.forEach(({ worker }) => worker.terminate());
    return best;
  }, [document, jobs, ways, turns]);
}

async function throughput() {
  const ways = [
    { recording: "off", breakpoint: false }, { recording: "newest", breakpoint: false },
    { recording: "off", breakpoint: true }, { recording: "all", breakpoint: false },
  ];
  const cases = [
    ["linear 10 x 10,000, built-in", linear(BUILT_IN, 10, 10_000), 100_000],
    ["fan-out 1 -> 100 x 200, built-in", fanOut(BUILT_IN, 100, 200), 20_200],
    ["join of 2 x 5,000, built-in", join(BUILT_IN, 5_000), 20_000],
    ["1,000 jobs of a flow of 10 x 10, built-in", linear(BUILT_IN, 10, 10), 100_000, 1_000],
    ["linear 1,000 x 100, built-in", linear(BUILT_IN, 1_000, 100), 100_000],
    ["linear 10 x 50,000, one each millisecond", spread(linear(BUILT_IN, 10, 50_000)), 500_000],
    ["linear 10 x 10,000, Python", linear(PYTHON, 10, 10_000), 100_000],
    ["fan-out 1 -> 100 x 200, Python", fanOut(PYTHON, 100, 200), 20_200],
    ["join of 2 x 5,000, Python", join(PYTHON, 5_000), 20_000],
  ];
  row("engine in wasm (Chromium), monitoring", "activations", "off, per second", "on", "breakpoint", "time travel");
  const page = await newPage();
  for (const [name, document, activations, jobs = 1] of cases) {
    const [off, ...others] = await measure(page, document, jobs, ways, 5);
    row(name, activations, Math.round((activations * 1000) / off), ...others.map((ms) => `${(ms / off).toFixed(2)} x`));
  }
  await page.context().close();
}

/** Runs of one session, which keeps those before: none may take longer than the first. */
async function laterRuns() {
  const page = await newPage();
  await page.evaluate((document) => window.playground.load(document), linear(BUILT_IN, 10, 10_000));
  const times = [];
  for (let turn = 0; turn < 6; turn += 1) {
    times.push(await page.evaluate(async () => {
      const started = performance.now();
      const done = new Promise((resolve) => { const off = window.playground.on("stopped", () => { off(); resolve(); }); });
      await window.playground.run({ speed: "max" });
      await done;
      return performance.now() - started;
    }));
  }
  row("runs of one page, linear 10 x 10,000, in ms", ...times.map((ms) => ms.toFixed(0)));
  await page.context().close();
}

/** How often a worker can yield to its messages: a timer of 0 ms against a message channel. */
async function yields() {
  const page = await newPage();
  const counts = await page.evaluate(async () => {
    const source = `
      const second = (schedule) => new Promise((resolve) => {
        const end = performance.now() + 1000;
        let count = 0;
        const turn = () => { count += 1; performance.now() < end ? schedule(turn) : resolve(count); };
        schedule(turn);
      });
      onmessage = async () => {
        const channel = new MessageChannel();
        let next;
        channel.port1.onmessage = () => next();
        const timer = await second((turn) => setTimeout(turn, 0));
        const port = await second((turn) => { next = turn; channel.port2.postMessage(null); });
        postMessage({ timer, port });
      };`;
    const worker = new Worker(URL.createObjectURL(new Blob([source])));
    return new Promise((resolve) => { worker.onmessage = (event) => resolve(event.data); worker.postMessage(null); });
  });
  row("turns of a worker in a second", "timer of 0 ms", "channel");
  row("", counts.timer, counts.port);
  await page.context().close();
}

/** Frame times while `act` goes on, as median and 95th percentile. */
async function frames(page, act) {
  await page.evaluate(() => {
    window.frameTimes = [];
    let last = performance.now();
    const tick = (now) => { window.frameTimes.push(now - last); last = now; window.frameHandle = requestAnimationFrame(tick); };
    window.frameHandle = requestAnimationFrame(tick);
  });
  await act();
  const times = await page.evaluate(() => { cancelAnimationFrame(window.frameHandle); return window.frameTimes.slice(2); });
  times.sort((a, b) => a - b);
  return `${times[Math.floor(times.length / 2)].toFixed(1)} / ${times[Math.floor(times.length * 0.95)].toFixed(1)}`;
}

async function pan(page, turns = 60) {
  await page.mouse.move(640, 400);
  await page.mouse.down({ button: "middle" });
  for (let turn = 0; turn < turns; turn += 1) await page.mouse.move(640 + Math.sin(turn / 6) * 160, 400 + Math.cos(turn / 5) * 120);
  await page.mouse.up({ button: "middle" });
}

async function zoom(page, turns = 40) {
  await page.mouse.move(640, 400);
  await page.keyboard.down("Control");
  for (let turn = 0; turn < turns; turn += 1) await page.mouse.wheel(0, turn % 10 < 5 ? 40 : -40);
  await page.keyboard.up("Control");
}

async function drawing() {
  row("frames in ms, median / p95", "pan, all", "zoom, all", "pan at 100 %", "zoom at 100 %");
  for (const count of [1000, 5000]) {
    const page = await newPage();
    await page.evaluate((document) => window.playground.load(document), grid(count));
    await page.locator("[data-canvas]").focus();
    await page.keyboard.press("1");
    await page.waitForTimeout(800);
    const cells = [await frames(page, () => pan(page)), await frames(page, () => zoom(page))];
    await page.keyboard.press("0");
    await page.waitForTimeout(800);
    cells.push(await frames(page, () => pan(page)), await frames(page, () => zoom(page)));
    row(`${count} routines, ${count * 1.5} connections`, ...cells);
    await page.context().close();
  }
}

// `node bench.mjs debugger` measures one part alone.
const parts = { throughput, laterRuns, yields, drawing, debugger: debuggerFigures };
const wanted = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await part();
await close();
