import { describe, expect, it } from "vitest";
import { examples } from "../../src/table/examples.js";
import { type ColumnRequest, openSource } from "../../src/table/source.js";

describe("every example", () => {
  it.each(examples.map((example) => [example.name, example] as const))(
    "%s",
    async (name, example) => {
      const spec = { name: "data", format: "example", where: name, missing: [] };
      const source = await openSource(spec, { folder: "." });
      const headers = await source.headers();
      expect(headers.length).toBe(example.columns);
      const columns = headers.map(
        (header): ColumnRequest => ({
          name: header,
          header,
          type: { kind: "text" },
          optional: true,
        }),
      );
      const { table } = await source.read({ name: "t", columns, keepExamples: true });
      expect(table.rows).toBe(example.rows);
    },
  );
});

it("says which examples there are when the name is wrong", async () => {
  const spec = { name: "data", format: "example", where: "penguin", missing: [] };
  await expect(openSource(spec, { folder: "." })).rejects.toMatchObject({ code: "P1317" });
});
