import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a client asked. */
export interface Asked {
  readonly body: {
    readonly model: string;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly seed: number;
    readonly response_format?: { readonly type: string; readonly json_schema?: object };
  };
  readonly authorization: string | undefined;
}

export type Reply = (response: ServerResponse, asked: Asked, number: number) => void;

export interface TestServer {
  readonly url: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

/** A server that speaks chat completions and behaves as it is told. */
export async function serve(reply: Reply): Promise<TestServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await textOf(request)) as Asked["body"];
    const question = { body, authorization: request.headers.authorization };
    asked.push(question);
    reply(response, question, asked.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request) text += piece;
  return text;
}

/** A completion as OpenAI's servers give it. */
export function completion(content: string): string {
  return JSON.stringify({
    id: "c1",
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 40, completion_tokens: 8, total_tokens: 48 },
  });
}

/** Send a body with a status and headers. */
export function send(
  response: ServerResponse,
  body: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body);
}

/** The answer `{"value": …}`. */
export function say(response: ServerResponse, value: unknown): void {
  send(response, completion(JSON.stringify({ value })));
}
