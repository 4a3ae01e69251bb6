import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Notebook } from "../src/kernel/notebook-file.js";
import { runNotebook } from "../src/kernel/run-notebook.js";
import { main, root } from "./kernel/client.js";

const folder = join(root, "notebooks");
const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));

describe("the notebooks", () => {
  test.each(names)("%s runs from top to bottom and stays small", async (name) => {
    const path = join(folder, name);
    const notebook = JSON.parse(readFileSync(path, "utf8")) as Notebook;
    const run = await runNotebook(notebook, path, { main });
    expect(run.error).toBeUndefined();
    const shown = run.notebook.cells.flatMap((cell) => cell.outputs ?? []);
    expect(shown.some((output) => JSON.stringify(output).includes("vnd.plotly.v1+json"))).toBe(
      true,
    );
    for (const output of shown) {
      const data = output["data"] as Record<string, unknown> | undefined;
      if (data !== undefined) expect(data).toHaveProperty("text/plain");
    }
    expect(JSON.stringify(run.notebook).length).toBeLessThan(1_000_000);
  });

  test.each(names)("%s is kept without outputs", (name) => {
    const notebook = JSON.parse(readFileSync(join(folder, name), "utf8")) as Notebook;
    for (const cell of notebook.cells) expect(cell.outputs ?? []).toEqual([]);
  });
});
