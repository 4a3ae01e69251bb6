// The kernel by the clock: cold start, cells, completion beside a running spec, interrupts, the
// hand-over of many rows, and memory over many cells. Usage: node bench/kernel.mjs [CELLS]
import { readFileSync } from "node:fs";
import { Client, pause } from "../dist/src/kernel/client.js";
import { kernelSpec } from "../dist/src/kernel/install.js";

const cells = Number(process.argv[2] ?? 2000);
const show = (what, value) => console.log(`${what.padEnd(58)} ${value}`);
const ms = (value) => `${value.toFixed(0)} ms`;
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const timed = async (work) => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};
const spec = (rows, columns = 6) => `%%parable made
table t {
${Array.from({ length: columns }, (_, i) => (i % 2 ? `  c${i}: "a" 50% | "b" 50%` : `  c${i}: int 1..100`)).join("\n")}
}
generate g: ${rows} rows seed 1`;

const coldStart = performance.now();
const client = await Client.start(kernelSpec().argv);
show("kernel_info answered, cold", ms(performance.now() - coldStart));
show("first spec cell (200 rows)", ms(await timed(() => client.execute(spec(200)))));
show("first TypeScript cell", ms(await timed(() => client.execute("1 + 1"))));
const trivial = [];
for (let i = 0; i < 30; i++) trivial.push(await timed(() => client.execute(`1 + ${i}`)));
show("trivial TypeScript cell, median of 30", ms(median(trivial)));

const complete = (code) => () => client.ask("complete_request", { code, cursor_pos: code.length });
await complete(`${spec(10)}\nshow c`)();
const long = client.execute(spec("5_000_000"));
await pause(1_500);
const inSpec = [];
const inTypeScript = [];
for (let i = 0; i < 5; i++) {
  inSpec.push(await timed(complete(`${spec(10)}\nshow c`)));
  inTypeScript.push(await timed(complete("Math.flo")));
}
show("completion in a spec while a spec runs, median of 5", ms(median(inSpec)));
show("completion in TypeScript while a spec runs, median of 5", ms(median(inTypeScript)));
show(
  "interrupt to idle, spec",
  ms(
    await timed(async () => {
      client.send("interrupt_request", {}, "control");
      await long;
    }),
  ),
);
const stuck = {
  "a loop": "while (true) {}",
  "an await": "await new Promise(() => {})",
  "a loop after an await": "await new Promise(r => setTimeout(r, 10)); while (true) {}",
  "a loop in a timer": "await new Promise(() => setTimeout(() => { while (true) {} }, 10))",
};
for (const [what, code] of Object.entries(stuck)) {
  const cell = client.execute(code);
  await pause(400);
  const taken = await timed(async () => {
    client.send("interrupt_request", {}, "control");
    await cell;
  });
  show(`interrupt to idle, ${what}`, ms(taken));
}

const watch = `import { monitorEventLoopDelay } from "node:perf_hooks";
const delays = monitorEventLoopDelay({ resolution: 5 }); delays.enable();`;
await client.execute(watch);
await client.execute("delays.reset()");
await client.execute(spec("200_000"));
const held = await client.execute("(delays.max / 1e6).toFixed(0)");
const result = held.published.find((message) => message.header.msg_type === "execute_result");
show(
  "longest stop of the main thread, 200,000 x 6 handed over",
  `${result?.content.data["text/plain"]} ms (with the compiler's work for the next cell)`,
);
const lines = await timed(() =>
  client.execute("for (let i = 0; i < 20000; i++) console.log('line ' + i)"),
);
show("20,000 printed lines", ms(lines));

const memory = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${client.child.pid}/status`, "utf8"))[1]) / 1024;
// A kernel gives garbage back once nobody has run a cell for some seconds: what it keeps then is what counts.
const rest = () => pause(6000);
for (let i = 0; i < 100; i++) await client.execute(`const x${i % 10} = ${i}; x${i % 10}`);
await rest();
const before = memory();
const soak = await timed(async () => {
  for (let i = 0; i < cells; i++) {
    await client.execute(i % 20 === 0 ? spec(100) : `const x${i % 10} = ${i}; x${i % 10}`);
  }
});
const busy = memory();
await rest();
const grown = memory() - before;
show(
  `memory over ${cells} cells`,
  `${before.toFixed(0)} MB, at the last cell ${busy.toFixed(0)}, at rest ${memory().toFixed(0)} MB; ${ms(soak / cells)} a cell`,
);
if (grown >= 100) {
  console.error(`memory grew by ${grown.toFixed(0)} MB; 100 MB is the limit`);
  process.exitCode = 1;
}
await client.stop();
