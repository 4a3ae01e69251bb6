import { dirname } from "node:path";
import { Client } from "./client.js";
import { kernelSpec } from "./install.js";
import {
  type Notebook,
  type NotebookCell,
  type NotebookOutput,
  outputOf,
  sourceOf,
} from "./notebook-file.js";
import type { WireMessage } from "./wire.js";

type Content = Readonly<Record<string, unknown>>;

/** Whoever watches a notebook being run. */
interface NotebookWatcher {
  /** Code cell `index` of `count` begins. */
  readonly began?: (index: number, count: number, source: string) => void;
  /** Something was shown: the plain text of it. */
  readonly showed?: (text: string) => void;
}

/** Whoever watches, and which kernel runs; by default the one of this very package. */
export interface NotebookOptions extends NotebookWatcher {
  /** The compiled `main.js` of the kernel. */
  readonly main?: string;
}

/** The outcome: the notebook with its outputs, and the first error, if any. */
export interface NotebookRun {
  readonly notebook: Notebook;
  readonly error?: { readonly cell: number; readonly ename: string; readonly evalue: string };
}

/**
 * Run a notebook through a kernel of its own, without Jupyter. Cells after an error are not run.
 *
 * @param path Where the notebook lies: relative paths in its cells start in that folder.
 */
export async function runNotebook(
  notebook: Notebook,
  path: string,
  watcher: NotebookOptions = {},
): Promise<NotebookRun> {
  const { argv } = kernelSpec(watcher.main);
  const client = await Client.start(argv, dirname(path));
  try {
    return await runCells(client, notebook, watcher);
  } finally {
    await client.stop();
  }
}

async function runCells(
  client: Client,
  notebook: Notebook,
  watcher: NotebookWatcher,
): Promise<NotebookRun> {
  const cells: NotebookCell[] = [];
  const count = notebook.cells.filter((cell) => cell.cell_type === "code").length;
  let error: NotebookRun["error"];
  let index = 0;
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "code" || error !== undefined) {
      cells.push(cell);
      continue;
    }
    const source = sourceOf(cell);
    watcher.began?.(++index, count, source);
    const ran = await runCell(client, source, watcher);
    cells.push({ ...cell, outputs: ran.outputs, execution_count: ran.count });
    if (ran.error !== undefined) error = { cell: index, ...ran.error };
  }
  return { notebook: { ...notebook, cells }, ...(error === undefined ? {} : { error }) };
}

interface RanCell {
  readonly outputs: readonly NotebookOutput[];
  readonly count: number | null;
  readonly error?: { readonly ename: string; readonly evalue: string };
}

async function runCell(client: Client, code: string, watcher: NotebookWatcher): Promise<RanCell> {
  const gathered = new Outputs();
  const sent = client.send("execute_request", { code, silent: false, store_history: true });
  const stopListening = client.listenTo(sent.id, (message: WireMessage) => {
    gathered.take(message.header.msg_type, message.content);
    const text = plainText(message.content);
    if (text !== undefined) watcher.showed?.(text);
  });
  const [reply] = await client.whileAlive(Promise.all([sent.reply, sent.idle]));
  stopListening();
  const { status, ename, evalue, execution_count } = reply.content;
  const count = typeof execution_count === "number" ? execution_count : null;
  const outputs = gathered.list;
  if (status === "ok") return { outputs, count };
  return { outputs, count, error: { ename: String(ename), evalue: String(evalue) } };
}

function plainText(content: Content): string | undefined {
  if (typeof content["text"] === "string") return content["text"];
  const text = (content["data"] as Content | undefined)?.["text/plain"];
  return typeof text === "string" ? text : undefined;
}

/** The outputs of a cell as they end up: streams joined, updated displays in place. */
class Outputs {
  readonly list: NotebookOutput[] = [];
  private readonly places = new Map<string, number>();

  take(type: string, content: Content): void {
    const displayId = (content["transient"] as Content | undefined)?.["display_id"];
    if (type === "update_display_data") {
      const at = this.places.get(String(displayId));
      const shown = outputOf("display_data", content);
      if (at !== undefined && shown !== undefined) this.list[at] = shown;
      return;
    }
    const output = outputOf(type, content);
    if (output === undefined) return;
    const last = this.list.at(-1);
    if (type === "stream" && last?.output_type === "stream" && last["name"] === output["name"]) {
      this.list[this.list.length - 1] = { ...last, text: `${last["text"]}${output["text"]}` };
      return;
    }
    if (typeof displayId === "string") this.places.set(displayId, this.list.length);
    this.list.push(output);
  }
}
