import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, pause, printed, startKernel } from "./client.js";

let client: Client;
beforeAll(async () => {
  client = await startKernel();
  await client.execute("1");
});
afterAll(() => client.stop());

const cases: Record<string, string> = {
  "a loop": "while (true) {}",
  "a loop that catches everything": "while (true) { try { while (true) {} } catch {} }",
  "an await": "await new Promise(() => {})",
  "a loop after an await": "await 1; await new Promise(r => setTimeout(r, 10)); while (true) {}",
  "a loop in a timer": "await new Promise(() => setTimeout(() => { while (true) {} }, 10))",
  "a loop in an immediate": "await new Promise(() => setImmediate(() => { while (true) {} }))",
  "a regular expression that never ends": "/^(a+)+$/.test('a'.repeat(60) + 'b')",
  "a printing loop": "while (true) console.log('x')",
};

describe("an interrupt", () => {
  for (const [what, code] of Object.entries(cases)) {
    test(`ends ${what}, and the session goes on`, async () => {
      await client.execute("const kept = 'kept'");
      const cell = client.execute(code);
      await pause(300);
      const { reply } = await client.ask("interrupt_request", {}, "control");
      expect(reply.content).toEqual({ status: "ok" });
      expect((await cell).reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
      const after = await client.execute("console.log(kept)");
      expect(printed(after)).toContain("kept\n");
      expect(client.exited).toBeUndefined();
    });
  }

  // The moment between the arrival of a cell and its first line is short, and the one for a kernel that
  // still loads the compiler is long: an interrupt in either must not be lost.
  test("at any moment after the cell was sent is heard", async () => {
    for (const moment of [0, 1, 2, 4, 6, 8, 10, 15, 20, 30, 50]) {
      const cell = client.execute("while (true) {}");
      await pause(moment);
      await client.ask("interrupt_request", {}, "control");
      expect((await cell).reply.content["ename"]).toBe("Interrupted");
    }
    expect((await client.execute("1")).reply.content["status"]).toBe("ok");
  });

  // Native code that outlives its thread would take the process with it.
  test("of a spec that reads a file is heard, and the kernel lives", async () => {
    const spec = `%%parable bank
source calls = example "bank-marketing" missing "unknown"
table people from calls {
  age: int 18..95 years
  balance: money EUR -8_019..102_127 step 1
}
generate made: 20 rows seed 1`;
    for (const moment of [5, 20, 50, 100, 150, 200, 300]) {
      const cell = client.execute(spec);
      await pause(moment);
      await client.ask("interrupt_request", {}, "control");
      expect((await cell).reply.content["status"]).toMatch(/error|ok/);
      expect(client.exited).toBeUndefined();
    }
    expect((await client.execute(spec)).reply.content["status"]).toBe("ok");
  });

  test("of training ends the training, and rows come from the best weights so far", async () => {
    const spec = `%%parable cars
source register = example "cars"
table models from register {
  origin: "USA" | "Europe" | "Japan" from "Origin"
  cylinders: int 3..8 from "Cylinders"
  name: text from "Name"
}
learn with language { epochs 400 }
generate made: 20 rows seed 1`;
    const from = client.published.length;
    const since = () => JSON.stringify(client.published.slice(from).map(({ content }) => content));
    const cell = client.execute(spec);
    for (let i = 0; i < 600 && !since().includes("steps"); i++) await pause(50);
    await pause(1_000);
    await client.ask("interrupt_request", {}, "control");
    const { reply } = await cell;
    expect(reply.content["status"]).toBe("ok");
    expect(since()).toMatch(/20 rows made/);
    const rows = await client.execute("console.log(cars.made.length)");
    expect(printed(rows)).toBe("20\n");
    const notes = await client.execute("console.log(JSON.stringify(cars.release))");
    expect(printed(notes)).toMatch(/training was stopped by you after \d+ of 400 epochs/);
  });

  test("of a kernel that has just begun is heard", async () => {
    const fresh = await startKernel();
    try {
      const cell = fresh.execute("while (true) {}");
      await fresh.ask("interrupt_request", {}, "control");
      expect((await cell).reply.content["ename"]).toBe("Interrupted");
      expect((await fresh.execute("1")).reply.content["status"]).toBe("ok");
    } finally {
      await fresh.stop();
    }
  });

  test("when nothing runs changes nothing", async () => {
    await client.ask("interrupt_request", {}, "control");
    await pause(400);
    expect((await client.execute("1")).reply.content["status"]).toBe("ok");
  });

  test("does not end the kernel after a cell that listens to SIGINT", async () => {
    await client.execute("process.on('SIGINT', () => {})");
    const cell = client.execute("while (true) {}");
    await pause(200);
    await client.ask("interrupt_request", {}, "control");
    expect((await cell).reply.content["ename"]).toBe("Interrupted");
    expect((await client.execute("1")).reply.content["status"]).toBe("ok");
  });
});
