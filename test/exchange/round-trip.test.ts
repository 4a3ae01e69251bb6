import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatOf, formats } from "../../src/exchange/formats.js";
import type { ExchangeFormat, Json, Schema, SchemaColumn } from "../../src/exchange/schema.js";
import { sketchOf } from "../../src/exchange/spec-schema.js";
import { sketchText } from "../../src/ir/sketch.js";
import { compile } from "../../src/pipeline.js";
import type { ColumnType } from "../../src/table/column-type.js";

const ordered = (low: number, high: number) =>
  fc
    .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
    .map(([a, b]) => ({
      min: Math.min(a, b),
      max: Math.max(a, b),
    }));
const units = fc.constantFrom<{ readonly unit?: string }>(
  {},
  { unit: "years" },
  { unit: "kg" },
  { unit: "hours/week" },
);
const word = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 6 })
  .filter((text) => text.trim() === text);
const values = fc.uniqueArray(fc.oneof(word, fc.constantFrom("a|b", "1.5", "(x)", "\\", "^$")), {
  minLength: 2,
  maxLength: 5,
});
const types: fc.Arbitrary<ColumnType> = fc.oneof(
  fc
    .tuple(ordered(-1e6, 1e6), units)
    .map(([range, unit]) => ({ kind: "int" as const, learned: false, ...range, ...unit })),
  ordered(-500, 500).map(({ min, max }) => ({
    kind: "int" as const,
    min: min * 5,
    max: max * 5,
    step: 5,
    learned: false,
  })),
  ordered(-1000, 1000).map(({ min, max }) => ({
    kind: "real" as const,
    min: min / 8,
    max: max / 8,
    step: 0.125,
    learned: false,
  })),
  fc.constantFrom<ColumnType>(
    { kind: "int", learned: true },
    { kind: "real", learned: true },
    { kind: "date", learned: true },
    { kind: "money", min: 0, max: 99.5, unit: "EUR", learned: false },
    { kind: "bool" },
    { kind: "duration", min: 0, max: 3600 },
    { kind: "category", values: [], ordered: false, learned: true },
    { kind: "text", like: "[A-Z]{2}-\\d{4}" },
    { kind: "text", invented: "email" },
    { kind: "text", invented: "sentence" },
  ),
  ordered(-20_000, 40_000).map((range) => ({ kind: "date" as const, ...range, learned: false })),
  ordered(-1e9, 4e9).map((range) => ({ kind: "datetime" as const, ...range, learned: false })),
  fc.tuple(values, fc.boolean()).map(([list, order]) => ({
    kind: "category" as const,
    values: list,
    ordered: order,
    learned: false,
  })),
);

const columns = fc
  .uniqueArray(
    fc.record({
      name: fc.oneof(fc.constantFrom("age", "a b", "1st", "seed", "é-ü", "x.y"), word),
      type: types,
      optional: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6, selector: ({ name }) => name },
  )
  .filter((all) =>
    all.every(({ name }) => name !== "key" && name !== "__proto__" && !/^\d+$/.test(name)),
  );

const schemas: fc.Arbitrary<Schema> = fc
  .tuple(columns, columns, fc.boolean())
  .map(([one, two, both]) => {
    const key: SchemaColumn = { name: "key", type: { kind: "id" }, optional: false };
    const ref = { kind: "ref", table: "people", min: 0, max: 7 } as const;
    const people = { name: "people", missing: ["?"], columns: [key, ...one] };
    const stays = {
      name: "stays",
      missing: [],
      columns: [{ name: "key", type: ref, optional: false, doc: "whose" }, ...two],
    };
    return { tables: both ? [people, stays] : [people] };
  });

/** In what two columns differ, in the words of losses. */
function differences(before: SchemaColumn, after: SchemaColumn): string[] {
  const a = before.type as Record<string, unknown>;
  const b = after.type as Record<string, unknown>;
  const differ = (key: string, what: string): string[] =>
    JSON.stringify(a[key]) === JSON.stringify(b[key]) ? [] : [what];
  const outer = [
    ...(before.optional === after.optional ? [] : ["missing"]),
    ...(before.doc === after.doc ? [] : ["doc"]),
  ];
  if (a["kind"] === "ref" && b["kind"] === "ref") return [...outer, ...differ("max", "count")];
  if (a["kind"] !== b["kind"])
    return [...outer, { id: "key", ref: "ref" }[String(a["kind"])] ?? "kind"];
  return [
    ...outer,
    ...differ("min", "range"),
    ...differ("max", "range"),
    ...differ("step", "step"),
    ...differ("unit", "unit"),
    ...differ("values", "values"),
    ...differ("ordered", "order"),
    ...differ("like", "pattern"),
    ...differ("invented", "kind"),
  ];
}

describe.each(formats.map((format) => [format.name, format] as const))("%s", (name, format) => {
  const roundTrip = (schema: Schema) => {
    const { document, losses } = format.write(schema);
    const text = JSON.stringify(document);
    const back = (format as ExchangeFormat).read(JSON.parse(text) as Json, "people");
    return { document: JSON.parse(text) as Json, losses, back };
  };

  it("carries everything over that it does not say it lost", () => {
    fc.assert(
      fc.property(schemas, (schema) => {
        const { losses, back } = roundTrip(schema);
        const tables = name === "domain.json" ? schema.tables.slice(0, 1) : schema.tables;
        for (const table of tables) {
          const after = back.schema.tables.find((one) => one.name === table.name);
          const told = (column: string) =>
            losses
              .filter((loss) => loss.table === table.name && loss.column === column)
              .map(({ what }) => what);
          for (const column of table.columns) {
            const found = after?.columns.find((one) => one.name === column.name);
            const lost = told(column.name) as string[];
            if (found === undefined) expect(lost, column.name).toContain("column");
            else if (!lost.includes("values"))
              for (const what of differences(column, found))
                expect(lost, `${column.name} ${what}`).toContain(what);
          }
        }
      }),
      { numRuns: 150, seed: 5 },
    );
  });

  it("is told from the others, and gives a spec that compiles", async () => {
    await fc.assert(
      fc.asyncProperty(schemas, async (schema) => {
        const { document, back } = roundTrip(schema);
        if (Object.keys(document).length === 0) return;
        expect(formatOf(document)?.name).toBe(name);
        const place = { name: "s", files: new Map<string, string>(), withoutData: false, lead: [] };
        const text = sketchText(sketchOf(back.schema, place));
        const { diagnostics } = await compile(text, { until: "names" });
        const errors = diagnostics.filter(({ severity }) => severity === "error");
        expect(
          errors.map(({ code, title }) => `${code} ${title}`),
          text,
        ).toEqual([]);
      }),
      { numRuns: 40, seed: 6 },
    );
  });
});
