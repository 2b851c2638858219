// A whole debugging story through the page, with the mouse and the keyboard: a batch never fires because of a key's typo.
// Found by a breakpoint, "why did this not run", a step back and a watch that was added after the run; mended; run again; compared.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { button, close, newPage, noErrors, open, run, select } from "./browser.mjs";

before(open);
after(close);

const TYPO = 'data.get("temperature") is None';

test("a batch that never fires is found, mended, run again and compared", async () => {
  const page = await newPage();
  await page.getByRole("button", { name: /^Samples, now/ }).click();
  await page.getByRole("menuitem", { name: /A batch that never fires/ }).click();
  await page.locator('[data-routine="climate"]').waitFor();
  await page.getByLabel("Speed").selectOption({ label: "Max" });

  // It runs, and nothing comes out. Why?
  await button(page, "Run").click();
  await run(page, "done");
  await select(page, "climate");
  const why = page.locator('[data-panel="why"]');
  await why.getByText("Why climate did not run").waitFor();
  const reason = why.locator('[data-why="missing-key"]');
  assert.match(await reason.innerText(), /temperature[\s\S]*temprature/);
  assert.match(await page.locator('[data-slot="climate.readings"]').getAttribute("data-queue"), /^3$/);

  // A breakpoint on the wire stops where the key is missing.
  const wire = page.locator('[data-connection="sensor.reading->climate.readings"]');
  await wire.click();
  await page.locator("#condition").fill(TYPO);
  await page.keyboard.press("Enter");
  await page.locator('[data-connection="sensor.reading->climate.readings"][data-breakpoint="enabled"]').waitFor();
  await button(page, "Run").click();
  await run(page, "paused");
  const payload = page.locator("[data-payload]");
  await payload.getByText("temprature").first().waitFor();
  assert.match(await payload.innerText(), /18\.5/);
  // What the condition says can be asked here too.
  await page.getByLabel("Evaluate here").fill("sorted(data)");
  await page.keyboard.press("Enter");
  await page.locator("[data-evaluated]").getByText("temprature").first().waitFor();

  // Back before it was emitted: there are no readings and nobody was warm.
  await button(page, "Step back").click();
  await run(page, "past");
  const held = await page.evaluate(() => window.playground.state());
  assert.equal(held.run, "past");
  assert.equal(await page.locator('[data-slot="climate.readings"]').getAttribute("data-queue"), "0");

  // To the end, where a watch that is added only now still has every value.
  for (let stop = 0; stop < 3; stop += 1) {
    const before = (await page.evaluate(() => window.playground.state())).step;
    await button(page, "Continue").click();
    await page.waitForFunction((step) => window.playground.state().then((state) => state.step > step && state.run !== "running"), before);
  }
  if ((await page.locator("html").getAttribute("data-run")) !== "done") await button(page, "Continue").click();
  await run(page, "done");
  await page.getByRole("tab", { name: /^Watches/ }).click();
  await page.getByLabel("Expression to watch").fill('shared_data.get("warmest")');
  await page.keyboard.press("Enter");
  const watch = page.locator(".fx-watch");
  await watch.getByRole("button", { name: /^History/ }).click();
  await watch.locator(".fx-watch__point").nth(3).waitFor();
  const values = await watch.locator(".fx-watch__point code").allInnerTexts();
  assert.deepEqual(values.map((value) => value.replace("null", "None")), ["None", "18.5", "24.0", "31.5"].slice(-values.length));
  await watch.locator(".fx-watch__point").nth(2).getByRole("button", { name: "Go there" }).click();
  await run(page, "past");
  await page.waitForFunction(() => /^24/.test(document.querySelector(".fx-watch output").innerText));

  // Line by line through the routine that writes the wrong key.
  await select(page, "sensor");
  await why.getByRole("button", { name: "Step through its lines" }).click();
  const lines = page.locator('[data-panel="lines"]');
  await lines.locator('[data-current="true"]').waitFor();
  await lines.getByRole("button", { name: /^Go to line 7$/ }).click();
  await page.waitForFunction(() => document.querySelector('[data-panel="lines"] [data-current="true"]')?.dataset.line === "7");
  assert.match(await lines.locator('[data-current="true"]').innerText(), /temprature=celsius/);
  assert.match(await lines.locator('[data-variable="celsius"]').innerText(), /celsius: \d/);

  // Mended, run again: the batch fires, and the breakpoint has nothing to say.
  await page.getByRole("tab", { name: "Inspector" }).click();
  const logic = page.locator("#logic");
  await logic.fill((await logic.inputValue()).replace("temprature=", "temperature="));
  await button(page, "Run").click();
  await run(page, "done");
  assert.equal(await page.locator('[data-slot="climate.readings"]').getAttribute("data-queue"), "0");
  await select(page, "climate");
  await why.getByText("Why it ran").waitFor();
  assert.match(await why.locator('[data-why="ran"]').innerText(), /3 of readings/);
  await page.locator('[data-routine="display"][data-status="completed"]').waitFor();

  // The two runs differ first where the key was emitted.
  await page.getByRole("tab", { name: "Runs" }).click();
  await button(page, "Compare").click();
  await page.locator('[data-same="false"]').first().waitFor();
  const difference = page.locator(".fx-pair").first();
  assert.match(await difference.innerText(), /temprature[\s\S]*temperature/);
  // Around it both sides stand beside each other; a press shows a record in its run.
  const sides = page.locator(".fx-sides");
  assert.match(await sides.locator('[data-side="first"]').innerText(), /temprature[\s\S]*temperature/);
  assert.ok((await sides.locator('[data-side="before"]').count()) > 0 && (await sides.locator('[data-side="other"]').count()) > 0);
  const record = sides.locator('[data-side="first"] [data-side-seq]').first();
  const seq = await record.getAttribute("data-side-seq");
  await record.click();
  await page.locator(`[data-panel="record"] [data-cause-seq="${seq}"][aria-current="true"]`).waitFor();
  await page.locator('[data-branch][aria-current="true"]').first().waitFor();
  noErrors(page);
});
