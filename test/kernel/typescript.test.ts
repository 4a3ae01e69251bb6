import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, contents, pause, printed, startKernel } from "./client.js";

let client: Client;
beforeAll(async () => {
  client = await startKernel();
});
afterAll(() => client.stop());

describe("a cell of TypeScript", () => {
  test("shows the value of its last line, counted", async () => {
    const exchange = await client.execute("const six = 6;\nsix * 7");
    expect(exchange.reply.content).toMatchObject({ status: "ok", execution_count: 1 });
    expect(contents(exchange, "execute_input")).toEqual([
      { code: "const six = 6;\nsix * 7", execution_count: 1 },
    ]);
    expect(contents(exchange, "execute_result")).toEqual([
      { data: { "text/plain": "42" }, metadata: {}, execution_count: 1 },
    ]);
    const states = contents(exchange, "status").map((content) => content["execution_state"]);
    expect(states).toEqual(["busy", "idle"]);
  });

  test("prints to both streams", async () => {
    const exchange = await client.execute("console.log('out'); console.error('err')");
    expect(printed(exchange)).toBe("out\n");
    expect(printed(exchange, "stderr")).toBe("err\n");
  });

  test("that prints 20,000 lines loses none", async () => {
    const exchange = await client.execute(
      "for (let i = 0; i < 20000; i++) console.log('line ' + i)",
    );
    const lines = printed(exchange).trimEnd().split("\n");
    expect(lines).toHaveLength(20_000);
    expect(lines[19_999]).toBe("line 19999");
    expect(contents(exchange, "stream").length).toBeLessThan(400);
    expect(exchange.reply.content["status"]).toBe("ok");
  });

  test("waits for what it awaits", async () => {
    const exchange = await client.execute(
      "await new Promise(r => setTimeout(() => r('late'), 20))",
    );
    expect(contents(exchange, "execute_result")[0]?.["data"]).toEqual({ "text/plain": "'late'" });
  });

  test("may loop with for await at its top level", async () => {
    const exchange = await client.execute(
      "async function* g() { yield 1; yield 2 }\nfor await (const x of g()) console.log(x)",
    );
    expect(printed(exchange)).toBe("1\n2\n");
  });

  test("whose value shows itself is shown so", async () => {
    const exchange = await client.execute(
      '({ [Symbol.for("Jupyter.display")]() { return { "text/html": "<b>x</b>" } } })',
    );
    const [result] = contents(exchange, "execute_result");
    expect(result?.["data"]).toMatchObject({ "text/html": "<b>x</b>" });
    expect(result?.["data"]).toHaveProperty("text/plain");
  });

  test("shows with tslab's own display", async () => {
    const exchange = await client.execute(
      'import { display } from "tslab";\ndisplay.html("<i>y</i>")',
    );
    expect(contents(exchange, "display_data")[0]?.["data"]).toEqual({ "text/html": "<i>y</i>" });
  });

  test("that is silent publishes nothing and is not counted", async () => {
    const before = await client.execute("1");
    const exchange = await client.execute("2", { silent: true });
    expect(contents(exchange, "execute_input")).toEqual([]);
    expect(contents(exchange, "execute_result")).toEqual([]);
    const after = await client.execute("3");
    expect(after.reply.content["execution_count"]).toBe(
      (before.reply.content["execution_count"] as number) + 1,
    );
  });
});

describe("an error", () => {
  test("of a running cell names its line", async () => {
    const exchange = await client.execute(
      "function half(n: number) {\n  if (n % 2) throw new RangeError('odd')\n  return n / 2\n}\nhalf(3)",
    );
    expect(exchange.reply.content).toMatchObject({ status: "error", ename: "RangeError" });
    const [error] = contents(exchange, "error");
    expect(error).toMatchObject({ ename: "RangeError", evalue: "odd" });
    const text = ((error?.["traceback"] ?? []) as string[]).join("\n");
    expect(text).toContain("at line 2 in half");
    expect(text).toContain("at line 5");
    expect(text).not.toContain("evalmachine");
  });

  test("of the compiler marks the place", async () => {
    const exchange = await client.execute("const n = 1;\nconst s: string = n + 1;");
    expect(exchange.reply.content).toMatchObject({ status: "error", ename: "TypeScriptError" });
    const text = (exchange.reply.content["traceback"] as string[]).join("\n");
    expect(text).toContain("const s: string = n + 1;");
    expect(text).toContain("^");
    expect(text).toContain("TS2322");
  });

  test("stops the cells that were sent with it, and only those", async () => {
    const failing = client.execute("throw new Error('stop')");
    const queued = client.execute("'never'");
    expect((await failing).reply.content["status"]).toBe("error");
    expect((await queued).reply.content["status"]).toBe("aborted");
    expect((await client.execute("1")).reply.content["status"]).toBe("ok");
  });

  test("does not stop the cells that were sent with it when it is asked not to", async () => {
    const failing = client.execute("throw new Error('stop')", { stop_on_error: false });
    const queued = client.execute("'runs'");
    await failing;
    expect((await queued).reply.content["status"]).toBe("ok");
  });

  test("of a thrown value that is no Error is still one", async () => {
    const exchange = await client.execute("throw { reason: 'odd' }");
    expect(exchange.reply.content).toMatchObject({ ename: "Thrown", evalue: '{"reason":"odd"}' });
  });

  test("of a promise that nobody awaits is printed", async () => {
    const exchange = await client.execute(
      "Promise.reject(new Error('lost')); await new Promise(r => setTimeout(r, 20))",
    );
    expect(printed(exchange, "stderr")).toContain("lost");
  });
});

describe("help with TypeScript", () => {
  test("completes members, also after characters outside the basic plane", async () => {
    await client.execute("const people = [{ age: 1, name: 'a' }]");
    const code = "/* 😀😀 */ people[0].";
    const position = [...code].length;
    const { reply } = await client.ask("complete_request", { code, cursor_pos: position });
    expect(reply.content["matches"]).toEqual(["age", "name"]);
    expect(reply.content["cursor_start"]).toBe(position);
    const types = (reply.content["metadata"] as Record<string, unknown>)[
      "_jupyter_types_experimental"
    ] as { text: string; type: string }[];
    expect(types.map(({ type }) => type)).toEqual(["property", "property"]);
  });

  test.each([
    ["a loop", "while (true) {}"],
    ["a loop after an await", "await 1; while (true) {}"],
  ])("and with specs answers during %s", async (_what, code) => {
    const names = "const looped = [{ turns: 1 }];";
    const cell = client.execute(`${names} ${code}`);
    await pause(300);
    const ask = async (text: string) => {
      const { reply } = await client.ask("complete_request", {
        code: text,
        cursor_pos: text.length,
      });
      return reply.content["matches"];
    };
    expect(await ask("people[0].")).toEqual(["age", "name"]);
    // What the running cell declares counts already.
    expect(await ask("looped[0].")).toEqual(["turns"]);
    expect(await ask("%%parable\ntable t { x: int 1..6 }\ngene")).toContain("generate");
    const { reply } = await client.ask("is_complete_request", { code: "function f() {" });
    expect(reply.content["status"]).toBe("incomplete");
    const seen = await client.ask("inspect_request", { code: "people", cursor_pos: 3 });
    expect(seen.reply.content["found"]).toBe(true);
    await client.ask("interrupt_request", {}, "control");
    expect((await cell).reply.content["ename"]).toBe("Interrupted");
    // A cell that was stopped has declared nothing.
    expect(await ask("looped[0].")).toEqual([]);
  });

  test("inspects a name", async () => {
    const { reply } = await client.ask("inspect_request", {
      code: "people",
      cursor_pos: 3,
      detail_level: 0,
    });
    expect(reply.content["found"]).toBe(true);
    expect(JSON.stringify(reply.content["data"])).toContain("age: number");
  });

  test.each([
    ["const x = 1", "complete"],
    ["function f() {", "incomplete"],
    ["`open", "incomplete"],
    ["let x = = 2", "invalid"],
  ])("knows whether %j is complete", async (code, status) => {
    const { reply } = await client.ask("is_complete_request", { code });
    expect(reply.content["status"]).toBe(status);
  });
});
