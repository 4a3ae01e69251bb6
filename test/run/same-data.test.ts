import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { stream } from "../../src/base/random.js";
import { readLedger } from "../../src/facade/ledger.js";
import { compile, runPlan } from "../../src/pipeline.js";
import { Ledger } from "../../src/privacy/ledger.js";
import { ReleaseCache } from "../../src/privacy/ledger-cache.js";

let folder: string;
let lines: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-same-"));
  const random = stream(3, "people");
  lines = Array.from({ length: 300 }, () => {
    const age = 18 + Math.floor(random.uniform() * 60);
    return `${age},${["F", "M"][age % 2]},${["Bonn", "Ulm"][Math.floor(random.uniform() * 2)]}`;
  });
  write("people.csv", "age,sex,town");
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, header: string, rows: readonly string[] = lines): void {
  writeFileSync(join(folder, name), [header, ...rows].join("\n"));
}

interface Spec {
  readonly source?: string;
  readonly file?: string;
  readonly cap?: number;
  readonly table?: string;
  readonly columns?: string;
  readonly epsilon?: number;
}

const COLUMNS = `  age: int 18..90
  sex: "F" | "M"
  town: category learned`;

async function run(spec: Spec): Promise<string> {
  const { source = "s", file = "people.csv", cap = 2, table = "people", epsilon = 1 } = spec;
  const text = `source ${source} = csv "${file}" cap epsilon ${cap}
table ${table} from ${source} {
${spec.columns ?? COLUMNS}
}
privacy {
  protect each row of ${table}
  budget epsilon ${epsilon}, delta 1e-6
}
learn with independent
generate made: 20 rows seed 1
`;
  const { plan, diagnostics } = await compile(text, { folder });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  const { findings } = await runPlan(plan, { folder });
  return findings.map(({ policy }) => policy).join("\n");
}

const charges = () => new Ledger(join(folder, ".parable")).entries().length;

describe("a cap", () => {
  it("holds for several runs that learn values, and ends", async () => {
    for (const epsilon of [1, 0.9, 0.8]) await run({ epsilon });
    // In ρ the three are worth less than ε = 2; a fourth of that size is not.
    await expect(run({ epsilon: 1.5 })).rejects.toThrow(
      /P0750.*cap of source s \(ε 2, δ 0\.000001333\)/,
    );
  });

  const again: readonly (readonly [string, () => Spec])[] = [
    ["by another name", () => ({ source: "other", table: "folks" })],
    [
      "through a link",
      () => {
        symlinkSync(join(folder, "people.csv"), join(folder, "link.csv"));
        return { source: "other", file: "link.csv", columns: "  age: int 18..90" };
      },
    ],
    [
      "in a copy of the file of which one column is asked for",
      () => {
        copyFileSync(join(folder, "people.csv"), join(folder, "copy.csv"));
        return { source: "other", file: "copy.csv", columns: "  age: int 18..90" };
      },
    ],
    [
      "sorted, with other headers",
      () => {
        write("sorted.csv", "years,gender,place", [...lines].sort());
        const columns = `  years: int 18..90
  gender: "F" | "M"
  place: category learned`;
        return { source: "other", file: "sorted.csv", table: "folks", columns };
      },
    ],
  ];
  it.each(again)("counts the same data %s", async (_, spec) => {
    await run({ epsilon: 1.9 });
    await expect(run({ ...spec(), epsilon: 1.8 })).rejects.toThrow(/P0750.*cap of source other/);
  });

  it("does not count other data", async () => {
    await run({ epsilon: 1.9 });
    write("others.csv", "age,sex,town", lines.slice(1));
    await run({ source: "other", file: "others.csv", epsilon: 1.8 });
  });
});

describe("the ledger of a source", () => {
  it("is told as a whole, as its cap counts it, though rows were added in between", async () => {
    await run({ cap: 9 });
    const before = await readLedger(folder);
    write("people.csv", "age,sex,town", [...lines, "20,F,Ulm"]);
    await run({ cap: 9 });
    const [all, ...others] = await readLedger(folder);
    expect(others).toEqual([]);
    expect(all).toMatchObject({ source: "s", runs: 2, charges: charges() });
    expect(all?.rho).toBeCloseTo(2 * (before[0]?.rho ?? 0), 4);
    expect(all?.epsilon).toBeGreaterThan((before[0]?.epsilon ?? 9) * 1.3);
  });
});

describe("what was paid for", () => {
  it("is the same for rows in another order, and other rows pay anew", async () => {
    await run({});
    const paid = charges();
    write("people.csv", "age,sex,town", [...lines].reverse());
    expect(await run({})).toMatch(/at no cost/);
    expect(charges()).toBe(paid);
    write("people.csv", "age,sex,town", lines.slice(1));
    expect(await run({ cap: 9 })).not.toMatch(/at no cost/);
  });

  it("is not lost where the disk can't keep it: the run says that another would pay again", async () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    const store = vi.spyOn(ReleaseCache.prototype, "store").mockImplementation(() => {
      throw full;
    });
    expect(await run({})).toMatch(/could not be kept .* ENOSPC/);
    store.mockRestore();
    const paid = charges();
    expect(await run({})).not.toMatch(/at no cost/);
    expect(charges()).toBe(2 * paid);
    expect(await run({})).toMatch(/at no cost/);
  });
});
