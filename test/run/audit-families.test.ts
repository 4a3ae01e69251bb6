import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../src/base/random.js";
import type { CheckedSpec } from "../../src/ir/checked.js";
import { compile } from "../../src/pipeline.js";
import { PrivateTable } from "../../src/privacy/private-table.js";
import { ownersOf } from "../../src/run/entities.js";
import { type Inherited, inherit } from "../../src/run/inherited.js";
import { slotOrder } from "../../src/synth/neural/batch.js";
import { layoutOf } from "../../src/synth/neural/layout.js";
import { Network } from "../../src/synth/neural/network.js";
import { clippedSum } from "../../src/synth/neural/private-train.js";
import { loadEngine } from "../../src/synth/neural/tensors.js";
import type { ColumnType } from "../../src/table/column-type.js";
import { codeDomain } from "../../src/table/domain.js";
import type { Column, Table } from "../../src/table/table.js";

const most = 3;
const spec = `source s = duckdb "s.duckdb"
table people from s.people {
  person: id
  sex: "F" | "M"
}
table visits from s.visits {
  who: ref people, 0..9 per person
  ward: "a" | "b" | "c"
}
privacy {
  protect each person, at most ${most} visits
  budget epsilon 1, delta 1e-6
}
learn with language
generate 5 people
`;
const clip = 0.5;

interface Person {
  readonly sex: number;
  /** The wards of the visits. */
  readonly visits: readonly number[];
}

function codes(name: string, type: ColumnType, labels: readonly string[], own: number[]): Column {
  return { kind: "code", name, type, codes: Int32Array.from(own), levels: labels };
}

/** What a step of descent over the visits, with what their people have beside them, sums before its noise. */
function sumOf(
  checked: CheckedSpec,
  network: Network,
  parameters: Float32Array,
  people: ReadonlyMap<string, Person>,
  mutant = 1,
): { readonly sum: Float32Array; readonly rows: number } {
  const [above, below] = checked.tables as [CheckedSpec["tables"][0], CheckedSpec["tables"][0]];
  const typeOf = (at: 0 | 1, name: string) =>
    [above, below][at]?.columns.find((each) => each.name === name)?.type as ColumnType;
  const ids = [...people.keys()];
  const all = [...people.values()];
  const owners = all.flatMap(({ visits }, at) => visits.map(() => at));
  const table = (name: string, columns: Column[]): Table => ({
    ...{ kind: "table", name, rows: columns[0]?.kind === "code" ? columns[0].codes.length : 0 },
    columns,
  });
  const read = new Map([
    [
      "people",
      table("people", [
        codes("person", typeOf(0, "person"), ids, [...ids.keys()]),
        codes(
          "sex",
          typeOf(0, "sex"),
          ["F", "M"],
          all.map(({ sex }) => sex),
        ),
      ]),
    ],
    [
      "visits",
      table("visits", [
        codes("who", typeOf(1, "who"), ids, owners),
        codes(
          "ward",
          typeOf(1, "ward"),
          ["a", "b", "c"],
          all.flatMap(({ visits }) => visits),
        ),
      ]),
    ],
  ]);
  const sex = codeDomain({ name: "sex", type: typeOf(0, "sex"), optional: false }, ["F", "M"]);
  const ward = codeDomain({ name: "ward", type: typeOf(1, "ward"), optional: false }, [
    "a",
    "b",
    "c",
  ]);
  const inherited = inherit(checked, below, read, [sex]) as Inherited;
  const account = { spend: () => undefined, remaining: () => Number.POSITIVE_INFINITY } as never;
  const custody = new PrivateTable({
    ...{ table: inherited.table, account, noiseSeed: "families" },
    ...ownersOf(checked, below, read.get("visits") as Table, read),
  });
  const fields = [ward, ...inherited.domains];
  const step = custody.descent(fields, { rate: 1, noise: 1, steps: 1, delta: 1e-6 }, account);
  const order = slotOrder(network.layout, [1, 0]);
  const found: { sum: Float32Array; rows: number } = { sum: new Float32Array(0), rows: 0 };
  step(clip, (words, rows, norm) => {
    found.rows = rows;
    found.sum = clippedSum(network, parameters, words, rows, order, mutant * norm);
    return found.sum;
  });
  return found;
}

async function setting() {
  const { checked, diagnostics } = await compile(spec, { until: "names" });
  if (checked === undefined) throw new Error(JSON.stringify(diagnostics));
  const shape = { width: 8, layers: 1, heads: 2, hidden: 8, words: [3, 2], slots: [1, 1] };
  const network = new Network(await loadEngine("wasm"), layoutOf(shape));
  const random = stream("families");
  const parameters = Float32Array.from({ length: network.layout.size }, () => random.normal());
  return { checked, network, parameters };
}

const person = fc.record({
  sex: fc.nat({ max: 1 }),
  visits: fc.array(fc.nat({ max: 2 }), { maxLength: most }),
});

test("a person who goes, with all visits and what stands beside them, moves a step by no more than its norm", async () => {
  const { checked, network, parameters } = await setting();
  let largest = 0;
  const distance = (others: readonly Person[], own: Person, mutant?: number): number => {
    const known = others.map((each, at): [string, Person] => [`p${at}`, each]);
    const rest = sumOf(checked, network, parameters, new Map(known), mutant).sum;
    const all = sumOf(checked, network, parameters, new Map([...known, ["own", own]]), mutant).sum;
    return Math.sqrt(all.reduce((sum, value, i) => sum + (value - (rest[i] as number)) ** 2, 0));
  };
  fc.assert(
    fc.property(fc.array(person, { maxLength: 12 }), person, (others, own) => {
      const moved = distance(others, own);
      largest = Math.max(largest, moved);
      expect(moved).toBeLessThanOrEqual(clip);
    }),
    { numRuns: 60, seed: 11 },
  );
  // Three visits alike move it by nearly all of it; clipped to the whole norm each, by three times as much.
  const same = { sex: 1, visits: [2, 2, 2] };
  expect(distance([], same)).toBeGreaterThan(0.9 * clip);
  expect(distance([], same, most)).toBeGreaterThan(2.5 * clip);
  expect(largest).toBeGreaterThan(0.5 * clip);
});

test("of a person with more visits than are protected, no more are looked at", async () => {
  const { checked, network, parameters } = await setting();
  const many = { sex: 0, visits: [0, 1, 2, 0, 1, 2, 0] };
  expect(sumOf(checked, network, parameters, new Map([["own", many]])).rows).toBe(most);
});
