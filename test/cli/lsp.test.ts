import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";

const main = join(import.meta.dirname, "..", "..", "dist", "src", "cli", "main.js");
const uri = "untitled:cell.parable";
const text = `table t {
  age: int 17..90 years
  sex: "F" | "M"
  requir age > 18
}
generate 10 rows
`;

interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly {
    readonly code: string;
    readonly range: object;
    readonly data: unknown;
  }[];
}

describe("parable lsp, to a client of the Language Server Protocol", () => {
  let server: ChildProcessWithoutNullStreams;
  let client: MessageConnection;
  const published: Published[] = [];
  const arrived = async (version: number): Promise<Published> => {
    for (;;) {
      const found = published.find((each) => each.version === version);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  beforeAll(async () => {
    server = spawn(process.execPath, [main, "lsp", "--stdio"]);
    client = createMessageConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    client.onNotification("textDocument/publishDiagnostics", (given: Published) => {
      published.push(given);
    });
    client.listen();
    const { capabilities } = await client.sendRequest<{ capabilities: Record<string, unknown> }>(
      "initialize",
      { processId: process.pid, rootUri: null, capabilities: {} },
    );
    expect(capabilities["hoverProvider"]).toBe(true);
    await client.sendNotification("initialized", {});
    await client.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "parable", version: 1, text },
    });
  });

  afterAll(async () => {
    await client.sendRequest("shutdown");
    const ended = new Promise((resolve) => server.once("exit", resolve));
    await client.sendNotification("exit");
    expect(await ended).toBe(0);
    client.dispose();
  });

  it("publishes diagnostics, with quick fixes that put them right", async () => {
    const { diagnostics } = await arrived(1);
    expect(diagnostics.map(({ code }) => code)).toContain("P0102");
    const diagnostic = diagnostics.find(({ code }) => code === "P0102")!;
    expect(diagnostic.range).toEqual({
      start: { line: 3, character: 2 },
      end: { line: 3, character: 8 },
    });
    const actions = await client.sendRequest<{ title: string; edit: object }[]>(
      "textDocument/codeAction",
      { textDocument: { uri }, range: diagnostic.range, context: { diagnostics: [diagnostic] } },
    );
    expect(actions[0]).toMatchObject({
      title: "write `require`",
      edit: { changes: { [uri]: [{ newText: "require", range: diagnostic.range }] } },
    });
  });

  it("clears them when the text is right", async () => {
    await client.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: 2 },
      contentChanges: [
        {
          range: { start: { line: 3, character: 2 }, end: { line: 3, character: 8 } },
          text: "require",
        },
      ],
    });
    const { diagnostics } = await arrived(2);
    expect(diagnostics.filter(({ code }) => code.startsWith("P01"))).toEqual([]);
  });

  it("completes, hovers, finds definitions and formats", async () => {
    const at = (line: number, character: number) => ({
      textDocument: { uri },
      position: { line, character },
    });
    const items = await client.sendRequest<{ label: string }[]>(
      "textDocument/completion",
      at(3, 12),
    );
    expect(items.map(({ label }) => label)).toContain("age");
    const hover = await client.sendRequest<{ contents: { value: string } }>(
      "textDocument/hover",
      at(3, 11),
    );
    expect(hover.contents.value).toContain("age: int 17..90 years");
    const place = await client.sendRequest("textDocument/definition", at(3, 11));
    expect(place).toMatchObject({ uri, range: { start: { line: 1, character: 2 } } });
    const edits = await client.sendRequest<{ newText: string }[]>("textDocument/formatting", {
      textDocument: { uri },
      options: { tabSize: 2, insertSpaces: true },
    });
    expect(edits).toEqual([]);
  });

  it("shows signatures", async () => {
    await client.sendNotification("textDocument/didOpen", {
      textDocument: {
        uri: "untitled:two.parable",
        languageId: "parable",
        version: 1,
        text: "table t { x: real 0..1 ~ normal(0, ",
      },
    });
    const help = await client.sendRequest("textDocument/signatureHelp", {
      textDocument: { uri: "untitled:two.parable" },
      position: { line: 0, character: 35 },
    });
    expect(help).toMatchObject({ signatures: [{ label: "normal(mean, sd)" }], activeParameter: 1 });
  });

  it("offers what public sources tell, in half-typed texts, right behind an emoji", async () => {
    const other = "untitled:half.parable";
    const half =
      'source here = example "cps-1985"\n# 👩‍🔬 wages 😀\ntable t from here {\n  ## 😀\n  \n}\nwhen wag';
    await client.sendNotification("textDocument/didOpen", {
      textDocument: { uri: other, languageId: "parable", version: 1, text: half },
    });
    const labels = async (line: number, character: number): Promise<string[]> => {
      const items = await client.sendRequest<{ label: string }[]>("textDocument/completion", {
        textDocument: { uri: other },
        position: { line, character },
      });
      return items.map(({ label }) => label);
    };
    for (let tries = 0; tries < 50; tries++)
      if ((await labels(4, 2)).some((label) => /: int \d/.test(label))) break;
    const offered = await labels(4, 2);
    expect(
      offered.some((label) => /^\w+: int \d+\.\.\d+/.test(label)),
      offered.join(),
    ).toBe(true);
    expect(offered).toContain("require");
    const hover = await client.sendRequest<{ contents: { value: string } } | null>(
      "textDocument/hover",
      { textDocument: { uri: other }, position: { line: 2, character: 1 } },
    );
    expect(hover?.contents.value).toContain("table");
  });
});
