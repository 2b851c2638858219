// The story of the project: draw three routines, join them, write Python, run, stop on a connection, step back.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PAIR, button, close, drag, isReady, load, middle, newPage, noErrors, open, run, runTo } from "./browser.mjs";

before(open);
after(close);

/** Adds a Python routine from the palette by dragging it to a place in the window. */
async function addByDrag(page, at) {
  const entry = page.locator('[data-panel="palette"]').getByRole("button", { name: /Python/ }).first();
  await drag(page, await middle(entry), at);
}

async function rename(page, from, to) {
  await page.locator(`[data-routine="${from}"]`).focus();
  await page.keyboard.press("F2");
  await page.locator("#rename-field").fill(to);
  await page.keyboard.press("Enter");
  await page.locator(`[data-routine="${to}"]`).waitFor();
}

async function newFlow(page) {
  await page.evaluate(() => window.playground.load("flow_id: mine\nroutines: {}\nconnections: []\n"));
  await run(page, "empty");
}

test("draw, connect, run, stop on a connection, step, step back, continue", async () => {
  const page = await newPage();
  await newFlow(page);
  const canvas = await page.locator("[data-canvas]").boundingBox();
  const places = [0.18, 0.5, 0.8].map((share) => ({ x: canvas.x + canvas.width * share, y: canvas.y + canvas.height * 0.4 }));
  for (const place of places) await addByDrag(page, place);
  await page.waitForFunction(() => document.querySelectorAll("[data-routine]").length === 3);
  const ids = await page.locator("[data-routine]").evaluateAll((nodes) =>
    nodes.sort((a, b) => a.getBoundingClientRect().x - b.getBoundingClientRect().x).map((node) => node.dataset.routine));
  for (const [index, name] of ["first", "second", "third"].entries()) await rename(page, ids[index], name);

  // Port to port, with the mouse.
  for (const [from, to] of [["first", "second"], ["second", "third"]]) {
    const event = page.locator(`[data-routine="${from}"] [data-event]`).first();
    const slot = page.locator(`[data-routine="${to}"] [data-slot]`).first();
    await drag(page, await middle(event), await middle(slot));
  }
  await page.waitForFunction(() => document.querySelectorAll("[data-connection]").length === 2);
  const keys = await page.locator("[data-connection]").evaluateAll((dots) => dots.map((dot) => dot.dataset.connection));
  assert.deepEqual(keys.sort(), ["first.output->second.input", "second.output->third.input"]);

  // A line of Python.
  await page.locator('[data-routine="second"]').click({ position: { x: 30, y: 10 } });
  const logic = page.locator("#logic");
  await logic.fill('def logic(slot_data):\n    for item in slot_data["input"]:\n        emit("output", value=item["value"] * 10)\n');
  const passOn = 'def logic(slot_data):\n    for item in slot_data["input"]:\n        emit("output", **item)\n';
  await page.locator('[data-routine="first"]').click({ position: { x: 30, y: 10 } });
  await logic.fill(passOn);

  // Inputs come with the document; the drawn part stays as it is.
  const drawn = JSON.parse(await page.evaluate(async () => {
    const document = await window.playground.getDocument("json");
    return document.text ?? (typeof document === "string" ? document : JSON.stringify(document));
  }));
  drawn.inputs = [5, 15, 25].map((value) => ({ to: "first.input", data: { value } }));
  await load(page, JSON.stringify(drawn));

  // Click the connection, type a condition, run.
  const wire = page.locator('[data-connection="second.output->third.input"]');
  await wire.click();
  await page.locator("#condition").fill("value > 100");
  await page.keyboard.press("Enter");
  assert.equal(await wire.getAttribute("data-breakpoint"), "enabled");
  await button(page, "Run").click();
  await run(page, "paused");
  assert.equal(await wire.getAttribute("data-breakpoint"), "hit");
  await page.getByText("150").first().waitFor();
  const held = await page.evaluate(() => window.playground.state());
  assert.deepEqual(held.next.data, { value: 150 });

  await button(page, "Step").click();
  await page.waitForFunction((step) => window.playground.state().then((state) => state.step === step + 1), held.step);
  await button(page, "Step back").click();
  await run(page, "past");
  assert.equal((await page.evaluate(() => window.playground.state())).step, held.step);
  // The breakpoint in front of this moment has spoken: continuing goes on to the next hit.
  await button(page, "Continue").click();
  await run(page, "paused");
  await page.waitForFunction(() => window.playground.state().then((state) => state.next?.data?.value === 250));
  await button(page, "Continue").click();
  await run(page, "done");
  noErrors(page);
});

test("undo and redo cover drawing, breakpoints and moves; a reload restores all", async () => {
  const page = await newPage();
  await load(page, PAIR);
  const wire = page.locator("[data-connection]");
  await wire.click();
  await page.locator("#condition").fill("value > 1");
  await page.keyboard.press("Enter");
  assert.equal(await wire.getAttribute("data-breakpoint"), "enabled");
  await button(page, "Undo").click();
  await page.locator('[data-connection][data-breakpoint="none"]').waitFor();
  await button(page, "Redo").click();
  await page.locator('[data-connection][data-breakpoint="enabled"]').waitFor();
  const node = page.locator('[data-routine="target"]');
  const before = await middle(node);
  await drag(page, { x: before.x, y: before.y - 20 }, { x: before.x + 60, y: before.y + 80 });
  const after_ = await middle(node);
  assert.ok(after_.y > before.y + 40, "the routine was moved");
  await node.focus();
  await page.keyboard.press("Delete");
  await page.waitForFunction(() => document.querySelectorAll("[data-routine]").length === 1);
  await button(page, "Undo").click();
  await page.waitForFunction(() => document.querySelectorAll("[data-connection]").length === 1);
  await page.waitForTimeout(1200); // Autosave waits for a pause in the work.
  await page.reload();
  await isReady(page);
  await page.locator('[data-connection="source.output->target.input"][data-breakpoint="enabled"]').waitFor();
  const restored = await middle(page.locator('[data-routine="target"]'));
  assert.ok(Math.abs(restored.y - after_.y) < 3, "the routine is where it was left");
  noErrors(page);
});

test("Delete acts on what has the focus, and on no routine whose port has it", async () => {
  const page = await newPage();
  await load(page, PAIR);
  const counts = () => page.evaluate(() => ["routine", "connection"].map((name) => document.querySelectorAll(`[data-${name}]`).length));
  // A click on its name selects it.
  const name = await middle(page.locator('[data-routine="target"] .fx-node__id'));
  await page.mouse.click(name.x, name.y);
  await page.locator('[data-slot="target.input"]').focus();
  await page.keyboard.press("Delete");
  await page.waitForTimeout(200);
  assert.deepEqual(await counts(), [2, 1]);
  await page.locator("[data-connection]").focus();
  await page.keyboard.press("Delete");
  await page.waitForFunction(() => document.querySelectorAll("[data-connection]").length === 0);
  assert.deepEqual(await counts(), [2, 0]);
  noErrors(page);
});

test("an invalid condition says why and never stops", async () => {
  const page = await newPage();
  await load(page, PAIR);
  await page.locator("[data-connection]").click();
  await page.locator("#condition").fill("value >");
  await page.locator("#condition-help").getByText(/syntax/i).waitFor();
  await page.keyboard.press("Enter");
  await page.locator('[data-connection][data-breakpoint="invalid"]').waitFor();
  await runTo(page);
  noErrors(page);
});

test("queues, statuses and the log follow the run", async () => {
  const page = await newPage();
  await load(page, PAIR.replace("class: Python\n    slots: [input]\n    policy: { type: immediate }\n    logic: |\n      def logic(slot_data):\n          set_state", "class: Python\n    slots: [input]\n    policy: { type: batch_size, min_batch_size: 9 }\n    logic: |\n      def logic(slot_data):\n          set_state"));
  await runTo(page);
  await page.locator('[data-slot="target.input"][data-queue="3"]').waitFor();
  await page.locator('[data-routine="source"][data-status="completed"]').waitFor();
  await page.locator('[data-panel="log"] [data-seq]').first().waitFor();
  noErrors(page);
});

test("the page can be drawn on before the engine has come", async () => {
  const page = await newPage({ ready: false });
  await page.locator('[data-panel="palette"]').getByRole("button", { name: /Python/ }).first().waitFor();
  noErrors(page);
});

test("a worker that dies is replaced and nothing drawn is lost", async () => {
  const page = await newPage();
  await load(page, PAIR);
  await page.locator('[data-routine="source"]').waitFor();
  await page.evaluate((text) => window.playground.load(text), PAIR.replace('emit("output", value=item["value"])', 'x = "a" * (10 ** 11)\n              emit("output", value=len(x))'));
  await run(page, "ready");
  await page.evaluate(() => window.playground.run({ speed: "max" }).catch(() => {}));
  // Either Python refuses it, or the worker dies and the page starts a new one.
  await page.waitForFunction(() => ["done", "ready", "paused"].includes(document.documentElement.dataset.run), null, { timeout: 30_000 });
  await isReady(page);
  assert.equal(await page.locator("[data-routine]").count(), 2);
  await load(page, PAIR);
  await runTo(page);
});
