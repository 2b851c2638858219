// The views of a recorded run: the line of the run, the table, causes, lanes, the sequence, jobs, runs. With the
// mouse and with the keyboard; what is selected in one is selected in all.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PAIR, close, load, newPage, noErrors, open, python, run, runTo, stopOnTheWire } from "./browser.mjs";

before(open);
after(close);

const tab = (page, name) => page.getByRole("tab", { name, exact: true }).click();
const moment = (page) => page.evaluate(() => window.playground.state().then(({ seq, step, run }) => ({ seq, step, run })));
const until = (page, test, argument) => page.waitForFunction(test, argument, { timeout: 10_000 });

/** Whether an element lies wholly in what it scrolls in. */
const isInSight = (locator) => locator.evaluate((element) => {
  const [own, around] = [element, element.closest(".fx-log")].map((each) => each.getBoundingClientRect());
  return own.top >= around.top - 2 && own.bottom <= around.bottom + 2;
});

async function recorded(options = {}) {
  const page = await newPage(options);
  await load(page, options.document ?? PAIR);
  await runTo(page);
  return page;
}

test("the line scrubs with the mouse and the keyboard, tells past from live, and plays", async () => {
  const page = await recorded();
  const slider = page.getByRole("slider", { name: "Moment of the run" });
  const bar = page.locator('[data-panel="timeline"]');
  await bar.getByText("Live", { exact: true }).waitFor();
  const end = await moment(page);

  const box = await slider.boundingBox();
  await page.mouse.move(box.x + box.width - 10, box.y + box.height / 2);
  await page.mouse.down();
  for (const share of [0.8, 0.6, 0.4]) await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
  await page.mouse.up();
  await run(page, "past");
  await bar.getByText("Past", { exact: true }).waitFor();
  const there = Number(await slider.inputValue());
  await until(page, (seq) => window.playground.state().then((state) => Math.abs(state.seq - 1 - seq) <= 3), there);

  await slider.focus();
  await page.keyboard.press("Home");
  await until(page, () => window.playground.state().then((state) => state.seq <= 2));
  const start = await moment(page);
  await page.keyboard.press("ArrowRight");
  await until(page, (seq) => window.playground.state().then((state) => state.seq > seq), start.seq);

  await bar.getByRole("button", { name: "Play the record again" }).click();
  await run(page, "done");
  assert.deepEqual(await moment(page), end);
  await page.keyboard.press("Escape");
  await slider.focus();
  await page.keyboard.press("ArrowLeft");
  await run(page, "past");
  await bar.getByRole("button", { name: "Back to live" }).click();
  await run(page, "done");
  noErrors(page);
});

test("the line marks hits, and goes to them", async () => {
  const page = await newPage();
  await stopOnTheWire(page);
  await page.locator('[data-panel="timeline"] [data-kind="hit"]').first().waitFor();
  const hit = await moment(page);
  await page.evaluate(() => window.playground.seek(2));
  await run(page, "past");
  await page.getByRole("button", { name: "Next hit or error" }).click();
  await until(page, (seq) => window.playground.state().then((state) => Math.abs(state.seq - seq) <= 1), hit.seq);
  noErrors(page);
});

test("the table filters by text, type, routine and Python, and Enter goes to a record's moment", async () => {
  const page = await recorded();
  const table = page.locator('[data-panel="table"]');
  const rows = table.locator("[data-seq]");
  await rows.first().waitFor();
  const all = await rows.count();
  assert.ok(all > 8);

  await table.getByRole("combobox", { name: "Type of records" }).selectOption({ label: "Deliveries" });
  await until(page, () => [...document.querySelectorAll('[data-panel="table"] [data-seq]')].every((row) => row.dataset.type === "slot_call"));
  await table.getByRole("combobox", { name: "Routine of records" }).selectOption("target");
  await table.getByText("3 found").waitFor();
  await table.getByRole("textbox", { name: "Python expression over records" }).fill("data['value'] > 200");
  await table.getByText("1 found").waitFor();
  await table.getByRole("textbox", { name: "Python expression over records" }).fill("data[");
  await table.getByText(/SyntaxError/).waitFor();
  await table.getByRole("button", { name: "Clear filters" }).click();
  await table.getByRole("searchbox", { name: "Text in records" }).fill("250");
  await table.getByText(/found/).waitFor();
  await until(page, (all) => document.querySelectorAll('[data-panel="table"] [data-seq]').length < all, all);
  await table.getByRole("button", { name: "Clear filters" }).click();

  const list = table.getByRole("listbox", { name: "Records" });
  await list.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await table.locator('[data-seq="2"][aria-selected="true"]').waitFor();
  await page.keyboard.press("Enter");
  await run(page, "past");
  const there = await moment(page);
  assert.ok(there.seq > 2, `at ${there.seq}`);
  // Many records belong to that moment: the list goes on showing the one that was asked for.
  assert.ok(await isInSight(table.locator('[data-seq="2"]')));
  // To another moment it follows: what was before it, and what comes after.
  await page.evaluate((seq) => window.playground.seek(seq), there.seq + 4);
  await table.locator('[data-seq][data-when="past"]').first().waitFor();
  await table.locator('[data-seq][data-when="future"]').first().waitFor();
  noErrors(page);
});

test("the selected row stays in sight when the list becomes lower and when the filter changes", async () => {
  const page = await recorded({ viewport: { width: 1280, height: 800 } });
  const table = page.locator('[data-panel="table"]');
  const list = table.getByRole("listbox", { name: "Records" });
  await table.locator('[data-type="job.completed"]').waitFor();
  await list.focus();
  await page.keyboard.press("Home");
  for (let row = 0; row < 4; row += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("PageDown");
  const row = table.locator('[data-seq][aria-selected="true"]');
  await row.waitFor();
  // A wrong expression takes a line of its own: the list becomes lower.
  await table.getByRole("textbox", { name: "Python expression over records" }).fill("data[");
  await table.getByText(/SyntaxError/).waitFor();
  await table.getByRole("button", { name: "Clear filters" }).click();
  await row.waitFor();
  await until(page, () => {
    const [row, list] = ['[data-panel="table"] [aria-selected="true"]', '[data-panel="table"] .fx-log'].map((each) => document.querySelector(each).getBoundingClientRect());
    return row.top >= list.top - 2 && row.bottom <= list.bottom + 2;
  });
  const seq = await row.getAttribute("data-seq");
  await page.setViewportSize({ width: 760, height: 800 });
  await page.getByRole("button", { name: "Run log" }).click();
  await page.locator(`[data-panel="table"] [data-seq="${seq}"]`).waitFor();
  await page.setViewportSize({ width: 760, height: 500 });
  await page.waitForTimeout(300);
  assert.ok(await isInSight(page.locator(`[data-panel="table"] [data-seq="${seq}"]`)));
  noErrors(page);
});

test("a record shows what it carries as a tree", async () => {
  const page = await recorded();
  const table = page.locator('[data-panel="table"]');
  await table.locator('[data-type="job.completed"]').waitFor();
  await table.locator('[data-type="event_emit"]').last().click();
  const record = page.locator('[data-panel="record"]');
  const value = record.locator('[data-record-value="data"]');
  await value.getByText("value: 250").waitFor();
  await value.locator('[data-part="0"]').click();
  await value.getByRole("button", { name: "Watch", exact: true }).click();
  await page.getByText("3 values, 50 to 250").waitFor();
  noErrors(page);
});

test("a record's causes and effects light up everywhere", async () => {
  const page = await recorded();
  const table = page.locator('[data-panel="table"]');
  // The list follows the end of the run: a press waits until it is there and stands still.
  await table.locator('[data-type="job.completed"]').waitFor();
  const emission = table.locator('[data-type="event_emit"]').first();
  const seq = await emission.getAttribute("data-seq");
  await table.locator(`[data-seq="${seq}"]`).click();
  const tree = page.locator('[data-panel="record"]');
  await tree.locator(`[data-cause-seq="${seq}"][aria-current="true"]`).waitFor();
  await tree.locator('[data-related="cause"]').first().waitFor();
  await page.locator('[data-routine="source"][data-related]').waitFor();
  await page.locator('[data-routine="target"][data-related="effect"]').waitFor();
  await page.locator('[data-panel="timeline"] [data-related="self"]').waitFor({ state: "attached" });
  await table.locator('[data-seq][data-related="effect"]').first().waitFor();

  // The same record in the other views.
  await tab(page, "Timeline");
  await page.locator('[data-panel="lanes"] [data-span][data-related]').first().waitFor();
  await tab(page, "Sequence");
  const arrow = page.locator('[data-panel="sequence"] [data-arrow][data-related="effect"]').first();
  await arrow.waitFor();
  const chosen = await arrow.getAttribute("data-arrow");
  await page.locator(`[data-arrow="${chosen}"]`).click();
  await tab(page, "Records");
  await table.locator(`[data-seq="${chosen}"][aria-selected="true"]`).waitFor();

  // With the keyboard: to what led to it, and away.
  await table.getByRole("listbox", { name: "Records" }).focus();
  await page.keyboard.press("ArrowLeft");
  await until(page, (chosen) => {
    const row = document.querySelector('[data-panel="table"] [aria-selected="true"]');
    return row && Number(row.dataset.seq) < Number(chosen);
  }, chosen);
  await page.keyboard.press("Escape");
  await until(page, () => !document.querySelector("[data-routine][data-related]"));
  noErrors(page);
});

const WAITING = `
flow_id: waiting
execution: { thread_pool_size: 1 }
routines:
${python("source", 80, `
def logic(slot_data):
    emit("output", value=slot_data["input"][0]["value"])`, { events: "output" })}
${python("slow", 420, `
def logic(slot_data):
    sleep(2)`)}
connections:
  - { from: source.output, to: slow.input }
inputs:
  - { to: source.input, data: { value: 1 } }
  - { to: source.input, data: { value: 2 } }
`;

test("lanes show durations, and tell them as text too", async () => {
  const page = await recorded({ document: WAITING });
  await tab(page, "Timeline");
  const lanes = page.locator('[data-panel="lanes"]');
  await lanes.getByRole("radio", { name: "Time" }).click();
  await lanes.locator('[data-lane^="slow"] [data-span]').first().waitFor();
  const names = await lanes.locator('[data-lane^="slow"] [data-span]').evaluateAll((bars) => bars.map((bar) => bar.ariaLabel));
  assert.match(names.join("\n"), /took 2 s/);
  const list = lanes.getByRole("listbox", { name: "Timeline of activations" });
  await list.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await lanes.locator('[data-lane^="slow"] [data-span][aria-selected="true"]').waitFor();
  await page.keyboard.press("Enter");
  await run(page, "past");
  await lanes.getByRole("button", { name: "As text" }).click();
  await lanes.getByRole("cell", { name: "2 s", exact: true }).first().waitFor();
  noErrors(page);
});

test("jobs are told apart, shown alone, muted, stepped and compared", async () => {
  const page = await newPage();
  await load(page, PAIR);
  const two = () => window.playground.run({ paused: true, jobs: 2 });
  await page.evaluate(two);
  await run(page, "paused");
  await tab(page, "Jobs and values");
  const rows = page.locator("[data-job-row]");
  await rows.nth(1).waitFor();
  const ids = await rows.evaluateAll((rows) => rows.map((row) => row.dataset.jobRow));
  const marks = await rows.locator(".fx-job path").evaluateAll((paths) => paths.map((path) => path.getAttribute("d")));
  assert.notEqual(marks[0], marks[1]);
  const before = await page.evaluate(() => window.playground.state().then((state) => state.step));
  await page.getByRole("button", { name: `Step ${ids[1]} alone` }).click();
  await until(page, (step) => window.playground.state().then((state) => state.step > step), before);
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await page.locator('.fx-pair tr[data-same="false"]').first().waitFor();

  await tab(page, "Records");
  const table = page.locator('[data-panel="table"]');
  const all = await table.locator("[data-seq]").count();
  await table.getByRole("button", { name: `Solo ${ids[0]}` }).click();
  await until(page, (all) => document.querySelectorAll('[data-panel="table"] [data-seq]').length < all, all);
  await table.getByRole("button", { name: "Show all" }).click();
  await until(page, (all) => document.querySelectorAll('[data-panel="table"] [data-seq]').length === all, all);
  noErrors(page);
});

test("runs are listed, shown, renamed, compared and forgotten", async () => {
  const page = await recorded();
  await load(page, PAIR.replace("value: 150", "value: 151"));
  await runTo(page);
  await runTo(page);
  await tab(page, "Runs");
  const panel = page.locator('[data-panel="runs"]');
  const lines = panel.locator("[data-branch]");
  await lines.nth(1).waitFor();
  await panel.getByRole("button", { name: "Compare", exact: true }).click();
  await panel.locator("[data-same]").first().waitFor();
  await panel.getByRole("button", { name: /^Rename/ }).first().click();
  await page.getByRole("textbox", { name: "Name of the run" }).fill("The first");
  await page.keyboard.press("Enter");
  await panel.getByText("The first").first().waitFor();
  await panel.getByRole("button", { name: "Show The first" }).click();
  await panel.locator('[data-branch][aria-current="true"]').getByText("The first").waitFor();
  const count = await lines.count();
  await panel.getByRole("button", { name: /^Forget/ }).first().click();
  await until(page, (count) => document.querySelectorAll("[data-branch]").length === count - 1, count);
  await panel.getByRole("combobox", { name: "Most memory of the record" }).selectOption({ label: "50.0 MB" });
  await page.getByRole("button", { name: /of 50.0 MB/ }).waitFor();
  noErrors(page);
});

test("on a narrow screen the line, the table and a record are within reach", async () => {
  const page = await recorded({ viewport: { width: 390, height: 800 } });
  await page.getByRole("slider", { name: "Moment of the run" }).waitFor();
  await page.getByRole("button", { name: "Run log" }).click();
  await page.locator('[data-panel="table"] [data-seq]').first().click();
  await page.getByRole("button", { name: "Details" }).click();
  await page.getByRole("tab", { name: "Record", exact: true }).click();
  await page.locator('[data-panel="record"] [data-cause-seq]').first().waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  noErrors(page);
});
