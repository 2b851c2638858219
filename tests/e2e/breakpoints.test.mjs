// Stopping: breakpoints of all kinds set by mouse and keyboard, monitors, control, changes by hand, and a slow motion that
// never changes the order of anything.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PAIR, button, close, load, middle, newPage, noErrors, open, run, runTo } from "./browser.mjs";

before(open);
after(close);

const WIRE = '[data-connection="source.output->target.input"]';
const state = (page) => page.evaluate(() => window.playground.state());
const popover = (page) => page.locator("[data-popover]");
const choose = (page, deed) => popover(page).getByRole("radio", { name: deed, exact: true }).click();

async function breakpoints(page) {
  const text = await page.evaluate(() => window.playground.getDocument("json"));
  const document = typeof text === "string" ? JSON.parse(text) : text.text ? JSON.parse(text.text) : text;
  return document.breakpoints ?? [];
}

test("the popover checks while one types, completes keys and shows where it would have stopped", async () => {
  const page = await newPage();
  await load(page, PAIR);
  await runTo(page);
  await page.locator(WIRE).click();
  await page.locator("#condition").pressSequentially("val");
  await page.locator(".fx-complete__item").first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#condition").inputValue(), "value");
  await page.keyboard.type(" >");
  await page.locator('[data-check="invalid"]').waitFor();
  await page.keyboard.type(" 100");
  await page.locator('[data-check="valid"]').waitFor();
  const preview = page.locator('.fx-preview[data-stops="2"][data-events="3"]');
  await preview.waitFor();
  // A jump goes to the moment and leaves the form open.
  await preview.getByRole("button", { name: "To the one before" }).click();
  await run(page, "past");
  assert.deepEqual((await state(page)).next.data, { value: 250 });
  assert.equal(await page.locator("#condition").inputValue(), "value > 100");
  await page.locator("#condition").press("Enter");
  assert.equal((await breakpoints(page))[0].condition, "value > 100");
  noErrors(page);
});

test("break, log, monitor and off differ on the wire and go through undo", async () => {
  const page = await newPage();
  await load(page, PAIR);
  const wire = page.locator(WIRE);
  for (const [deed, look] of [["Break", "enabled"], ["Log", "log"], ["Monitor", "monitor"], ["Off", "disabled"]]) {
    await wire.click();
    await choose(page, deed);
    await popover(page).getByRole("button", { name: "Apply" }).click();
    await page.locator(`${WIRE}[data-breakpoint="${look}"]`).waitFor();
  }
  await button(page, "Undo").click();
  await page.locator(`${WIRE}:not([data-breakpoint="disabled"])`).waitFor();
  await button(page, "Redo").click();
  await page.locator(`${WIRE}[data-breakpoint="disabled"]`).waitFor();
  await wire.click();
  await popover(page).getByRole("button", { name: "Remove" }).click();
  await page.locator(`${WIRE}[data-breakpoint="none"]`).waitFor();
  noErrors(page);
});

test("a logpoint writes its message and does not stop", async () => {
  const page = await newPage();
  await load(page, PAIR);
  await page.locator(WIRE).click();
  await choose(page, "Log");
  await page.locator("#log-message").fill("got {value");
  await page.locator("#log-message").fill("got {value}");
  await popover(page).getByRole("button", { name: "Apply" }).click();
  await runTo(page);
  const trace = await page.evaluate(() => window.playground.trace({ from: 0, limit: 1000 }));
  const said = (trace.records ?? trace).filter((record) => record.type === "log").map((record) => record.message);
  assert.deepEqual(said, ["got 50", "got 150", "got 250"]);
  noErrors(page);
});

test("ports and routines take breakpoints by mouse and by keyboard, and stop there", async () => {
  const page = await newPage();
  await load(page, PAIR);
  // By mouse: the place beside the port's name, and the one in the routine's head.
  const port = page.locator('[data-slot="target.input"]');
  await port.hover();
  await port.locator('[data-stop="port"]').click();
  await page.locator('[data-popover="slot"] #condition').press("Enter");
  await page.locator('[data-slot="target.input"] [data-breakpoint="enabled"]').waitFor();
  // By keyboard: B on what has the focus.
  await page.locator('[data-routine="source"]').focus();
  await page.keyboard.press("b");
  await page.locator('[data-popover="routine"] #condition:focus').waitFor();
  await page.keyboard.press("Enter");
  await page.locator('[data-routine="source"] [data-stop="routine"][data-breakpoint="enabled"]').waitFor();
  await page.locator('[data-event="source.output"]').focus();
  await page.keyboard.press("b");
  await page.locator('[data-popover="event"] #condition').fill("value == 250");
  await page.keyboard.press("Enter");
  assert.deepEqual((await breakpoints(page)).map((breakpoint) => breakpoint.type), ["slot", "routine", "event"]);

  await page.evaluate(() => window.playground.run({ speed: "max" }));
  const reached = [];
  for (let stop = 0; stop < 6; stop += 1) {
    await run(page, "paused");
    const now = await state(page);
    reached.push(now.breakpoints.find((report) => report.id === now.stopped.breakpoint)?.id);
    await page.evaluate(() => window.playground.continue());
    await page.waitForFunction((step) => window.playground.state().then((now) => now.step > step), now.step);
  }
  await run(page, "done");
  // The emission of 250 is held by its event and by the slot at once: both count, the run stops once.
  assert.equal(reached.filter((id) => id === 1).length, 3);
  assert.deepEqual((await state(page)).breakpoints.map((report) => report.hit_count), [3, 3, 1]);
  // A new name takes them along.
  await page.locator('[data-routine="target"]').focus();
  await page.keyboard.press("F2");
  await page.locator("#rename-field").fill("sink");
  await page.keyboard.press("Enter");
  await page.locator('[data-slot="sink.input"] [data-breakpoint="enabled"]').waitFor();
  noErrors(page);
});

test("the panel lights a place under the pointer, shows it on a click, and stops at errors", async () => {
  const page = await newPage();
  await load(page, PAIR.replace('set_state("sum"', 'fail = 1 / 0\n          set_state("sum"'));
  await page.locator('[data-routine="target"]').focus();
  await page.keyboard.press("b");
  await choose(page, "Off").catch(() => {});
  await page.keyboard.press("Escape");
  await page.evaluate(() => window.playground.setBreakpoints([]));
  await page.locator('[data-slot="target.input"]').focus();
  await page.keyboard.press("b");
  await page.locator("#condition").fill("missing > 1");
  await page.keyboard.press("Enter");
  await page.locator("#dock-tab-breakpoints").click();
  const row = page.locator("[data-stop-row]").first();
  await row.hover();
  await page.locator('[data-slot="target.input"][data-lit]').waitFor();
  await page.locator("#stop-at-errors").check();
  await runTo(page, "paused");
  const now = await state(page);
  assert.equal(now.stopped.reason, "breakpoint");
  assert.ok(now.breakpoints[0].error_count >= 1, "the condition raised");
  await row.getByText(/raised/).waitFor();
  await row.getByRole("button", { name: /target\.input/ }).first().click();
  await page.locator('[data-popover="slot"]').waitFor();
  noErrors(page);
});

/** PAIR, whose target waits for two items. */
const IN_TWOS = PAIR.replace(
  "policy: { type: immediate }\n    logic: |\n      def logic(slot_data):\n          set_state",
  "policy: { type: batch_size, min_batch_size: 2 }\n    logic: |\n      def logic(slot_data):\n          set_state",
);

test("the stopped panel says why it stopped there, and why a routine that has something waits", async () => {
  const page = await newPage();
  await load(page, IN_TWOS);
  await page.evaluate((wire) => window.playground.setBreakpoints([wire]), {
    type: "connection", from: "source.output", to: "target.input", condition: 'value > 100 and len(data) == 1 and "value" in data',
  });
  await page.evaluate(() => window.playground.run({ speed: "max" }));
  await run(page, "paused");
  const why = page.locator("[data-stopped-why]");
  await why.getByText(/is true, because value is 150, len\(data\) is 1 and data is/).waitFor();
  // The first item waits for a second one: the words are those of the inspector.
  const waiting = page.locator('[data-waiting="target"]');
  await waiting.getByText("1 item in input").waitFor();
  await page.locator(".fx-stopped").getByRole("button", { name: "Why did target not run?" }).click();
  const inspector = page.locator('[data-panel="why"]');
  await inspector.getByText("When target runs next").waitFor();
  const words = (await inspector.locator("[data-why] p").first().innerText()).trim();
  assert.ok(words.length > 10 && (await waiting.innerText()).includes(words), `${words} / ${await waiting.innerText()}`);

  await page.evaluate(() => window.playground.setBreakpoints([]));
  await button(page, "Step").click();
  await why.getByText(/went as far as it was told/).waitFor();
  await page.locator('[data-slot="target.input"]').focus();
  await page.keyboard.press("Shift+B");
  await why.getByText("It was told to run to here").waitFor();
  await page.evaluate(() => window.playground.run({ paused: true, speed: "max" }));
  await why.getByText(/started so/).waitFor();
  noErrors(page);
});

test("a monitor shows the last value and a curve, also in the past", async () => {
  const page = await newPage();
  await load(page, PAIR);
  await page.locator(WIRE).click();
  await choose(page, "Monitor");
  await popover(page).getByRole("button", { name: "Apply" }).click();
  await runTo(page);
  const monitor = page.locator("[data-monitor]");
  await monitor.getByText("250").waitFor();
  assert.equal((await monitor.locator("polyline").getAttribute("points")).split(" ").length, 3);
  assert.match(await monitor.getAttribute("aria-label"), /last value 250, 3 values, from 50 to 250/);
  const trace = await page.evaluate(() => window.playground.trace({ from: 0, limit: 1000 }));
  const first = (trace.records ?? trace).find((record) => record.type === "slot_call" && record.routine === "target");
  await page.evaluate((seq) => window.playground.seek(seq), first.seq);
  await monitor.getByText("50", { exact: true }).waitFor();
  noErrors(page);
});

test("a monitor moves with its wire and its port while a routine is dragged", async () => {
  const page = await newPage();
  await load(page, PAIR);
  await page.evaluate((wire) => window.playground.setBreakpoints([wire, { type: "slot", to: "target.input", monitor: true }]), {
    type: "connection", from: "source.output", to: "target.input", monitor: true,
  });
  await runTo(page);
  const monitors = page.locator("[data-monitor]");
  await monitors.nth(1).waitFor();
  const places = async () => Promise.all([0, 1].map((index) => monitors.nth(index).boundingBox()));
  const before = await places();
  const from = await middle(page.locator('[data-routine="target"] .fx-node__id'));
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 40, from.y + 60);
  await page.mouse.move(from.x + 80, from.y + 160);
  // The button is still down.
  await page.waitForFunction((y) => document.querySelector('[data-monitor="slot target.input"]').getBoundingClientRect().y > y + 100, before[1].y);
  const now = await places();
  assert.ok(now[0].y > before[0].y + 40 && now[0].x > before[0].x + 20, JSON.stringify([before, now]));
  await page.mouse.up();
  noErrors(page);
});

test("run to here and to the next error, from a menu, a key and the popover", async () => {
  const page = await newPage();
  await load(page, PAIR.replace('set_state("sum"', 'if slot_data["input"][0]["value"] == 150: raise ValueError("no")\n          set_state("sum"'));
  await page.locator('[data-slot="target.input"]').focus();
  await page.keyboard.press("Shift+B");
  await run(page, "paused");
  assert.equal((await state(page)).stopped.reason, "goto");
  assert.deepEqual((await state(page)).next.data, { value: 50 });
  await page.keyboard.press("Shift+E");
  await page.waitForFunction(() => window.playground.state().then((now) => now.jobs[0].routines.find((routine) => routine.id === "target").activations === 2));
  await run(page, "paused");
  assert.deepEqual(await breakpoints(page), [], "running to a place sets nothing");
  noErrors(page);
});

/** Held before the first step, with the three posts pending. */
async function held(page, document = PAIR) {
  await load(page, document);
  await button(page, "Step").click();
  await run(page, "paused");
  await page.locator("#dock-tab-jobs").click();
  await page.locator("[data-task]").first().waitFor();
}

test("pending events are taken out of turn, dropped, doubled, edited and moved by hand", async () => {
  const page = await newPage();
  await held(page);
  const settled = (expected) => page.waitForFunction((expected) =>
    window.playground.state().then((now) => JSON.stringify(now.jobs[0].tasks.map((task) => task.data?.value)) === expected), JSON.stringify(expected));
  const task = (index) => page.locator(`[data-task="${index}"]`);
  await settled([50, 150, 250]);
  await task(0).getByRole("button", { name: /^Duplicate/ }).click();
  await settled([50, 50, 150, 250]);
  await task(1).getByRole("button", { name: /^Drop/ }).click();
  await settled([50, 150, 250]);
  await task(2).getByRole("button", { name: /^Earlier/ }).click();
  await settled([50, 250, 150]);
  await task(0).getByRole("button", { name: /^Edit/ }).click();
  const text = page.locator('[data-field="0"]');
  await text.fill("{ value: 1 }");
  await page.locator(".fx-dialog .fx-field__error").waitFor();
  await text.fill('{ "value": 1 }');
  await page.getByRole("button", { name: "Do it" }).click();
  await settled([1, 250, 150]);
  await task(1).getByRole("button", { name: /^Take now/ }).click();
  await page.waitForFunction(() => window.playground.state().then((now) => now.step === 1));
  const trace = await page.evaluate(() => window.playground.trace({ from: 0, limit: 1000 }));
  const taken = (trace.records ?? trace).find((record) => record.type === "slot_call");
  assert.deepEqual(taken.data, { value: 250 });
  const marked = (trace.records ?? trace).filter((record) => record.intervention);
  assert.equal(marked.length, 5);
  // What was done is part of the record: back and forth again comes to the same.
  const before = await state(page);
  await button(page, "Step back").click();
  await run(page, "past");
  await button(page, "Step").click();
  await page.waitForFunction((step) => window.playground.state().then((now) => now.step === step), before.step);
  assert.deepEqual((await state(page)).jobs, before.jobs);
  noErrors(page);
});

test("events are injected anywhere, from what came by lately; data, config and policy are changed", async () => {
  const page = await newPage();
  await load(page, PAIR);
  await page.locator('[data-slot="target.input"]').focus();
  await page.keyboard.press("Shift+B");
  await run(page, "paused");
  const text = page.locator('[data-field="0"]');
  await page.locator('[data-slot="source.input"]').focus();
  await page.keyboard.press("i");
  // A field for each key, filled with the newest payload.
  const value = page.getByLabel("Value of value", { exact: true });
  await page.waitForFunction(() => document.querySelector('[data-key="value"] textarea')?.value === "250");
  assert.ok((await page.locator("[data-recent]").count()) > 0);
  await value.fill("seven");
  await page.locator('[data-key="value"] .fx-field__error').getByText(/JSON/).waitFor();
  await value.press("Enter");
  await page.getByText("Not every value is JSON yet").waitFor();
  await value.fill("7");
  await page.getByRole("button", { name: "Add a key" }).click();
  await page.locator("[data-key-name]:focus").waitFor();
  await page.keyboard.type("unit");
  await page.keyboard.press("Tab");
  await page.keyboard.type('"mm"');
  // As JSON it is the same, and the way back keeps it.
  await page.getByRole("radio", { name: "As JSON" }).click();
  assert.deepEqual(JSON.parse(await text.inputValue()), { value: 7, unit: "mm" });
  await text.fill('{ "value": 7, "unit": "cm" }');
  await page.getByRole("radio", { name: "By key" }).click();
  assert.equal(await page.getByLabel("Value of unit", { exact: true }).inputValue(), '"cm"');
  // A recent payload takes the place of what was typed, and so does a key that comes to another one's place.
  await value.fill("8");
  await page.locator("[data-recent]").first().click();
  await page.waitForFunction(() => document.querySelector('[data-key="value"] textarea')?.value === "250");
  await page.getByRole("button", { name: "Add a key" }).click();
  await page.locator("[data-key-name]:focus").fill("unit");
  await page.getByLabel("Value of unit", { exact: true }).fill("1");
  await page.getByRole("button", { name: "Remove value" }).click();
  assert.equal(await page.locator('[data-key="unit"] textarea').inputValue(), "1");
  await page.locator("[data-recent]").first().click();
  await value.fill("7");
  await value.press("Enter");
  await page.locator(".fx-dialog").waitFor({ state: "detached" });
  await page.locator("#dock-tab-jobs").click();
  await page.locator('[data-job="job-1"]').getByRole("button", { name: "Change the shared data of job-1" }).click();
  await text.fill('{ "limit": 3 }');
  await page.getByRole("button", { name: "Do it" }).click();
  await page.locator(".fx-dialog").waitFor({ state: "detached" });
  assert.deepEqual((await state(page)).jobs[0].shared_data, { limit: 3 });
  const card = page.locator(".fx-card", { hasText: "target" });
  await card.getByRole("button", { name: "State" }).click();
  await text.fill('{ "sum": 1000 }');
  await page.getByRole("button", { name: "Do it" }).click();
  await page.locator(".fx-dialog").waitFor({ state: "detached" });
  await card.getByRole("button", { name: "Config, policy" }).click();
  await page.locator('[data-field="1"]').fill('{ "type": "batch_size", "min_batch_size": 4 }');
  await page.getByRole("button", { name: "Do it" }).click();
  await page.locator(".fx-dialog").waitFor({ state: "detached" });
  await page.evaluate(() => window.playground.continue());
  await run(page, "done");
  // Three inputs and the injected one make one batch of four; its first item is added to the state that was set.
  const target = (await state(page)).jobs[0].routines.find((routine) => routine.id === "target");
  assert.equal(target.activations, 1);
  assert.equal(target.state.sum, 1050);
  noErrors(page);
});

test("an injection for a job that has ended says so before, and starts a new run", async () => {
  const page = await newPage();
  await load(page, PAIR);
  await runTo(page);
  const open = async (port) => {
    await page.locator(port).focus();
    await page.keyboard.press("i");
    await page.locator("[data-refusal]").getByText(/job-1 is completed/).waitFor();
    assert.equal(await page.getByRole("button", { name: "Do it" }).count(), 0);
  };
  // Anywhere: the new run is held, with this after the flow's own inputs.
  await open('[data-slot="target.input"]');
  assert.equal(await page.getByRole("button", { name: "Run with only this" }).count(), 0);
  await page.getByLabel("Value of value", { exact: true }).fill("1000");
  await page.getByRole("button", { name: "Start a new run with this" }).click();
  await page.locator(".fx-dialog").waitFor({ state: "detached" });
  await run(page, "paused");
  const held = await state(page);
  assert.deepEqual([held.step, held.jobs[0].tasks.map((task) => task.data.value)], [0, [50, 150, 250, 1000]]);
  await page.evaluate(() => window.playground.continue());
  await run(page, "done");
  assert.equal((await state(page)).jobs[0].routines.find((routine) => routine.id === "target").state.sum, 1450);
  // At the entry: in place of the inputs.
  await open('[data-slot="source.input"]');
  await page.getByLabel("Value of value", { exact: true }).fill("5");
  await page.getByRole("button", { name: "Run with only this" }).click();
  await page.locator(".fx-dialog").waitFor({ state: "detached" });
  await page.waitForFunction(() => window.playground.state().then((now) => now.run === "done" && now.jobs[0].routines[1].state.sum === 5));
  noErrors(page);
});

test("tokens carry the marks of their jobs if several jobs are shown", async () => {
  const page = await newPage();
  await load(page, PAIR);
  /** How many pixels of the canvas have these colours at most, over some frames of a run, or until both have been seen. */
  const seen = (jobs, seconds) => page.evaluate(async ([jobs, seconds]) => {
    const style = getComputedStyle(document.documentElement);
    const wanted = [0, 1].map((index) => style.getPropertyValue(`--fx-job-${index}`).trim());
    const rgb = wanted.map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
    const canvas = document.querySelector(".fx-canvas__paint--tokens");
    const context = canvas.getContext("2d");
    const most = [0, 0];
    await window.playground.run({ jobs, speed: 4 });
    const until = performance.now() + seconds * 1000;
    while (performance.now() < until && Math.min(...most) <= 20) {
      // A busy machine may have drawn nothing before the run was over.
      if (document.documentElement.dataset.run === "done") await window.playground.run({ jobs, speed: 4 });
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      const count = [0, 0];
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] !== 255) continue;
        rgb.forEach(([r, g, b], index) => { count[index] += data[at] === r && data[at + 1] === g && data[at + 2] === b; });
      }
      most.forEach((value, index) => { most[index] = Math.max(value, count[index]); });
    }
    return most;
  }, [jobs, seconds]);
  const [, second] = await seen(1, 3);
  assert.ok(second === 0, `one job needs no mark: ${second}`);
  const both = await seen(2, 20);
  assert.ok(both[0] > 20 && both[1] > 20, `${both}`);
  noErrors(page);
});

test("one job is held while the other goes on", async () => {
  const page = await newPage();
  await load(page, PAIR);
  await button(page, "Step").click();
  await run(page, "paused");
  await page.locator("#dock-tab-jobs").click();
  await page.locator('[data-job="job-1"]').getByRole("button", { name: "Pause job-1 alone" }).click();
  await page.locator('[data-job="job-1"]').getByText("paused").waitFor();
  await page.locator('[data-job="job-1"]').getByRole("button", { name: "Let job-1 go on" }).click();
  await page.locator('[data-job="job-1"]').getByText("running").waitFor();
  await page.locator('[data-job="job-1"]').getByRole("button", { name: "One step of job-1 alone" }).click();
  await page.waitForFunction(() => window.playground.state().then((now) => now.step === 1));
  noErrors(page);
});

/** Five steps in which the order could differ: slow enough speeds take seconds for each. */
const FORK = `
flow_id: fork
routines:
  source: { class: Merge }
  left: { class: Merge }
  right: { class: Merge }
  end: { class: Sink }
connections:
  - { from: source.output, to: left.input }
  - { from: source.output, to: right.input }
  - { from: left.output, to: end.input }
  - { from: right.output, to: end.input }
inputs: [{ to: source.input, data: { value: 1 } }]
`;

/** The records of a flow run in this mode, in a page of its own. */
async function traceOf(flow, name, { speed, chosen, options, steps }) {
  const page = await newPage(options);
  await page.evaluate((text) => window.playground.load(text), flow);
  if (chosen) await page.getByLabel("Speed").selectOption({ label: chosen });
  if (steps) {
    await page.evaluate(async () => {
      await window.playground.run({ paused: true, speed: "max" });
      for (let step = 0; step < 1000 && (await window.playground.state()).run !== "done"; step += 1) await window.playground.step("into");
    });
  } else if (chosen) {
    await button(page, "Run").click();
  } else {
    await page.evaluate((speed) => window.playground.run({ speed }), speed);
  }
  // Not `waitForFunction`: it waits for frames, which the hidden tab has none of.
  for (let turn = 0; (await state(page)).run !== "done"; turn += 1) {
    assert.ok(turn < 300, `${name}: it does not end`);
    await page.waitForTimeout(100);
  }
  const trace = await page.evaluate(() => window.playground.trace({ from: 0, limit: 1000 }));
  await page.context().close();
  return trace.records ?? trace;
}

test("the order is the same at every speed, without motion, and in a tab that nobody sees", async () => {
  const hidden = async (page) => page.addInitScript(() => {
    // What a hidden tab is to a page: no frames, and everybody is told so.
    window.requestAnimationFrame = () => 0;
    Object.defineProperty(document, "hidden", { get: () => true });
    Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
  });
  const modes = {
    "16×": { speed: 16 },
    "4×, one token after the other": { speed: 4 },
    "without motion": { speed: "max", options: { reducedMotion: "reduce" } },
    "in a hidden tab": { speed: 16, options: { prepare: hidden } },
    "by single steps": { steps: true },
  };
  const expected = await traceOf(IN_TWOS, "as fast as possible", { speed: "max" });
  assert.ok(expected.length > 10);
  for (const [name, mode] of Object.entries(modes)) assert.deepEqual(await traceOf(IN_TWOS, name, mode), expected, name);
});

test("the order is the same at the slowest speeds of the page's own control", async () => {
  const expected = await traceOf(FORK, "as fast as possible", { speed: "max" });
  assert.equal(expected.filter((record) => record.type === "slot_call").length, 5);
  const slow = await Promise.all(["One by one", "¼×", "½×"].map(async (chosen) => {
    const started = performance.now();
    return [chosen, await traceOf(FORK, chosen, { chosen }), performance.now() - started];
  }));
  for (const [chosen, trace] of slow) assert.deepEqual(trace, expected, chosen);
  assert.ok(slow[0][2] > 8_000, `one by one took ${slow[0][2]} ms, which nobody can follow`);
});

test("a held or idle page hardly takes a core", async () => {
  const page = await newPage();
  await load(page, PAIR);
  await page.locator(WIRE).click();
  await page.keyboard.press("Enter");
  await runTo(page, "paused");
  await page.waitForTimeout(2500); // Tokens, toasts and labels come to rest.
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable");
  const busy = async () => (await client.send("Performance.getMetrics")).metrics.find((metric) => metric.name === "TaskDuration").value;
  const before = await busy();
  await page.waitForTimeout(3000);
  const share = ((await busy()) - before) / 3;
  assert.ok(share < 0.1, `${(share * 100).toFixed(1)} % of a core`);
  noErrors(page);
});
