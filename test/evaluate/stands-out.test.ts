import { describe, expect, it } from "vitest";
import { silent } from "../../src/base/progress.js";
import { stream } from "../../src/base/random.js";
import { evaluate } from "../../src/evaluate/evaluate.js";
import type { DeclaredCanaries } from "../../src/evaluate/request.js";
import { type Column, gather, type Table } from "../../src/table/table.js";
import { people } from "./tables.js";

const span = { start: 0, end: 0 };
const topic = (name: string, ...words: string[]) => ({
  topic: name,
  items: words.map((text) => ({ word: { text, span }, arguments: [] })),
});
const topics = [
  topic("fidelity", "marginals"),
  topic("privacy", "copies", "singling_out", "linkability", "inference", "membership"),
];

async function notes(
  seed: number,
  change: (made: Table, real: Table) => Table = (made) => made,
  { canaries, rows = 400 }: { canaries?: readonly DeclaredCanaries[]; rows?: number } = {},
): Promise<readonly string[]> {
  const [real, holdout, fresh] = [1, 2, 3].map((part) => people({ rows, seed: 10 * seed + part }));
  if (real === undefined || holdout === undefined || fresh === undefined) throw new Error();
  const output = { name: "made", real, holdout, synthetic: change(fresh, real) };
  const report = await evaluate({
    ...{ title: "", audience: "regulators", inside: false, seed, topics, progress: silent },
    outputs: [canaries === undefined ? output : { ...output, canaries }],
  });
  return report.standsOut?.lines ?? [];
}

function change(table: Table, name: string, to: (column: Column) => Column): Table {
  const columns = table.columns.map((column) => (column.name === name ? to(column) : column));
  return { ...table, columns };
}

/** The cells of a column in another order. */
function shuffled(column: Column, seed: number): Column {
  return column.kind === "number"
    ? { ...column, values: stream(seed, "shuffle").shuffle(column.values.slice()) }
    : { ...column, codes: stream(seed, "shuffle").shuffle(column.codes.slice()) };
}

describe.each([1, 2, 3])("what stands out, by words (seed %i)", (seed) => {
  it("a tenth of the rows copied from learned ones", async () => {
    const found = await notes(seed, (made, real) => {
      const rows = Uint32Array.from({ length: 400 }, (_, row) => row);
      const copied = gather(real, rows.slice(0, 40));
      const columns = made.columns.map((column, i): Column => {
        const from = copied.columns[i];
        if (column.kind === "number" && from?.kind === "number") {
          const values = column.values.slice();
          values.set(from.values);
          return { ...column, values };
        }
        if (column.kind !== "code" || from?.kind !== "code") throw new Error("columns differ");
        const codes = column.codes.slice();
        codes.set(from.codes);
        return { ...column, codes };
      });
      return { ...made, columns };
    });
    expect(found.join("\n")).toMatch(/made: exact copies comes to 0\.1/);
  });
  it("a column that has but one value", async () => {
    const found = await notes(seed, (made) =>
      change(made, "sex", (column) =>
        column.kind === "code" ? { ...column, codes: column.codes.slice().fill(0) } : column,
      ),
    );
    expect(found[0]).toContain("`sex` has but one value");
  });
  it("values of a column handed to other rows", async () => {
    const found = await notes(
      seed,
      (made) => change(made, "income", (column) => shuffled(column, seed)),
      { rows: 2000 },
    );
    expect(found.join("\n")).toMatch(/`age` and `income` go together otherwise/);
  });
  it("a label that is more frequent", async () => {
    const random = stream(seed, "label");
    const found = await notes(seed, (made) =>
      change(made, "sex", (column) =>
        column.kind === "code"
          ? { ...column, codes: column.codes.map((code) => (random.below(2) === 0 ? 1 : code)) }
          : column,
      ),
    );
    expect(found[0]).toContain("`sex` is spread otherwise than in the real rows");
  });
  it("planted texts that come out", async () => {
    const secrets = Array.from({ length: 12 }, (_, i) => `card 4111 1111 1111 ${1000 + 7 * i}`);
    const note = (said: readonly string[]): Column => ({
      kind: "code",
      name: "note",
      type: { kind: "text" },
      codes: Int32Array.from({ length: 400 }, (_, row) => row % said.length),
      levels: [...said],
    });
    const planted = [{ column: "note", canaries: secrets }];
    const decoyed = (said: readonly string[]) =>
      notes(
        seed,
        (made, real) => {
          (real.columns as Column[]).push(note(["none", ...secrets]));
          return { ...made, columns: [...made.columns, note(said)] };
        },
        { canaries: planted },
      );
    expect((await decoyed(["none", ...secrets.slice(0, 9)])).join("\n")).toContain(
      "canaries that come back: note",
    );
    expect((await decoyed(["none"])).join("\n")).not.toContain("canaries");
  });
});

it("of rows as good as real ones fewer than one report in twenty says that anything stands out", async () => {
  // At a rate of 0.05 eight or more of 40 reports have a chance of 0.0007.
  let alarms = 0;
  for (let seed = 100; seed < 140; seed++) alarms += (await notes(seed)).length > 0 ? 1 : 0;
  expect(alarms).toBeLessThan(8);
});

it("says what so few rows would have shown, and by how much so many more are surer", async () => {
  const told = async (rows: number) => {
    const [real, synthetic] = [1, 2].map((seed) => people({ rows, seed })) as [Table, Table];
    const report = await evaluate({
      ...{ title: "", audience: "regulators", inside: false, seed: 1, progress: silent },
      topics: topics.slice(0, 1),
      outputs: [{ name: "made", real, synthetic }],
    });
    const { lead = "", power = [] } = report.standsOut ?? {};
    return [lead, ...power].join(" ");
  };
  const shares = (text: string) =>
    [...text.matchAll(/([\d.]+)%/g)].map(([, share]) => Number(share));
  const [few, many] = [await told(100), await told(10_000)];
  expect(few).toMatch(
    /^Nothing stands out: no difference that chance doesn't explain\. 100 rows of made/,
  );
  expect(shares(few).length).toBe(2);
  // All parts of the bound go with the root of the counts.
  for (const [i, share] of shares(many).entries()) {
    expect(share).toBeGreaterThan(0.9 * 0.1 * (shares(few)[i] as number));
    expect(share).toBeLessThan(1.25 * 0.1 * (shares(few)[i] as number));
  }
  expect(await told(3)).toContain("are too few to show any difference");
});

it("shows a difference of the size that it says it would", async () => {
  // 300 rows, `sex` moved by its told size: missed with a chance of at most 0.1; of 20 tries 7 or more have one of 0.003.
  let missed = 0;
  for (let seed = 200; seed < 220; seed++) {
    const [real, made] = [1, 2].map((part) => people({ rows: 300, seed: 10 * seed + part })) as [
      Table,
      Table,
    ];
    const random = stream(seed, "moved");
    const moved = (size: number) =>
      change(made, "sex", (column) =>
        column.kind === "code"
          ? { ...column, codes: column.codes.map((code) => (random.uniform() < size ? 0 : code)) }
          : column,
      );
    const judged = async (synthetic: Table) =>
      (
        await evaluate({
          ...{ title: "", audience: "regulators", inside: false, seed: 1, progress: silent },
          topics: topics.slice(0, 1),
          outputs: [{ name: "made", real, synthetic }],
        })
      ).standsOut;
    const size =
      Number(/column of ([\d.]+)%/.exec((await judged(made))?.power[0] ?? "")?.[1]) / 100;
    const share = made.columns.find(({ name }) => name === "sex");
    const others =
      share?.kind === "code" ? share.codes.filter((code) => code !== 0).length / 300 : 0;
    const found = await judged(moved(size / others));
    if (!found?.lines.some((line) => line.includes("`sex`"))) missed++;
  }
  expect(missed).toBeLessThan(7);
});
