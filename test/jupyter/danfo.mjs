// The kernel beside the real danfojs-node: shown, plotted, read by a spec, made from one.
// Usage: node danfo.mjs FOLDER, where FOLDER/node_modules has danfojs-node.
import assert from "node:assert/strict";
import { Client } from "../../dist/src/kernel/client.js";
import { kernelSpec } from "../../dist/src/kernel/install.js";

const folder = process.argv[2];
const client = await Client.start(kernelSpec().argv, folder);
const run = async (code) => {
  const { reply, published } = await client.execute(code);
  assert.equal(reply.content.status, "ok", `${code}\n${reply.content.traceback?.join("\n")}`);
  const shown = published.flatMap(({ content }) => (content.data === undefined ? [] : [content]));
  return shown.at(-1)?.data ?? {};
};
const step = (text) => console.log(`  ${text}`);
try {
  await run(`import * as dfd from "danfojs-node";
const people = new dfd.DataFrame({
  age: Array.from({ length: 200 }, (_, i) => 20 + (i * 7) % 50),
  sex: Array.from({ length: 200 }, (_, i) => (i % 3 ? "F" : "M")),
  weight: Array.from({ length: 200 }, (_, i) => (i % 10 ? 60.5 + (i % 31) : NaN)),
});`);

  step("a DataFrame shows as a table of ours does");
  const shown = await run("people");
  assert.match(shown["text/html"], /<table/);
  assert.match(shown["text/html"], /10% missing/);
  assert.match(shown["text/plain"], /200 rows × 3 columns/);

  step("plot draws it, all of it, a column, and by groups");
  for (const code of [
    "plot(people)",
    'plot(people, "age")',
    'plot(people, "weight", { by: "sex" })',
  ]) {
    const data = await run(`import { plot } from "parable";\n${code}`);
    assert.match(data["image/svg+xml"], /^<svg/);
    assert.ok(data["application/vnd.plotly.v1+json"]);
  }

  step("a spec learns from it, and a table goes back as a DataFrame");
  await run(`%%parable made
source mine = frame people
table t from mine {
  age: int 20..69
  sex: "F" | "M"
  weight: real 40..120 or missing
}
generate some: 40 rows seed 1`);
  const back = await run(`import { toDanfo } from "parable";
const df = await toDanfo(made.some.table) as any;
[df.shape, df.columns]`);
  assert.match(back["text/plain"], /40, 3/);
  console.log("danfo works beside the kernel");
} finally {
  await client.stop();
}
process.exit(0);
