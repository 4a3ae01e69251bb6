import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { compile, runSeeded } from "../../src/pipeline.js";
import { columnOf } from "../../src/table/table.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-determined-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 40 names, each of one group and with one code; 3 % of the rows have no name. */
const names = Array.from({ length: 40 }, (_, at) => `name${at}`);
const groups = ["a", "b", "c"];
const groupOf = (name: number): string => groups[(name * 7) % 3] as string;

function people(count: number): Record<string, unknown>[] {
  const random = stream(12, "determined");
  return Array.from({ length: count }, () => {
    const name = random.below(40);
    const gap = random.below(100) < 3;
    return {
      ...{ name: gap ? null : names[name], code: gap ? null : `c${name}` },
      group: gap ? "a" : groupOf(name),
      pay: random.below(5) + (groupOf(name) === "a" ? 3 : 0),
      town: ["x", "y", "z"][random.below(3)],
    };
  });
}

const list = (values: readonly string[]) => values.map((value) => `"${value}"`).join(" | ");
const spec = (learner: string) => `source s = frame people
table t from s {
  name: ${list(names)} or missing
  code: ${list(names.map((_, at) => `c${at}`))} or missing
  group: ${list(groups)}
  pay: int 0..7
  town: "x" | "y" | "z"
  name determines group, code
  code determines name
  name is missing exactly when code is missing
}
privacy {
  protect each row of t
  budget epsilon 3, delta 1e-6
}
learn with ${learner}
generate made: 4000 rows seed 1
`;

describe("what a rule says that a column determines", () => {
  it.each(["mst", "aim", "swift"])(
    "is told from noisy counts, not by the first row that is drawn, by %s (seeded noise: no false alarm)",
    { timeout: 60_000 },
    async (learner) => {
      const frames = new Map([["people", people(4000)]]);
      const { plan } = await compile(spec(learner), { folder, frames });
      const { outputs } = await runSeeded(plan!, { folder, frames, noiseSeed: 7 });
      const { table, redrawn } = outputs[0]!;
      const labels = (name: string): (string | undefined)[] => {
        const column = columnOf(table, name);
        if (column?.kind !== "code") throw new Error(name);
        return Array.from(column.codes, (code) => column.levels[code]);
      };
      const [name, group, code] = [labels("name"), labels("group"), labels("code")];
      const [said, codes] = [new Map<string, string>(), new Map<string, string>()];
      name.forEach((one, row) => {
        if (one === undefined) {
          expect(code[row]).toBeUndefined();
          return;
        }
        expect(said.get(one) ?? group[row]).toBe(group[row]);
        said.set(one, group[row] as string);
        expect(codes.get(one) ?? code[row]).toBe(code[row]);
        codes.set(one, code[row] as string);
      });
      expect(new Set(codes.values()).size).toBe(codes.size);
      // A name has some hundred rows in one group and none in the others; noise of a count is about ten.
      const right = [...said].filter(([one, of]) => of === groupOf(names.indexOf(one))).length;
      expect(said.size).toBeGreaterThanOrEqual(39);
      expect(right).toBeGreaterThanOrEqual(said.size - 1);
      expect(redrawn).toBeLessThan(200);
    },
  );
});
