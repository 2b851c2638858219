// axe-core on the page's states, light and dark, wide and narrow; and the story with a keyboard alone.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { PAIR, close, load, newPage, noErrors, open, run, runTo, stopOnTheWire } from "./browser.mjs";

before(open);
after(close);

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** PAIR, whose target waits for two items: one waits in its slot at the stop. */
const IN_TWOS = PAIR.replace(/immediate(?![^]*immediate)/, "batch_size, min_batch_size: 2");

async function violations(page) {
  // Colours on their way in are nobody's final colours.
  await page.evaluate(() => Promise.all(document.getAnimations()
    .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity)
    .map((animation) => animation.finished.catch(() => {}))));
  await page.addScriptTag({ path: AXE });
  const found = await page.evaluate((tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags } }), TAGS);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    test(`axe finds nothing: ${colorScheme}, ${width} px`, async () => {
      const page = await newPage({ colorScheme, viewport: { width, height: 800 } });
      assert.deepEqual(await violations(page), [], "at the first visit");
      await stopOnTheWire(page, IN_TWOS);
      assert.deepEqual(await violations(page), [], "stopped at a breakpoint");
      await page.evaluate(() => window.playground.step("back"));
      await run(page, "past");
      assert.deepEqual(await violations(page), [], "in the past");
      await page.locator('[data-slot="source.input"]').focus();
      await page.keyboard.press("i");
      await page.getByRole("button", { name: "Add a key" }).click();
      await page.locator("[data-key-name]:focus").waitFor();
      await page.keyboard.type("unit");
      await page.keyboard.press("Tab");
      await page.keyboard.type("mm");
      assert.deepEqual(await violations(page), [], "in the window of an injection, with a value that is no JSON");
      noErrors(page);
    });
  }
}

test("the story with a keyboard alone", async () => {
  const page = await newPage();
  await load(page, PAIR);
  await page.locator('[data-routine="source"]').focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.routine), "target");
  await page.locator("[data-connection]").focus();
  await page.keyboard.press("Enter");
  await page.locator("#condition").waitFor();
  await page.locator("#condition").fill("value > 100");
  await page.keyboard.press("Enter");
  await page.locator('[data-routine="source"]').focus();
  await page.keyboard.press("Space");
  await run(page, "paused");
  await page.keyboard.press(".");
  await page.keyboard.press(",");
  await run(page, "past");
  await page.keyboard.press("F8");
  await run(page, "paused");
  noErrors(page);
});

test("reduced motion shows counts instead of moving tokens", async () => {
  const page = await newPage({ reducedMotion: "reduce" });
  await load(page, PAIR);
  await runTo(page);
  noErrors(page);
});
