// What the browser tests share: one Chromium, pages that fail on any error of theirs, and waits for the page's own signs.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const BASE_URL = process.env.BASE_URL ?? "http://127.0.0.1:8080/";
const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

let browser;

/** Starts the browser once; call from `before`. */
export async function open() {
  browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGUMENTS });
  return browser;
}

/** Ends the browser; call from `after`. */
export async function close() {
  await browser?.close();
  browser = undefined;
}

/**
 * A page in a context of its own, with empty storage. Errors of the page are collected in `page.errors`; `prepare` gets
 * the page before it opens.
 */
export async function newPage({ path = "", ready = true, prepare, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "no-preference", ...options });
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && page.errors.push(message.text()));
  await prepare?.(page);
  await page.goto(BASE_URL + path);
  await page.locator("[data-canvas]").waitFor();
  if (ready) await isReady(page);
  return page;
}

/** Waits until the engine answers. */
export async function isReady(page) {
  await page.locator('html[data-ready="true"]').waitFor({ state: "attached", timeout: 60_000 });
}

/** Waits for a state of the run. */
export async function run(page, state) {
  await page.locator(`html[data-run="${state}"]`).waitFor({ state: "attached", timeout: 20_000 });
}

/** The button or menu item of this accessible name. */
export function button(page, name) {
  return page.getByRole("button", { name, exact: true }).first();
}

/** The middle of an element, in the window. */
export async function middle(locator) {
  const box = await locator.boundingBox();
  assert.ok(box, "the element is not on the screen");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Drags with the mouse, slowly enough to be a drag. */
export async function drag(page, from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  for (const share of [0.2, 0.6, 1]) {
    await page.mouse.move(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share);
  }
  await page.mouse.up();
}

/** A routine of Python as a part of a document; it runs at every item unless `policy` says otherwise. */
export function python(id, x, logic, { events = "", policy = "{ type: immediate }" } = {}) {
  const lines = logic.trim().split("\n").map((line) => `      ${line}`).join("\n");
  return `  ${id}:
    class: Python
    slots: [input]${events && `\n    events: [${events}]`}
    policy: ${policy}
    logic: |
${lines}
    position: { x: ${x}, y: 80 }`;
}

/** Two routines and a wire, as text; `source` passes on what it gets. */
export const PAIR = `
flow_id: pair
routines:
${python("source", 80, `
def logic(slot_data):
    for item in slot_data["input"]:
        emit("output", value=item["value"])`, { events: "output" })}
${python("target", 420, `
def logic(slot_data):
    set_state("sum", get_state("sum", 0) + slot_data["input"][0]["value"])`)}
connections:
  - { from: source.output, to: target.input }
inputs:
  - { to: source.input, data: { value: 50 } }
  - { to: source.input, data: { value: 150 } }
  - { to: source.input, data: { value: 250 } }
`;

/** Loads a document through the page's own interface. */
export async function load(page, document) {
  await page.evaluate((text) => window.playground.load(text), document);
  await run(page, "ready");
}

/** Runs what is loaded as fast as possible, until the run has this state. */
export async function runTo(page, state = "done") {
  await page.evaluate(() => window.playground.run({ speed: "max" }));
  await run(page, state);
}

/** Loads [`PAIR`], or what was made of it, and runs it until a condition on its wire holds. */
export async function stopOnTheWire(page, document = PAIR) {
  await load(page, document);
  const wire = { type: "connection", from: "source.output", to: "target.input", condition: "value > 100" };
  await page.evaluate((wire) => window.playground.setBreakpoints([wire]), wire);
  await runTo(page, "paused");
}

/** Selects a routine with the keyboard: what floats over the canvas may lie over it. */
export async function select(page, routine) {
  await page.locator(`[data-routine="${routine}"]`).focus();
  await page.keyboard.press("Enter");
}

/** No error reached the console or the window. */
export function noErrors(page) {
  assert.deepEqual(page.errors, []);
}
