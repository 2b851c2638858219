// Prints name, raw, gzip and Brotli size of the site's text and wasm files, tab-separated, largest first.
// Brotli's best setting takes seconds per megabyte, so sizes are remembered by content.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [dist, memory] = process.argv.slice(-2);
let known = {};
try {
  known = JSON.parse(readFileSync(memory, "utf8"));
} catch {
  // The first time there is none.
}
const seen = {};
const rows = [];
for (const name of readdirSync(dist, { recursive: true })) {
  if (!/\.(wasm|js|mjs|css|html|json|svg)$/.test(name)) continue;
  const data = readFileSync(join(dist, name));
  const key = createHash("sha256").update(data).digest("hex");
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } };
  seen[key] = known[key] ?? [gzipSync(data, { level: 9 }).length, brotliCompressSync(data, options).length];
  rows.push([name.replaceAll("\\", "/"), data.length, ...seen[key]]);
}
mkdirSync(dirname(memory), { recursive: true });
writeFileSync(memory, JSON.stringify(seen));
rows.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
for (const row of rows) console.log(row.join("\t"));
