import { afterEach, describe, expect, it, vi } from "vitest";
import { silent } from "../../src/base/progress.js";
import type { CheckedSpec } from "../../src/ir/checked.js";
import { compile } from "../../src/pipeline.js";
import type { Account } from "../../src/privacy/account.js";
import type { PrivatelyLearned } from "../../src/run/learn-privately.js";
import type { Column, Table } from "../../src/table/table.js";
import {
  epsilonAtLeast,
  FALSE_ALARM,
  OpenAccount,
  rhoAtLeast,
  shareAtLeast,
} from "../privacy/audit.js";

// The whole private path, from rows to what is released, attacked on neighbouring tables. Noise is the
// operating system's: a sound path raises a false alarm in one audit of a million (FALSE_ALARM).
const RUNS = Number(process.env["PARABLE_AUDIT_RUNS"] ?? 2000);
const RHO = 2;
const jobs = ["clerk", "nurse", "smith"];

const spec = (job: string) => `source s = csv "nowhere.csv"
table t from s {
  sex: "F" | "M"
  job: ${job}
}
privacy {
  protect each row of t
  budget epsilon 1, delta 1e-6
}
learn with independent { rounds 2 }
generate made: 1 rows seed 1
`;

async function checkedOf(job: string): Promise<CheckedSpec> {
  const { checked, diagnostics } = await compile(spec(job), { until: "names" });
  if (checked === undefined) throw new Error(JSON.stringify(diagnostics));
  return checked;
}

/** Rows as [sex, job]; the job's levels are those of the declared type, or those that occur. */
function tableOf(checked: CheckedSpec, rows: readonly (readonly [number, string])[]): Table {
  const [sex, job] = checked.tables[0]!.columns.map(({ type }) => type);
  const levels = [...new Set(rows.map(([, own]) => own))];
  const columns: Column[] = [
    {
      ...{ kind: "code", name: "sex", type: sex!, levels: ["F", "M"] },
      codes: Int32Array.from(rows, ([own]) => own),
    },
    {
      ...{ kind: "code", name: "job", type: job!, levels },
      codes: Int32Array.from(rows, ([, own]) => levels.indexOf(own)),
    },
  ];
  return { kind: "table", name: "t", rows: rows.length, columns };
}

interface Path {
  readonly checked: CheckedSpec;
  readonly rows: Table;
  readonly rho?: number;
  readonly account?: unknown;
}

/** The path as it stands after whatever was mocked. */
async function path(): Promise<(request: Path) => Promise<PrivatelyLearned>> {
  const { learnPrivately } = await import("../../src/run/learn-privately.js");
  return ({ checked, rows, rho = RHO, account = new OpenAccount() }) =>
    learnPrivately({
      ...{ checked, rows, rho, inherited: undefined, progress: silent },
      table: checked.tables[0]!,
      choice: { table: "t", name: "independent", reason: "", options: { rounds: [2] } },
      account: account as Account,
      ...{ domainShare: undefined, reportRho: 0, ownDelta: 1e-7 },
      unit: { name: "each row of t", contributions: 1 },
    });
}

const common: [number, string][] = Array.from({ length: 12 }, (_, i) => [i % 2, jobs[i % 2]!]);
const lone: [number, string] = [1, "smith"];

/** The likelihood ratio of the lone row, from everything that was told. */
function evidence({ measured }: PrivatelyLearned): number {
  return measured.counts.reduce((sum, { columns, counts, sigma }) => {
    const code = columns[0] === 0 ? 1 : 2;
    return sum + counts[code]! / sigma ** 2;
  }, 0);
}

async function attack(): Promise<number> {
  const learn = await path();
  const checked = await checkedOf('"clerk" | "nurse" | "smith"');
  const sides: number[][] = [];
  for (const rows of [[...common, lone], common]) {
    const seen: number[] = [];
    const table = tableOf(checked, rows);
    for (let i = 0; i < RUNS; i++) seen.push(evidence(await learn({ checked, rows: table })));
    sides.push(seen);
  }
  return rhoAtLeast(sides[0]!, sides[1]!);
}

afterEach(() => {
  vi.doUnmock("../../src/privacy/noise-gaussian.js");
  vi.doUnmock("../../src/run/private-domains.js");
  vi.resetModules();
});

describe("the private path, from rows to release", () => {
  it("tells no more of a lone row than what it charges", { timeout: 300_000 }, async () => {
    const found = await attack();
    expect(found).toBeLessThanOrEqual(RHO);
    expect(found).toBeGreaterThan(0.1 * RHO);
  });

  it("is caught when its noise is halved", { timeout: 300_000 }, async () => {
    vi.resetModules();
    vi.doMock("../../src/privacy/noise-gaussian.js", async (original) => {
      const module = await original<typeof import("../../src/privacy/noise-gaussian.js")>();
      const discreteGaussians: typeof module.discreteGaussians = ({ num, den }, ...rest) =>
        module.discreteGaussians({ num, den: 4n * den }, ...rest);
      return { ...module, discreteGaussians };
    });
    expect(await attack()).toBeGreaterThan(RHO);
  });

  it("is caught when a charge is missing: its answers tell more than was paid", async () => {
    const learn = await path();
    const checked = await checkedOf('"clerk" | "nurse" | "smith"');
    const unpaid = async (account: OpenAccount): Promise<number> => {
      const rows = tableOf(checked, common);
      const { measured } = await learn({ checked, rows, account });
      const told = measured.counts.reduce((sum, { sigma }) => sum + 1 / (2 * sigma ** 2), 0);
      const paid = account.spendings.reduce((sum, { event }) => {
        const events = event.kind === "sequence" ? event.parts : [event];
        return events.reduce((own, each) => {
          if (each.kind !== "gaussian") return own;
          const [variance, sensitivity] = [each.sigma2, each.sensitivity2].map((ratio) => {
            const [num, den] = ratio.split("/").map(Number);
            return num! / den!;
          });
          return own + sensitivity! / (2 * variance!);
        }, sum);
      }, 0);
      return told - paid;
    };
    expect(await unpaid(new OpenAccount())).toBeLessThan(1e-9);
    class Forgetful extends OpenAccount {
      override spend(): never {
        return undefined as never;
      }
    }
    expect(await unpaid(new Forgetful())).toBeGreaterThan(0.9 * RHO);
  });

  describe("with a learned domain", () => {
    const seen = async (rows: readonly [number, string][], runs: number): Promise<number[]> => {
      const learn = await path();
      const checked = await checkedOf("category learned");
      const table = tableOf(checked, rows);
      const labels: number[] = [];
      for (let i = 0; i < runs; i++) {
        const { measured } = await learn({ checked, rows: table, rho: 20 });
        labels.push(Number(measured.domains[1]!.labels.includes("smith")));
      }
      return labels;
    };
    const many = Array.from({ length: 40 }, (): [number, string][] => common).flat();

    it("never tells the value of a lone row: less often than δ can be told from 0", async () => {
      const told = (await seen([...many, lone], 100)).reduce((sum, own) => sum + own, 0);
      expect(shareAtLeast(told, 100, FALSE_ALARM)).toBeLessThanOrEqual(1e-6);
    });

    it("is caught when the domain comes from the data", async () => {
      vi.resetModules();
      vi.doMock("../../src/run/private-domains.js", async (original) => {
        const module = await original<typeof import("../../src/run/private-domains.js")>();
        const { codeDomain } = await import("../../src/table/domain.js");
        const privateDomains: typeof module.privateDomains = ({ columns, custody }) => {
          const table = (custody as unknown as { leak: Table }).leak;
          return columns.map((column) => {
            const own = table.columns.find(({ name }) => name === column.name);
            return codeDomain(column, own?.kind === "code" ? own.levels : []);
          });
        };
        return { ...module, privateDomains };
      });
      vi.doMock("../../src/privacy/private-table.js", async (original) => {
        const module = await original<typeof import("../../src/privacy/private-table.js")>();
        class PrivateTable extends module.PrivateTable {
          readonly leak: Table;
          constructor(options: ConstructorParameters<typeof module.PrivateTable>[0]) {
            super(options);
            this.leak = options.table;
          }
        }
        return { ...module, PrivateTable };
      });
      const [present, absent] = [await seen([...many, lone], 100), await seen(many, 100)];
      expect(epsilonAtLeast(present, absent, 1e-6)).toBeGreaterThan(1);
      vi.doUnmock("../../src/privacy/private-table.js");
    });
  });

  it("moves by one for a row more, by √2 for a row replaced: the relations can't be mixed", async () => {
    const learn = await path();
    const checked = await checkedOf('"clerk" | "nurse" | "smith"');
    /** At this price the noise is zero for all that a test can see. */
    const told = async (rows: readonly [number, string][]): Promise<number[]> => {
      const { measured } = await learn({ checked, rows: tableOf(checked, rows), rho: 1e18 });
      return measured.counts
        .filter(({ columns }) => columns.length === 1)
        .flatMap(({ counts }) => [...counts]);
    };
    const squared = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, own, i) => sum + (own - b[i]!) ** 2, 0);
    const base = await told(common);
    // Two columns are told: each moves by 1 for a row more, by √2 when the row is exchanged.
    expect(squared(base, await told([...common, lone]))).toBe(2);
    const replaced = common.map((row, i) => (i === 0 ? lone : row));
    expect(squared(base, await told(replaced))).toBe(4);
  });
});
