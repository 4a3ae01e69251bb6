import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, contents, pause, printed, root, startKernel } from "./client.js";

let client: Client;
beforeAll(async () => {
  client = await startKernel(join(root, "notebooks"));
});
afterAll(() => client.stop());

const dice = `%%parable dice
table throws {
  ## What lies on top
  eyes:  int 1..6
  color: "red" 50% | "blue" 50%
}
generate thrown: 200 rows seed 1`;

const textOf = (content: Record<string, unknown>) =>
  String((content["data"] as Record<string, unknown>)["text/plain"]);

describe("a spec cell", () => {
  test("shows plan, rows, columns and ledger, in this order", async () => {
    const exchange = await client.execute(dice);
    expect(exchange.reply.content["status"]).toBe("ok");
    const shown = contents(exchange, "display_data").map(textOf);
    const places = ["Plan for", "thrown: 200 rows", "Columns of thrown", "No privacy budget"].map(
      (start) => shown.findIndex((text) => text.includes(start)),
    );
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  test("leaves one readable line where its progress was", async () => {
    const exchange = await client.execute(dice);
    const last = contents(exchange, "update_display_data").at(-1) ?? {};
    expect(textOf(last)).toMatch(/^200 rows made in/);
  });

  test("binds a typed variable", async () => {
    await client.execute(dice);
    const sum = await client.execute("dice.thrown.rows.length");
    expect(contents(sum, "execute_result")[0]).toMatchObject({ data: { "text/plain": "200" } });
    const code = "dice.thrown.rows[0].";
    const { reply } = await client.ask("complete_request", { code, cursor_pos: code.length });
    expect(reply.content["matches"]).toEqual(["color", "eyes"]);
    const wrong = await client.execute("dice.thrown.rows[0].eye");
    expect(wrong.reply.content).toMatchObject({ ename: "TypeScriptError" });
    expect(String(wrong.reply.content["evalue"])).toContain("eyes");
    const union = await client.execute('dice.thrown.rows[0].color === "green"');
    expect(union.reply.content["status"]).toBe("error");
  });

  test("that does not compile says where, and the last good one stays bound", async () => {
    await client.execute(dice);
    const broken = await client.execute(dice.replace("1..6", "6..1"));
    expect(broken.reply.content["status"]).toBe("error");
    const [error] = contents(broken, "error");
    expect(String(error?.["ename"])).toMatch(/^P\d{4}/);
    const said = ((error?.["traceback"] ?? []) as string[]).join("\n");
    expect(said).toContain("6..1");
    expect(said).toContain("dice is stale");
    expect(printed(await client.execute("console.log(dice.thrown.length)"))).toBe("200\n");
  });

  test("with --check runs nothing, with --plan shows the plan alone", async () => {
    const checked = await client.execute(dice.replace("dice", "dice --check"));
    expect(checked.reply.content["status"]).toBe("ok");
    expect(contents(checked, "display_data")).toEqual([]);
    const planned = await client.execute(dice.replace("dice", "dice --plan"));
    expect(contents(planned, "display_data").map(textOf)).toEqual([
      expect.stringContaining("Plan for"),
    ]);
  });

  test("with --check or --plan says when its name stands for the result of an older text", async () => {
    await client.execute(dice);
    const same = await client.execute(dice.replace("dice", "dice --check"));
    expect(contents(same, "execute_result").map(textOf).join()).not.toContain("P1202");
    const edited = dice.replace("1..6", "1..8").replace("dice", "dice --check");
    const told = contents(await client.execute(edited), "execute_result")
      .map(textOf)
      .join();
    expect(told).toContain("P1202");
    expect(told).toMatch(/line \d+ differs/);
    expect(told).not.toContain("P1201");
    const planned = await client.execute(edited.replace("--check", "--plan"));
    expect(contents(planned, "execute_result").map(textOf).join()).toContain("P1202");
  });

  test("with --format comes back in canonical form, and says what it can't read", async () => {
    const untidy =
      "%%parable dice --format\ntable t {\n      x:int 1..6 # a die\n}\ngenerate g: 5 rows seed 1";
    const { reply } = await client.execute(untidy);
    expect(reply.content["payload"]).toEqual([
      {
        source: "set_next_input",
        text: "%%parable dice\ntable t {\n  x: int 1..6  # a die\n}\ngenerate g: 5 rows seed 1",
        replace: true,
      },
    ]);
    const broken = await client.execute(untidy.replace("x:int", "x int"));
    expect(broken.reply.content["status"]).toBe("error");
  });

  test("may add to an earlier one", async () => {
    await client.execute("%%parable coins\ntable flips { up: bool }");
    await client.execute("%%parable coins\ntable flips { up: bool }\ngenerate one: 5 rows");
    const added = await client.execute("%%parable coins +\ngenerate two: 7 rows seed 3");
    expect(added.reply.content["status"]).toBe("ok");
    const both = await client.execute("[coins.one.length, coins.two.length]");
    expect(contents(both, "execute_result")[0]).toMatchObject({
      data: { "text/plain": "[ 5, 7 ]" },
    });
    const twice = await client.execute("%%parable coins +\ngenerate one: 7 rows seed 3");
    const said = (twice.reply.content["traceback"] as string[]).join("\n");
    expect(said).toContain("Lines from 3 on are those of the spec that this cell adds to.");
  });

  test("whose first line holds nonsense says so", async () => {
    const exchange = await client.execute(dice.replace("dice", "dice --chekc"));
    expect(String(exchange.reply.content["evalue"])).toContain("--chekc");
  });

  test("reads a variable of the notebook", async () => {
    await client.execute(
      "const people = Array.from({ length: 300 }, (_, i) => ({ age: 20 + (i % 40), sex: i % 2 ? 'F' : 'M' }))",
    );
    const exchange = await client.execute(`%%parable made
source mine = frame people
table t from mine { age: int 20..59
  sex: "F" | "M" }
learn with trees
generate some: 50 rows seed 1`);
    expect(exchange.reply.content).toMatchObject({ status: "ok" });
    const ages = await client.execute("made.some.rows.every((row) => row.age >= 20)");
    expect(contents(ages, "execute_result")[0]).toMatchObject({ data: { "text/plain": "true" } });
  });
});

describe("help with specs", () => {
  test("completes columns and statements, counted from the start of the cell", async () => {
    const code = `${dice}\nshow ey`;
    const { reply } = await client.ask("complete_request", { code, cursor_pos: [...code].length });
    expect(reply.content["matches"]).toContain("eyes");
    expect(reply.content["cursor_start"]).toBe(code.length - 2);
  });

  test("knows the variables that can be a source, and their columns", async () => {
    await client.execute(
      "const clients = [{ age: 20, job: 'cook' }]; const alone = 5; class Shop {}; const shop = new Shop()",
    );
    await client.execute('const byColumn = { wage: [1, 2], town: ["a", "b"] }');
    const offered = async (text: string) => {
      const code = `%%parable\n${text}`;
      const { reply } = await client.ask("complete_request", { code, cursor_pos: code.length });
      return reply.content["matches"] as string[];
    };
    let names: string[] = [];
    for (let i = 0; i < 40 && !names.includes("byColumn"); i++) {
      await pause(50);
      names = await offered("source x = frame ");
    }
    expect(names).toEqual(expect.arrayContaining(["clients", "byColumn"]));
    expect(names).not.toEqual(expect.arrayContaining(["alone"]));
    expect(names).not.toEqual(expect.arrayContaining(["shop"]));
    const columns = await offered("source x = frame clients\ntable t from x {\n  ");
    expect(columns).toEqual(expect.arrayContaining(["age: ", "job: "]));
    const cell = client.execute("while (true) {}");
    await pause(200);
    expect(await offered("source x = frame by")).toEqual(["byColumn"]);
    await client.ask("interrupt_request", {}, "control");
    await cell;
  });

  test("answers while a spec runs", async () => {
    const long = dice.replace("200 rows", "2_000_000 rows");
    const cell = client.execute(long);
    await pause(500);
    const before = performance.now();
    const code = "Math.flo";
    const { reply } = await client.ask("complete_request", { code, cursor_pos: code.length });
    expect(reply.content["matches"]).toEqual(["floor"]);
    expect(performance.now() - before).toBeLessThan(5_000);
    await client.ask("interrupt_request", {}, "control");
    expect((await cell).reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
    expect((await client.execute(dice)).reply.content["status"]).toBe("ok");
  });
});

describe("the params of a spec", () => {
  test("come with what a control needs, and plan again when it moves", async () => {
    const text = `param n: real 0.5..4 = 2\ntable t { x: real 0..10 ~ normal(n, 1) }\ngenerate g: 5 rows seed 1`;
    const exchange = await client.execute(`%%parable knobs --plan\n${text}`);
    const mime = "application/vnd.parable.params+json";
    const shown = contents(exchange, "display_data").map(
      (content) => content["data"] as Record<string, { controls: object[] }>,
    );
    expect(shown.find((data) => mime in data)?.[mime]?.controls).toEqual([
      { name: "n", value: 2, min: 0.5, max: 4, step: 3.5 / 200 },
    ]);
    await client.send("comm_open", { comm_id: "p", target_name: "parable.params", data: {} }).idle;
    const answer = client.when((message) => message.header.msg_type === "comm_msg");
    client.send("comm_msg", { comm_id: "p", data: { text, params: { n: 3 } } });
    const { html } = (await answer).content["data"] as { html: string };
    expect(html).toContain("Plan for");
  });
});

describe("a spec template in TypeScript", () => {
  test("makes rows whose columns are typed", async () => {
    const made = await client.execute(
      'import { parable } from "parable";\nconst tag = await parable`table t { x: int 1..6 }\ngenerate g: 4 rows seed 1`;\ntag.g.rows.length',
    );
    expect(made.reply.content).toMatchObject({ status: "ok" });
    expect(contents(made, "execute_result")[0]).toMatchObject({ data: { "text/plain": "4" } });
    const wrong = await client.execute("tag.g.rows[0].y");
    expect(wrong.reply.content["ename"]).toBe("TypeScriptError");
  });

  test("shows itself; a spec run as text, or again with other params, shows what the cell asks for alone", async () => {
    const text = "param n: int 1..9 = 3\\ntable t { x: int 1..6 }\\ngenerate g: 4 rows seed 1";
    const told = (replies: Awaited<ReturnType<typeof client.execute>>) =>
      contents(replies, "display_data").map(
        (one) => (one["data"] as Record<string, string>)["text/plain"],
      );
    const loud = await client.execute(
      "const shown = await parable`table t { x: int 1..6 }\ngenerate g: 4 rows seed 1`;",
    );
    expect(told(loud).join("")).toContain("Plan for");
    const quiet = await client.execute(
      `import { makeSpec } from "parable";\nconst silent = await makeSpec("${text}", { n: 4 });\nconst again = await silent.with({ n: 5 });\n[silent.g.rows.length, again.g.rows.length]`,
    );
    expect(quiet.reply.content).toMatchObject({ status: "ok" });
    const showed = told(quiet).join("");
    expect(showed).not.toMatch(/Plan for|first/);
    const left = contents(quiet, "update_display_data").at(-1)?.["data"];
    expect(showed === "" || left).toBeTruthy();
    if (showed !== "") expect(left).toEqual({ "text/plain": "" });
    const last = await client.execute("silent");
    expect(JSON.stringify(contents(last, "execute_result")[0])).toContain("4 rows");
  });
});

describe("a table of another library", () => {
  test("of Arrow shows as ours do", async () => {
    const exchange = await client.execute(
      'import { tableFromArrays } from "apache-arrow";\ntableFromArrays({ x: Int32Array.from([1, 2, 3]), y: ["a", "b", "a"] })',
    );
    const data = contents(exchange, "execute_result")[0]?.["data"] as Record<string, string>;
    expect(data["text/html"]).toContain("<table");
    expect(data["text/plain"]).toContain("3 rows");
  });
});
