import { afterEach, expect, test } from "vitest";
import { Failure } from "../../../src/base/failure.js";
import { openAiWriter } from "../../../src/synth/text/openai.js";
import type { Question } from "../../../src/synth/text/writer.js";
import { completion, type Reply, say, send, serve, type TestServer } from "./server.js";

let server: TestServer | undefined;
afterEach(async () => server?.close());

const question: Question = {
  prompt: "the climate of Oslo",
  facts: ["Oslo"],
  shape: { kind: "choice", values: ["cold", "hot"] },
  seed: 7,
  refused: [],
};
const quick = { pause: 1, longestPause: 200, tries: 4, timeout: 20_000 };
const never = new AbortController().signal;

async function ask(reply: Reply, key?: string, timeout = quick.timeout) {
  server = await serve(reply);
  const place = { name: "gemma", where: server.url, model: "m", keyName: "PARABLE_KEY_GEMMA" };
  const writer = openAiWriter(
    { ...place, ...(key === undefined ? {} : { key }) },
    { ...quick, timeout },
  );
  return writer.ask(question, never);
}

async function failureOf(reply: Reply, key?: string, timeout?: number): Promise<Failure> {
  const error = await ask(reply, key, timeout).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Failure);
  return error as Failure;
}

test("asks for the type's schema with the seed, and counts what the server counted", async () => {
  const answer = await ask((response) => say(response, "cold"), "secret");
  expect(answer).toEqual({
    text: '{"value":"cold"}',
    tokensRead: 40,
    tokensWritten: 8,
    retries: 0,
  });
  const [{ body, authorization } = { body: undefined, authorization: undefined }] =
    server?.asked ?? [];
  expect(authorization).toBe("Bearer secret");
  expect(body?.seed).toBe(7);
  expect(JSON.stringify(body?.response_format)).toContain('"enum":["cold","hot"]');
  expect(body?.messages.at(-1)?.content).toContain('one of "cold", "hot"');
});

const passing: Readonly<Record<string, Reply>> = {
  "429 with Retry-After": (r) => send(r, "{}", 429, { "retry-after": "0.02" }),
  "500": (r) => send(r, '{"error":{"message":"boom"}}', 500),
  "503 with a page": (r) => send(r, "<html>busy</html>", 503, { "content-type": "text/html" }),
  "a body that is no JSON": (r) => send(r, '{"choices":[{"mess'),
  "the wrong content type": (r) =>
    send(r, "<html>login</html>", 200, { "content-type": "text/html" }),
  "JSON that is no completion": (r) => send(r, '{"ok":true}'),
  "a connection reset": (r) => void r.socket?.resetAndDestroy(),
  "a body cut off": (r) => {
    r.writeHead(200, { "content-type": "application/json", "content-length": "500" });
    r.write(completion("x").slice(0, 40));
    setTimeout(() => r.destroy(), 5);
  },
  "no choices": (r) => send(r, '{"choices":[]}'),
  "an error in place of a completion": (r) => send(r, '{"error":{"message":"overloaded"}}'),
  "a body that is not what its encoding says": (r) =>
    send(r, "{}", 200, { "content-encoding": "gzip" }),
  "a body that never ends": (r) => {
    r.writeHead(200, { "content-type": "application/json" });
    const more = () => void (r.destroyed || r.write("y".repeat(1_000_000), more));
    more();
  },
  silence: () => {},
};

for (const [what, reply] of Object.entries(passing)) {
  test(`${what} passes: the answer comes with the next try`, async () => {
    const timeout = what === "silence" ? 1_500 : quick.timeout;
    const once: Reply = (r, asked, n) => (n === 1 ? reply(r, asked, n) : say(r, "cold"));
    const answer = await ask(once, undefined, timeout);
    expect(answer.text).toBe('{"value":"cold"}');
    expect(answer.retries).toBe(1);
  });
}

test("counts of tokens that are none are replaced by rough ones", async () => {
  const answer = await ask((r) =>
    send(r, completion("cold").replace('"prompt_tokens":40', '"prompt_tokens":"many"')),
  );
  expect(answer.tokensRead).toBeGreaterThan(10);
  expect(answer.tokensWritten).toBe(8);
});

test("what never passes is one message with the place, the reason and the tries", async () => {
  const failed = await failureOf((r) => send(r, '{"error":{"message":"boom"}}', 500));
  expect(failed.code).toBe("P1471");
  expect(failed.message).toMatch(/gemma at http.*did not answer in 4 tries: HTTP 500: boom/);
  const silent = await failureOf(() => {}, undefined, 50);
  expect(silent.message).toMatch(/no answer within/);
});

test("a server that isn't there is the same message", async () => {
  const place = { name: "g", where: "http://127.0.0.1:9/v1", model: "m", keyName: "K" };
  const error = await openAiWriter(place, quick)
    .ask(question, never)
    .catch((e: unknown) => e);
  expect((error as Failure).code).toBe("P1471");
});

test("a refused key fails at once and names the variable, never the key", async () => {
  const without = await failureOf((r) => send(r, "{}", 401));
  expect(without.code).toBe("P1472");
  expect(without.message).toMatch(/put it into the environment as PARABLE_KEY_GEMMA/);
  expect(server?.asked).toHaveLength(1);
  await server?.close();
  const wrong = await failureOf((r) => send(r, '{"error":"bad key"}', 401), "hunter2");
  expect(wrong.message).toMatch(/refuses the key/);
  expect(JSON.stringify([wrong.message, wrong.parameters])).not.toContain("hunter2");
});

test("a quota that is used up ends it at once; a busy server that says 429 does not", async () => {
  const spent = '{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}';
  const failed = await failureOf((r) => send(r, spent, 429));
  expect(failed.code).toBe("P1478");
  expect(failed.message).toMatch(/for want of money: HTTP 429: You exceeded your quota/);
  expect(server?.asked).toHaveLength(1);
  await server?.close();
  expect((await failureOf((r) => send(r, "no credit", 402))).code).toBe("P1478");
  await server?.close();
  expect((await failureOf((r) => send(r, "slow down", 429))).code).toBe("P1471");
});

test("a model that isn't there fails at once", async () => {
  const failed = await failureOf((r) => send(r, '{"error":{"message":"model m not found"}}', 404));
  expect(failed.code).toBe("P1473");
  expect(server?.asked).toHaveLength(1);
});

test("a server that knows no schema is asked for JSON, then in words", async () => {
  const reply: Reply = (r, { body }) =>
    body.response_format === undefined
      ? say(r, "hot")
      : send(r, '{"error":{"message":"unknown field response_format"}}', 400);
  expect((await ask(reply)).text).toBe('{"value":"hot"}');
  expect(server?.asked.map(({ body }) => body.response_format?.type)).toEqual([
    "json_schema",
    "json_object",
    undefined,
  ]);
});

test("a redirect is not followed: questions go where the spec says and nowhere else", async () => {
  let reached = false;
  const other = await serve((r) => {
    reached = true;
    say(r, "cold");
  });
  const failed = await failureOf((r) =>
    send(r, "", 307, { location: `${other.url}/chat/completions` }),
  );
  await other.close();
  expect(failed.code).toBe("P1471");
  expect(reached).toBe(false);
});

test("an abort ends the waiting", async () => {
  server = await serve(() => {});
  const place = { name: "g", where: server.url, model: "m", keyName: "K" };
  const stop = new AbortController();
  const asking = openAiWriter(place, { timeout: 60_000 }).ask(question, stop.signal);
  setTimeout(() => stop.abort(new Error("stopped by you")), 20);
  await expect(asking).rejects.toThrow("stopped by you");
});
