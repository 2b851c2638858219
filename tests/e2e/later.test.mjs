// The page comes in two parts: the canvas and the palette first, the rest soon after. What if the rest is slow, or fails?

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { button, close, drag, isReady, middle, newPage, noErrors, open } from "./browser.mjs";

const REST = "**/snippets/later/*.wasm";

before(open);
after(close);

test("before the rest is there the canvas can be drawn on, and what needs the rest is done when it comes", async () => {
  let letThrough;
  const gate = new Promise((resolve) => (letThrough = resolve));
  const prepare = (page) => page.route(REST, (route) => gate.then(() => route.continue()));
  const page = await newPage({ ready: false, prepare });
  const count = await page.locator("[data-routine]").count();
  const entry = page.locator('[data-panel="palette"]').getByRole("button", { name: /Python/ }).first();
  await drag(page, await middle(entry), { x: 520, y: 420 });
  await page.waitForFunction((count) => document.querySelectorAll("[data-routine]").length === count, count + 1);
  await button(page, "Undo").click();
  await button(page, "Help").click();
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.equal(await page.locator('[data-panel="inspector"]').count(), 0);
  letThrough();
  await page.getByRole("dialog", { name: "Help" }).waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction((count) => document.querySelectorAll("[data-routine]").length === count, count);
  await page.locator('[data-panel="inspector"]').waitFor();
  await isReady(page);
  noErrors(page);
});

test("what is drawn before the rest is there is kept when the page is left", async () => {
  let isCut = true;
  const prepare = (page) => page.route(REST, (route) => (isCut ? new Promise(() => {}) : route.continue()));
  const page = await newPage({ ready: false, prepare });
  const routines = page.locator("[data-routine]");
  const count = await routines.count();
  const entry = page.locator('[data-panel="palette"]').getByRole("button", { name: /Python/ }).first();
  await drag(page, await middle(entry), { x: 520, y: 420 });
  await routines.nth(count).waitFor();
  isCut = false;
  await page.reload();
  await isReady(page);
  assert.equal(await routines.count(), count + 1);
  noErrors(page);
});

test("when the rest cannot be fetched the page says so, and Try again gets it without losing the focus", async () => {
  let isCut = true;
  const prepare = (page) => page.route(REST, (route) => (isCut ? route.abort() : route.continue()));
  const page = await newPage({ ready: false, prepare });
  const again = page.locator('[data-pane="side"]').getByRole("button", { name: "Try again" });
  await again.waitFor();
  await page.locator(".fx-toast--bad").getByText("could not be loaded").waitFor();
  await again.press("Enter");
  await again.waitFor();
  isCut = false;
  await again.press("Enter");
  await page.locator('[data-panel="inspector"]').waitFor();
  await page.waitForFunction(() => document.activeElement?.closest('[data-pane="side"]'));
  await page.locator('[data-panel="log"]').waitFor();
  await isReady(page);
});
