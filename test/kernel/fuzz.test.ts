import { createHmac } from "node:crypto";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Dealer } from "zeromq";
import { makeHeader, writeFrames } from "../../src/kernel/wire.js";
import { beats, type Client, contents, pause, startKernel } from "./client.js";

/** Rounds of each property; PARABLE_FUZZ asks for more. */
const numRuns = Number(process.env["PARABLE_FUZZ"] ?? 60);

let client: Client;
beforeAll(async () => {
  client = await startKernel();
  await client.execute("1");
});
afterAll(() => client.stop());

/** The kernel lives: it computes, it beats, and it is the same process with the same variables. */
async function lives(): Promise<void> {
  // Nonsense that failed as a cell takes with it what was sent right after it.
  await client.execute("0");
  const exchange = await client.execute("6 * 7");
  expect(contents(exchange, "execute_result")[0]?.["data"]).toEqual({ "text/plain": "42" });
  expect(await beats(client)).toBe(true);
  expect(client.exited).toBeUndefined();
}

const types = [
  "complete_request",
  "inspect_request",
  "is_complete_request",
  "history_request",
  "comm_info_request",
  "comm_open",
  "comm_msg",
  "comm_close",
  "kernel_info_request",
  "interrupt_request",
  "execute_request",
  "input_reply",
  "no_such_request",
];

/** Contents that are JSON and make no sense; code never holds a program that could loop. */
const nonsense = fc.dictionary(
  fc.constantFrom(
    ...["code", "cursor_pos", "silent", "store_history", "stop_on_error", "n", "hist_access_type"],
    ...["pattern", "session", "start", "stop", "comm_id", "target_name", "data", "__proto__", "x"],
  ),
  fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom(-1, 1e9, Number.MAX_SAFE_INTEGER, "%%parable\n", "%%parable x +\n\u{1F600}\0"),
    fc.constantFrom("parable.params", "range", "search", "tail", "\u{d800}", "`${", "/*"),
  ),
);

/** Send signed frames from a socket of our own. */
async function sendSigned(frames: Uint8Array[], port: number): Promise<void> {
  const socket = new Dealer({ linger: 500 });
  socket.connect(`tcp://${client.connection.ip}:${port}`);
  await socket.send(frames as Buffer[]);
  await pause(5);
  socket.close();
}

describe("on the wire", () => {
  test("well-signed nonsense of every kind is survived", async () => {
    const { shell_port, control_port, stdin_port, key } = client.connection;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...types),
        nonsense,
        fc.constantFrom(shell_port, control_port, stdin_port),
        async (type, content, port) => {
          const header = makeHeader(type, "fuzz", "fuzz");
          const message = {
            identities: [],
            header,
            parent: {},
            metadata: {},
            content,
            buffers: [],
          };
          await sendSigned(writeFrames(key, message), port);
        },
      ),
      { numRuns, seed: 7 },
    );
    await lives();
  });

  test("what is signed with another key, or not at all, is never run", async () => {
    const { shell_port, control_port, key } = client.connection;
    const forged = (type: string, content: Record<string, unknown>, signedWith: string) =>
      writeFrames(signedWith, {
        identities: [],
        header: makeHeader(type, "fuzz", "fuzz"),
        parent: {},
        metadata: {},
        content,
        buffers: [],
      });
    await client.execute("var broken = 0");
    const code = "broken += 1";
    const right = forged("execute_request", { code }, key);
    const signature = Buffer.from(right[1] as Uint8Array);
    for (const frames of [
      forged("execute_request", { code }, `${key}x`),
      right.with(1, Buffer.alloc(0)),
      right.with(1, signature.subarray(0, 10)),
      right.with(-1, Buffer.from(JSON.stringify({ code: "broken += 2" }))),
    ]) {
      await sendSigned(frames, shell_port);
    }
    await sendSigned(forged("shutdown_request", { restart: false }, `${key}x`), control_port);
    await sendSigned(forged("execute_request", { code: "broken += 10" }, key), shell_port);
    await pause(500);
    const exchange = await client.execute("broken");
    expect(contents(exchange, "execute_result")[0]?.["data"]).toEqual({ "text/plain": "10" });
    await lives();
  });

  test("headers of the wrong shape are survived", async () => {
    const { shell_port, key } = client.connection;
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (header, parent) => {
        const message = { identities: [], metadata: {}, content: { code: "1" }, buffers: [] };
        const frames = writeFrames(key, { ...message, header, parent } as never);
        await sendSigned(frames, shell_port);
      }),
      { numRuns, seed: 8 },
    );
    const odd = { msg_id: "x", msg_type: "execute_request", session: 5, username: null, date: [] };
    const message = { identities: [], parent: {}, metadata: {}, content: {}, buffers: [] };
    await sendSigned(writeFrames(key, { ...message, header: odd } as never), shell_port);
    await lives();
  });

  test("a message of 8 MB is answered or dropped, and the next one answered", async () => {
    const code = `// ${"x".repeat(8_000_000)}`;
    const { reply } = await client.ask("is_complete_request", { code });
    expect(reply.header.msg_type).toBe("is_complete_reply");
    await lives();
  });

  test.each(["comm_open", "execute_request", "history_request"])(
    "a %s nested ten thousand deep is survived",
    async (type) => {
      const { shell_port, key } = client.connection;
      const deep = `{"code":"1","comm_id":"d","x":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
      const parts = [JSON.stringify(makeHeader(type, "fuzz", "fuzz")), "{}", "{}", deep];
      const signed = createHmac("sha256", key).update(parts.join("")).digest("hex");
      const frames = ["<IDS|MSG>", signed, ...parts].map((part) => Buffer.from(part));
      await sendSigned(frames, shell_port);
      await lives();
    },
  );

  test("a flood of requests is answered whole, in order", async () => {
    const asked = Array.from({ length: 400 }, (_, i) =>
      client.ask(i % 2 ? "kernel_info_request" : "history_request", {
        hist_access_type: "tail",
        n: 1,
      }),
    );
    expect(await Promise.all(asked)).toHaveLength(400);
    const cells = Array.from({ length: 20 }, (_, i) => client.execute(`${i}`));
    const counts = (await Promise.all(cells)).map(({ reply }) => reply.content["execution_count"]);
    expect(counts).toEqual([...(counts as number[])].sort((a, b) => a - b));
    await lives();
  });

  test("bytes that are no ZeroMQ at all are survived on every port", async () => {
    const { shell_port, control_port, stdin_port, iopub_port, hb_port } = client.connection;
    for (const port of [shell_port, control_port, stdin_port, iopub_port, hb_port]) {
      for (const text of ["GET / HTTP/1.1\r\n\r\n", "\u0000".repeat(5_000), "\xff\x00\x01"]) {
        await new Promise<void>((resolve) => {
          const socket = connect(port, client.connection.ip, () => socket.end(text, "latin1"));
          socket.on("error", () => resolve());
          socket.on("close", () => resolve());
          setTimeout(() => socket.destroy(), 300);
        });
      }
    }
    await lives();
  });
});
