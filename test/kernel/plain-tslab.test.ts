import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client, contents, pause, printed, root } from "./client.js";

const tslab = createRequire(import.meta.url).resolve("tslab/dist/main.js");
const start = `require(${JSON.stringify(tslab)}).startKernel({ configPath: process.argv[1], enableFindLocal: false })`;

let client: Client;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "parable-plain-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules", "parable"));
  client = await Client.start([process.execPath, "-e", start, "{connection_file}"], folder);
});
afterAll(async () => {
  await client.stop();
  rmSync(folder, { recursive: true, force: true });
});

const dice = `%%parable dice
table throws { eyes: int 1..6 }
generate thrown: 30 rows seed 1`;

describe("in a stock tslab kernel", () => {
  test('import "parable/notebook" brings spec cells', async () => {
    const imported = await client.execute('import "parable/notebook"');
    expect(imported.reply.content["status"]).toBe("ok");
    const ran = await client.execute(dice);
    expect(ran.reply.content["status"]).toBe("ok");
    const texts = contents(ran, "display_data").map((content) =>
      String((content["data"] as Record<string, unknown>)["text/plain"]),
    );
    expect(texts.join("\n")).toContain("No privacy budget was spent");
  });

  test("their names are typed in the next cell", async () => {
    expect(printed(await client.execute("dice.thrown.rows.length"))).toContain("30");
    const wrong = await client.execute("dice.thrown.rows[0].eye");
    expect(wrong.reply.content["status"]).toBe("error");
    expect(printed(wrong, "stderr")).toContain("eyes");
  });

  test("what is wrong with a spec is said", async () => {
    // tslab drops what is sent within 200 ms of an error.
    await pause(300);
    const broken = await client.execute(dice.replace("1..6", "6..1"));
    expect(broken.reply.content["status"]).toBe("error");
    expect(printed(broken, "stderr")).toContain("P0304");
  });

  test("columns are completed", async () => {
    await pause(300);
    const code = `${dice}\nshow ey`;
    const { reply } = await client.ask("complete_request", { code, cursor_pos: code.length });
    expect(reply.content["matches"]).toContain("eyes");
  });

  test("a template shows itself and is typed", async () => {
    const made = await client.execute(
      'import { parable } from "parable";\nconst made = await parable`table t { x: int 1..6 }\ngenerate g: 4 rows seed 1`;\nmade.g.rows[0].x >= 1',
    );
    expect(made.reply.content["status"]).toBe("ok");
    expect(printed(made)).toContain("true");
    expect(contents(made, "display_data").length).toBeGreaterThan(2);
  });
});
