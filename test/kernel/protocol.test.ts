import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { beats, type Client, contents, pause, startKernel } from "./client.js";

let client: Client;
beforeAll(async () => {
  client = await startKernel();
});
afterAll(() => client.stop());

describe("the kernel", () => {
  test("says what it is", async () => {
    const { reply } = await client.ask("kernel_info_request", {});
    expect(reply.header.msg_type).toBe("kernel_info_reply");
    expect(reply.content).toMatchObject({
      status: "ok",
      protocol_version: "5.4",
      implementation: "parable",
      language_info: { name: "typescript", mimetype: "text/typescript", file_extension: ".ts" },
    });
  });

  test("remembers what was typed", async () => {
    await client.execute("'first'");
    await client.execute("'second'");
    await client.execute("'hidden'", { store_history: false });
    const ask = async (content: Record<string, unknown>) =>
      (await client.ask("history_request", { output: false, raw: true, ...content })).reply.content[
        "history"
      ];
    expect(await ask({ hist_access_type: "tail", n: 1 })).toEqual([[1, 2, "'second'"]]);
    expect(await ask({ hist_access_type: "range", session: 0, start: 1, stop: 2 })).toEqual([
      [1, 1, "'first'"],
    ]);
    expect(await ask({ hist_access_type: "search", pattern: "*fir*", n: 5 })).toEqual([
      [1, 1, "'first'"],
    ]);
    expect(await ask({ hist_access_type: "tail", n: 1, output: true })).toEqual([
      [1, 2, ["'second'", null]],
    ]);
  });

  test("has no comms, and closes those that are opened", async () => {
    const info = await client.ask("comm_info_request", {});
    expect(info.reply.header.msg_type).toBe("comm_info_reply");
    expect(info.reply.content).toEqual({ status: "ok", comms: {} });
    const opened = client.send("comm_open", { comm_id: "c1", target_name: "nobody", data: {} });
    await opened.idle;
    const closed = client.published.filter((message) => message.header.msg_type === "comm_close");
    expect(closed[0]?.content).toMatchObject({ comm_id: "c1" });
  });

  test("beats its heart while a cell keeps the main thread busy", async () => {
    const cell = client.execute("const until = Date.now() + 700; while (Date.now() < until);");
    await pause(250);
    expect(await beats(client)).toBe(true);
    await cell;
  });

  test("sends printed lines before what is shown after them", async () => {
    const exchange = await client.execute(
      'import { display } from "tslab"; console.log("a"); display.text("b"); console.log("c");',
    );
    const order = exchange.published
      .map((message) => message.header.msg_type)
      .filter((type) => type !== "status" && type !== "execute_input");
    expect(order).toEqual(["stream", "display_data", "stream"]);
    expect(contents(exchange, "stream")[0]?.["text"]).toBe("a\n");
  });
});

describe("on the wire", () => {
  test("messages with a wrong signature are dropped", async () => {
    await client.sendRaw(["<IDS|MSG>", "0".repeat(64), "{}", "{}", "{}", "{}"]);
    await client.sendRaw(["<IDS|MSG>", "short", "{}", "{}", "{}", "{}"]);
    expect((await client.execute("1")).reply.content["status"]).toBe("ok");
  });

  test("garbage does no harm", async () => {
    for (let i = 0; i < 200; i++) {
      const frames = Array.from({ length: 1 + (i % 9) }, () => randomBytes((i * 37) % 600));
      await client.sendRaw(i % 3 === 0 ? ["<IDS|MSG>", ...frames] : frames);
    }
    await client.sendRaw([randomBytes(20_000_000)]);
    expect((await client.execute("2")).reply.content["status"]).toBe("ok");
    expect(await beats(client)).toBe(true);
  });

  test("a flood of requests is answered", async () => {
    const all = Array.from({ length: 500 }, () => client.ask("kernel_info_request", {}));
    expect(await Promise.all(all)).toHaveLength(500);
  });

  test("a signed message without meaning is answered with idle alone", async () => {
    await client.send("no_such_request", { x: 1 }).idle;
  });
});
