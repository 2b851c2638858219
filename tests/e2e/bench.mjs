// Figures of the page, printed by `cargo xtask bench`: the engine in wasm, and frames while panning, zooming and
// dragging in large flows. Read them as ratios: the machine is shared.

import { close, newPage, open, run } from "./browser.mjs";

await open();

function linear(routineClass, messages) {
  const python = {
    slots: ["input"], events: ["output"], policy: { type: "immediate" },
    logic: 'def logic(slot_data):\n    for item in slot_data["input"]:\n        emit("output", **item)\n',
  };
  const routines = {};
  const connections = [];
  for (let index = 0; index < 10; index += 1) {
    routines[`r${index}`] = { class: routineClass, ...(routineClass === "Python" ? python : {}) };
    if (index) connections.push({ from: `r${index - 1}.output`, to: `r${index}.input` });
  }
  return { flow_id: "linear", routines, connections, inputs: [{ to: "r0.input", data: { value: 1, name: "sensor" }, repeat: messages }] };
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

async function throughput() {
  row("engine in wasm (Chromium), recording on", "activations", "per second", "ms");
  for (const [name, routineClass, messages] of [["linear 10 x 10,000, built-in", "Merge", 10_000], ["linear 10 x 1,000, Python", "Python", 1_000]]) {
    const page = await newPage();
    let best = Infinity;
    for (let turn = 0; turn < 3; turn += 1) {
      // Opening a flow forgets the runs before: each turn begins with the same memory.
      await page.evaluate((document) => window.playground.load(document), linear(routineClass, messages));
      const took = await page.evaluate(async () => {
        const started = performance.now();
        const done = new Promise((resolve) => { const off = window.playground.on("stopped", () => { off(); resolve(); }); });
        await window.playground.run({ speed: "max" });
        await done;
        return performance.now() - started;
      });
      best = Math.min(best, took);
    }
    row(name, messages * 10, Math.round((messages * 10_000) / best), best.toFixed(1));
    await page.context().close();
  }
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

await throughput();
await yields();
await drawing();
await close();
