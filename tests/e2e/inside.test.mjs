// What looks inside a run: large values, why a routine runs or not, lines, watches, who changed what, values on hover.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { button, close, load, newPage, noErrors, open, python, run, runTo, select, stopOnTheWire } from "./browser.mjs";

before(open);
after(close);

const BATCH = `
flow_id: batch
routines:
${python("source", 60, `
def logic(slot_data, policy_message, job_state):
    for item in slot_data["input"]:
        job_state.update_shared_data("seen", item["n"])
        set_state("last", item["n"])
        emit("reading", n=item["n"], redy=True)`, { events: "reading" })}
${python("batch", 380, `
def logic(slot_data):
    emit("full", total=sum(item["n"] for item in slot_data["input"]))`, {
  events: "full",
  policy: `{ type: custom, check: "sum(1 for item in slots['input'] if item.get('ready')) >= 3" }`,
})}
connections:
  - { from: source.reading, to: batch.input }
inputs:
${[10, 20, 30].map((n) => `  - { to: source.input, data: { n: ${n} } }`).join("\n")}
`;

/** Shared data of about 12 MB, made by the flow itself: more than one payload may have. */
const LARGE = `
flow_id: large
routines:
${python("source", 60, `
def logic(slot_data, policy_message, job_state):
    for part in slot_data["input"]:
        rows = [{"id": n, "note": "x" * 80, "tags": [n, n + 1]} for n in range(part * 7500, part * 7500 + 7500)]
        job_state.update_shared_data("rows" + str(part), rows)
    job_state.update_shared_data("needle", {"deep": ["a", "b", "found me"]})`, { events: "output" })}
inputs:
${[...Array(12).keys()].map((part) => `  - { to: source.input, data: ${part} }`).join("\n")}
`;

async function ran(page, document) {
  await load(page, document);
  await runTo(page);
}

test("a value of more than 10 MB opens in pages, is searched and copied in parts", async () => {
  const page = await newPage({ permissions: ["clipboard-read", "clipboard-write"] });
  await ran(page, LARGE);
  await page.getByRole("tab", { name: "Jobs and values" }).click();
  const tree = page.getByRole("tree", { name: "Shared data" });
  const value = page.locator(".fx-value").filter({ has: tree });
  await tree.locator('[data-part="0"]').waitFor();
  assert.match(await value.innerText(), /1\d\.\d MB/);
  // From the press to the rows on the screen, as the page sees it.
  const took = await page.evaluate(async () => {
    const inside = (part) => document.querySelector(`[role=tree][aria-label="Shared data"] [data-part="${part}"]`);
    const began = performance.now();
    inside("0").querySelector(".fx-tree__line").click();
    while (!inside("0.99")) await new Promise((resolve) => requestAnimationFrame(resolve));
    return performance.now() - began;
  });
  console.log(`100 of 7500 rows of 12 MB after ${took.toFixed(0)} ms`);
  // The figure is 100 ms on a machine of one's own; test machines are shared.
  assert.ok(took < 1000, `${took} ms`);
  assert.ok((await tree.getByRole("treeitem").count()) < 250, "only a page is drawn");
  await tree.locator('[data-row="row-0-more"] .fx-tree__line').click();
  await tree.locator('[data-part="0.199"]').waitFor();
  // Search goes to what is far down.
  await page.getByLabel("Search in the value").fill("found me");
  await value.locator(".fx-tree__found button").click();
  const found = tree.locator('[data-part="1.0.2"]');
  await found.waitFor();
  await page.waitForFunction(() => document.activeElement?.dataset.part === "1.0.2");
  // By keyboard: actions of the part, its path.
  await page.keyboard.press("Shift+Enter");
  await page.getByRole("button", { name: "Copy path" }).click();
  await page.getByText("Path copied").first().waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "shared_data['needle']['deep'][2]");
  await found.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Control+c");
  await page.getByText("Copied as JSON").first().waitFor();
  assert.deepEqual(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())), ["a", "b", "found me"]);
  noErrors(page);
});

test("why a routine did not run is said with the key it never gets", async () => {
  const page = await newPage();
  await ran(page, BATCH);
  await select(page, "batch");
  const why = page.locator("[data-panel=why]");
  await why.getByText("Why batch did not run").waitFor();
  const first = why.locator("[data-why]").first();
  assert.equal(await first.getAttribute("data-why"), "missing-key");
  assert.match(await first.innerText(), /ready.*redy/s);
  await select(page, "source");
  await why.getByText("Why it ran").waitFor();
  assert.match(await why.locator('[data-why="ran"]').innerText(), /1 of input/);
  noErrors(page);
});

test("shared data tell who last changed them, and the way back to it", async () => {
  const page = await newPage();
  await ran(page, BATCH);
  await page.getByRole("tab", { name: "Jobs and values" }).click();
  const shared = page.getByRole("tree", { name: "Shared data" });
  await shared.locator('[data-part="0"]').click();
  await page.getByRole("button", { name: "Who changed this?" }).click();
  const change = page.locator("[data-change]");
  await change.waitFor();
  assert.match(await change.innerText(), /source \(activation \d\) changed seen of the shared data from 20 to 30/);
  const before = Number(await change.getAttribute("data-change"));
  await page.getByRole("button", { name: "And before that?" }).click();
  await page.waitForFunction((seq) => Number(document.querySelector("[data-change]")?.dataset.change) < seq, before);
  await page.getByRole("button", { name: "Go to right before it" }).click();
  await run(page, "past");
  const state = await page.evaluate(() => window.playground.state());
  assert.equal(state.jobs[0].shared_data.seen, 10);
  noErrors(page);
});

test("a watch that is added after the run has all values, and jumps", async () => {
  const page = await newPage();
  await ran(page, BATCH);
  await page.getByRole("tab", { name: "Watches" }).click();
  await page.getByLabel("Expression to watch").fill("shared_data.get('seen', 0)");
  await page.keyboard.press("Enter");
  const row = page.locator(".fx-watch");
  await row.getByText("3 changes, 0 to 30").waitFor();
  assert.equal(await row.locator("output").innerText(), "30");
  await row.getByRole("button", { name: /^History/ }).click();
  const points = row.locator(".fx-watch__point");
  assert.deepEqual(await points.locator("code").allInnerTexts(), ["0", "10", "20", "30"]);
  await points.nth(1).getByRole("button", { name: "Go there" }).click();
  await run(page, "past");
  await page.waitForFunction(() => document.querySelector(".fx-watch output").innerText === "10");
  assert.equal(await points.nth(1).getAttribute("aria-current"), "true");
  assert.ok(await row.locator("svg.fx-watch__spark path").getAttribute("d"));
  // Over a place; a second visit has both.
  await page.getByLabel("Where").selectOption({ label: "over source.reading → batch.input" });
  await page.getByLabel("Expression to watch").fill("n * 2");
  await page.keyboard.press("Enter");
  await page.getByText("3 values, 20 to 60").waitFor();
  await page.reload();
  await page.locator('html[data-ready="true"]').waitFor({ state: "attached" });
  await page.getByRole("tab", { name: "Watches" }).click();
  assert.equal(await page.locator(".fx-watch").count(), 2);
  await page.getByRole("button", { name: "Watch it no longer" }).first().click();
  assert.equal(await page.locator(".fx-watch").count(), 1);
  noErrors(page);
});

test("lines go over, into, out and back with their variables, and errors show their line", async () => {
  const page = await newPage();
  await load(page, `
flow_id: lines
routines:
${python("work", 60, `
def double(x):
    y = x * 2
    return y
def logic(slot_data):
    total = 0
    for item in slot_data["input"]:
        total = total + double(item["n"])
    emit("done", total=total)
    if total > 100:
        raise ValueError("too much")`, { events: "done" })}
  sink: { class: Sink, position: { x: 380, y: 80 } }
connections:
  - { from: work.done, to: sink.input }
inputs:
  - { to: work.input, data: { n: 3 } }
  - { to: work.input, data: { n: 300 } }
`);
  await page.evaluate(() => window.playground.run({ paused: true, speed: "max" }));
  await run(page, "paused");
  await page.getByRole("button", { name: "Step through its lines" }).first().click();
  const panel = page.locator("[data-panel=lines]");
  const line = () => panel.locator('[data-current="true"]').getAttribute("data-line");
  const at = (wanted) => page.waitForFunction((n) => document.querySelector('[data-panel=lines] [data-current="true"]')?.dataset.line === n, String(wanted));
  await at(5);
  const over = panel.getByRole("button", { name: "Next line", exact: true });
  await over.click();
  await at(6);
  await over.click();
  await at(7);
  await panel.getByRole("button", { name: "Next line, into functions" }).click();
  await at(2);
  await panel.getByText("Called from").waitFor();
  assert.match(await panel.locator('[data-variable="x"]').innerText(), /x: 3/);
  // Evaluated with the line's variables.
  await panel.getByLabel("Evaluate with these variables").fill("x + 1");
  await page.keyboard.press("Enter");
  await panel.locator("[data-evaluated]").getByText("4").waitFor();
  await panel.getByRole("button", { name: "Out of the function" }).click();
  await page.waitForFunction(() => document.querySelector('[data-panel=lines] [data-current="true"]')?.dataset.line !== "2");
  await panel.getByRole("button", { name: "Line back" }).click();
  await page.waitForFunction(() => document.querySelector("[data-line-place]").innerText.startsWith("Line"));
  assert.ok(Number(await line()) <= 7);
  // By keyboard: F10 inside the panel walks lines, not the run.
  const step = (await page.evaluate(() => window.playground.state())).step;
  await panel.locator(".fx-lines__source").focus();
  for (let turn = 0; turn < 8; turn += 1) await page.keyboard.press("F10");
  await panel.getByText("At its end").waitFor();
  assert.match(await panel.innerText(), /Done so far/);
  assert.equal((await page.evaluate(() => window.playground.state())).step, step);
  // The second activation raises.
  await page.evaluate(() => window.playground.continue());
  await run(page, "done");
  await select(page, "work");
  await page.getByRole("tab", { name: "Inspector" }).click();
  await page.getByRole("button", { name: "Show the line that raised" }).click();
  await panel.locator('[data-raised="true"][data-line="10"]').waitFor();
  assert.match(await panel.innerText(), /ValueError: too much/);
  assert.match(await panel.locator('[data-variable="total"]').innerText(), /600/);
  noErrors(page);
});

test("the pointer and the keyboard show what a wire and a port carried at this moment", async () => {
  const page = await newPage();
  await ran(page, BATCH);
  const popup = page.locator("[data-carried]");
  await page.locator('[data-slot="batch.input"]').hover();
  await popup.waitFor();
  assert.match(await popup.innerText(), /n: 30/);
  assert.match(await popup.innerText(), /3 values/);
  await page.mouse.move(5, 300);
  await popup.waitFor({ state: "hidden" });
  await page.locator("[data-connection]").hover();
  await popup.waitFor();
  assert.match(await popup.innerText(), /source\.reading → batch\.input/);
  await page.mouse.move(5, 300);
  await popup.waitFor({ state: "hidden" });
  // In the past it is the value then.
  const records = await page.evaluate(() => window.playground.trace({ from: 0, limit: 100 }));
  const first = (records.records ?? records).find((record) => record.type === "event_emit");
  await page.evaluate((seq) => window.playground.seek(seq), first.seq);
  await run(page, "past");
  await page.locator('[data-routine="source"]').focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await popup.waitFor();
  assert.match(await popup.innerText(), /source\.reading[\s\S]*n: 10/);
  await page.keyboard.press("Escape");
  await popup.waitFor({ state: "hidden" });
  noErrors(page);
});

test("what stands at a hit can be evaluated and its parts watched", async () => {
  const page = await newPage();
  await stopOnTheWire(page);
  await page.getByLabel("Evaluate here").fill("value * 2");
  await page.keyboard.press("Enter");
  await page.locator("[data-evaluated]").getByText("300").waitFor();
  await page.locator('[data-payload] [data-part="0"]').click();
  await page.locator("[data-payload]").getByRole("button", { name: "Watch", exact: true }).click();
  await page.getByText(/1 value|2 values/).first().waitFor();
  await button(page, "Continue").click();
  await run(page, "paused");
  await page.getByText("3 values, 50 to 250").or(page.getByText("2 values, 50 to 150")).first().waitFor();
  noErrors(page);
});
