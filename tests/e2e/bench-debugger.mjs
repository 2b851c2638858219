// Figures of the debugger in the page, printed by bench.mjs: frames with tokens in flight, what a page costs that does
// nothing, and jumps through a run of a million records.

import { newPage, open, run } from "./browser.mjs";

/** So long a page is watched that does nothing, in ms. */
const WATCHED_MS = 5_000;
/**
 * After so many ms the next tokens are sent. They fly for 120 ms (`FLIGHT_MIN_MS` of src/view/canvas/tokens.rs); sent any faster
 * they would merge into streams.
 */
const FLIGHT_MS = 160;
const JUMPS = 200;

const row = (...cells) => console.log(cells.map((cell, index) => (index ? String(cell).padStart(14) : String(cell).padEnd(44))).join(" "));
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** One routine that feeds many slots at once: 300 wires, which is as many tokens as fly at most. */
function fan(receivers, slots) {
  const ids = Array.from({ length: receivers }, (_, index) => `r${index}`);
  const names = Array.from({ length: slots }, (_, index) => `s${index}`);
  const routines = { source: { class: "Merge", position: { x: 0, y: 600 } } };
  const wide = Math.ceil(Math.sqrt(receivers));
  ids.forEach((id, index) => {
    const position = { x: 400 + (index % wide) * 260, y: Math.floor(index / wide) * (110 + slots * 20) };
    routines[id] = { class: "Python", slots: names, policy: { type: "immediate" }, logic: "def logic():\n    pass\n", position };
  });
  const connections = ids.flatMap((id) => names.map((name) => ({ from: "source.output", to: `${id}.${name}` })));
  const inputs = [{ to: "source.input", data: { value: 1, name: "sensor" }, repeat: 500, every: 0.1 }];
  return { flow_id: "fan", execution: { timeout: 1e6 }, routines, connections, inputs };
}

/** Frame times while 300 tokens fly: a step over an emission sends them, and the next one as soon as they have arrived. */
async function tokensInFlight() {
  row("frames with 300 tokens in flight, in ms", "median", "p95", "longest", "task a frame", "script a frame");
  for (const [name, receivers, slots] of [["50 routines as elements", 50, 6], ["300 routines, painted", 300, 1]]) {
    const page = await newPage();
    await page.evaluate((document) => window.playground.load(document), fan(receivers, slots));
    await page.locator("[data-canvas]").focus();
    await page.keyboard.press("1");
    await page.waitForTimeout(800);
    await page.evaluate(() => window.playground.run({ paused: true, speed: "max" }));
    await run(page, "paused");
    const client = await page.context().newCDPSession(page);
    await client.send("Performance.enable");
    const busy = async () => {
      const { metrics } = await client.send("Performance.getMetrics");
      return ["TaskDuration", "ScriptDuration"].map((wanted) => metrics.find(({ name }) => name === wanted).value * 1_000);
    };
    const before = await busy();
    const times = await page.evaluate(async (flight) => {
      const times = [];
      let last = performance.now();
      let sent = 0;
      const until = last + 8_000;
      while (last < until) {
        const now = await new Promise((resolve) => requestAnimationFrame(resolve));
        times.push(now - last);
        last = now;
        if (now - sent > flight) {
          sent = now;
          void window.playground.step("over");
        }
      }
      return times.slice(2);
    }, FLIGHT_MS);
    // What the main thread does, and what of it is the page's own: the rest is painting, which nothing helps the processor with here.
    const after = await busy();
    const [task, script] = after.map((ms, index) => ((ms - before[index]) / times.length).toFixed(1));
    times.sort((a, b) => a - b);
    row(`  ${name}`, quantile(times, 0.5).toFixed(1), quantile(times, 0.95).toFixed(1), times.at(-1).toFixed(1), task, script);
    await page.context().close();
  }
}

const PAUSED = `
flow_id: paused
routines:
  source: { class: Merge }
  end: { class: Batcher, config: { batch_size: 3 } }
connections: [{ from: source.output, to: end.input }]
breakpoints:
  - { type: connection, from: source.output, to: end.input, condition: "value > 1" }
  - { type: slot, to: source.input, monitor: true }
inputs: [{ to: source.input, data: { value: 1 } }, { to: source.input, data: { value: 2 } }, { to: source.input, data: { value: 3 } }]
`;

/** Processor seconds that the browser's renderers, with the page's worker in them, have used so far. */
async function used(browser) {
  const client = await browser.newBrowserCDPSession();
  const { processInfo } = await client.send("SystemInfo.getProcessInfo");
  await client.detach();
  return processInfo.filter(({ type }) => type === "renderer").reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** Shares of a core that a page takes with its worker while nothing happens in it. */
async function doingNothing() {
  const browser = await open();
  const share = async (page) => {
    // Tokens, toasts and labels come to rest.
    await page.waitForTimeout(3_000);
    const before = await used(browser);
    await page.waitForTimeout(WATCHED_MS);
    return `${(((await used(browser)) - before) / (WATCHED_MS / 1_000) * 100).toFixed(1)} %`;
  };
  row("share of a core, page and worker", "just opened", "paused", "in the past", "run has ended");
  const page = await newPage();
  const cells = [await share(page)];
  await page.evaluate((text) => window.playground.load(text), PAUSED);
  await page.evaluate(() => window.playground.run({ speed: "max" }));
  await run(page, "paused");
  cells.push(await share(page));
  await page.evaluate(() => window.playground.seek(3));
  await run(page, "past");
  cells.push(await share(page));
  await page.evaluate(() => window.playground.setBreakpoints([]));
  await page.evaluate(() => window.playground.continue());
  await run(page, "done");
  cells.push(await share(page));
  row("", ...cells);
  await page.context().close();
}

/** Jumps to records of a run of a million, from the call to the answer. */
async function jumps() {
  const page = await newPage();
  const ids = Array.from({ length: 10 }, (_, index) => `r${index}`);
  const document = {
    flow_id: "long", execution: { timeout: 1e6 },
    routines: Object.fromEntries(ids.map((id) => [id, { class: "Merge" }])),
    connections: ids.slice(1).map((id, index) => ({ from: `r${index}.output`, to: `${id}.input` })),
    inputs: [{ to: "r0.input", data: { value: 1, name: "sensor" }, repeat: 25_000, every: 0.001 }],
  };
  await page.evaluate((document) => window.playground.load(document), document);
  const took = await page.evaluate(async () => {
    const started = performance.now();
    const done = new Promise((resolve) => { const off = window.playground.on("stopped", () => { off(); resolve(); }); });
    await window.playground.run({ speed: "max" });
    await done;
    return performance.now() - started;
  });
  const { times, total, first, back } = await page.evaluate(async (jumps) => {
    const { total, first } = await window.playground.trace({ from: 0, limit: 1 });
    const time = async (act) => {
      const started = performance.now();
      await act();
      return performance.now() - started;
    };
    const back = [];
    for (let step = 0; step < 10; step += 1) back.push(await time(() => window.playground.step("back")));
    // The same places in every run: a simple generator of numbers.
    let seed = 7;
    const times = [];
    for (let jump = 0; jump < jumps; jump += 1) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      const seq = first + Math.floor((seed / 2_147_483_648) * (total - first));
      times.push(await time(() => window.playground.seek(seq)));
    }
    return { times, total, first, back };
  }, JUMPS);
  times.sort((a, b) => a - b);
  back.sort((a, b) => a - b);
  row("jumps in a long run, in ms", "records", "kept from", "run took", "median", "p95", "longest", "step back");
  row("", total, first, took.toFixed(0), quantile(times, 0.5).toFixed(1), quantile(times, 0.95).toFixed(1), times.at(-1).toFixed(1), quantile(back, 0.5).toFixed(1));
  await page.context().close();
}

/** All of them. */
export async function debuggerFigures() {
  await tokensInFlight();
  await doingNothing();
  await jumps();
}
