import { describe, expect, it } from "vitest";
import { renyiAccountant } from "../../src/privacy/accountant.js";
import { SeededEntropy } from "../../src/privacy/entropy.js";
import { learnCategories } from "../../src/privacy/learn-categories.js";
import { edgeGrid, gridValues, learnQuantiles } from "../../src/privacy/learn-quantiles.js";
import { measureLaplace, payerOf } from "../../src/privacy/mechanism.js";
import type { CategoryType } from "../../src/table/column-type.js";
import { codeDomain, publicDomain } from "../../src/table/domain.js";
import {
  accessTo,
  epsilonAtLeast,
  FALSE_ALARM,
  OpenAccount,
  type Rows,
  rhoAtLeast,
  shareAtLeast,
} from "./audit.js";
import { chiSquare } from "./goodness.js";

const RUNS = 30_000;
const sizes = [3, 3];
const without: Rows = [
  [0, 0],
  [1, 1],
  [1, 0],
];
const withUnit: Rows = [...without, [2, 2]];

/** Answers of a mechanism on both tables, from one stream of noise. */
function both(runs: number, answer: (rows: Rows, seed: number) => number): [number[], number[]] {
  return [
    Array.from({ length: runs }, (_, i) => answer(withUnit, i)),
    Array.from({ length: runs }, (_, i) => answer(without, runs + i)),
  ];
}

describe("an attack on noisy counts", () => {
  const rho = 0.05;
  /** `shrink` halves the noise, the mutant. */
  const attack = (shrink: number): number => {
    const [present, absent] = [withUnit, without].map((rows, side) => {
      const access = accessTo(rows, sizes, `counts ${side}`);
      const exact = rows.filter((row) => row[0] === 2).length;
      return Array.from({ length: RUNS }, () => {
        const noisy = access.measureMarginal({ columns: [0], rho }).counts[2] as number;
        return exact + (noisy - exact) * shrink;
      });
    });
    return rhoAtLeast(present!, absent!);
  };

  it("finds no more than what was charged, and not much less", () => {
    const found = attack(1);
    expect(found).toBeLessThanOrEqual(rho);
    expect(found).toBeGreaterThan(0.2 * rho);
  });

  it("catches noise that is half of what was charged", () => {
    expect(attack(0.5)).toBeGreaterThan(rho);
  });
});

describe("an attack on the discrete Laplace", () => {
  it.each([
    [1, false],
    [0.5, true],
  ])("noise × %f: caught %s", (shrink, caught) => {
    const payer = payerOf(new OpenAccount(), 1, new SeededEntropy("laplace attack"));
    const answers = [1, 0].map((exact) =>
      Array.from({ length: RUNS }, () => {
        const [noisy] = measureLaplace(payer, "x", () => Float64Array.of(exact), 1, 1);
        return exact + ((noisy as number) - exact) * shrink;
      }),
    );
    const found = epsilonAtLeast(answers[0]!, answers[1]!, 0);
    expect(found > 1).toBe(caught);
    expect(found).toBeGreaterThan(0.6);
  });
});

describe("an attack on selection", () => {
  const epsilon = 2;
  const rho = epsilon ** 2 / 8;
  const requests = [
    { columns: [0], model: Float64Array.of(1, 2, 0) },
    { columns: [1], model: Float64Array.of(2, 1, 1) },
  ];

  it("finds no more than ε, as the row helps one set and harms the other", () => {
    const accesses = new Map(
      [withUnit, without].map((rows, i) => [rows, accessTo(rows, sizes, i)]),
    );
    const [a, b] = both(RUNS, (rows) => accesses.get(rows)!.select(requests, rho));
    const found = epsilonAtLeast(a, b, 0);
    expect(found).toBeLessThanOrEqual(epsilon);
    expect(found).toBeGreaterThan(0.3 * epsilon);
  });

  it("catches the rate of monotonic scores used for scores that are not", () => {
    const accesses = new Map(
      [withUnit, without].map((rows, i) => [rows, accessTo(rows, sizes, i)]),
    );
    const mutant = both(RUNS, (rows) => accesses.get(rows)!.select(requests, rho * 16));
    expect(epsilonAtLeast(...mutant, 0)).toBeGreaterThan(epsilon);
  });
});

describe("an attack on learned categories", () => {
  /** Share of runs in which the value of a lone unit is told. */
  const told = (charged: number, used: number): boolean => {
    const payer = payerOf(new OpenAccount(), 1, new SeededEntropy(`lone ${used}`));
    let hits = 0;
    for (let i = 0; i < RUNS; i++) {
      const learned = learnCategories(payer, "x", ["lone"], [0], undefined, 0.5, used);
      hits += learned.values.length;
    }
    return shareAtLeast(hits, RUNS, FALSE_ALARM) > charged;
  };

  it("finds the value of a lone unit no more often than δ", () => {
    expect(told(0.05, 0.05)).toBe(false);
  });
  it("catches a threshold that is too low for the δ charged", () => {
    expect(told(0.001, 0.05)).toBe(true);
  });
});

describe("an attack on learned quantiles", () => {
  const grid = edgeGrid(0, 9, 1);
  const attack = (rho: number): number => {
    const payer = payerOf(new OpenAccount(), 1, new SeededEntropy("quantiles"));
    const values = [Float64Array.of(2, 2, 8), Float64Array.of(2, 2)];
    const [a, b] = values.map((own) =>
      Array.from(
        { length: RUNS / 3 },
        () => learnQuantiles(payer, "x", () => gridValues(own, grid), grid.cells, 1, rho)[1]!,
      ),
    );
    return epsilonAtLeast(a!, b!, 0);
  };

  it("finds no more than ε", () => {
    expect(attack(0.5)).toBeLessThanOrEqual(2);
    expect(attack(0.5)).toBeGreaterThan(0.3);
  });
  it("catches more budget used than charged", () => {
    expect(attack(0.5 * 16)).toBeGreaterThan(2);
  });

  const rho = 0.02;
  /** Every cut by itself: e^(rate · score), and the two ends half of all cuts more. */
  const massOf = (values: readonly number[], cells: number) => {
    const cuts = Array.from({ length: cells - 1 }, (_, i) => i + 1);
    const more = Math.floor(cuts.length / 2);
    const weights = cuts.map((cut) => {
      const below = values.filter((value) => value < cut).length;
      const ends = Number(cut === 1) + Number(cut === cells - 1);
      return (
        (1 + more * ends) *
        Math.exp((-Math.sqrt(8 * rho) / 2) * Math.abs(2 * below - values.length))
      );
    });
    const total = weights.reduce((a, b) => a + b, 0);
    return (cut: number) => (weights[cut - 1] ?? 0) / total;
  };

  it.each([[[3, 3, 3, 3, 3, 10, 20]], [[0, 0, 0, 0, 0, 0, 0, 28]], [[29, 29, 29, 29]], [[]]])(
    "draws cuts of %j by their probabilities",
    (values) => {
      const payer = payerOf(new OpenAccount(), 1, new SeededEntropy("cuts"));
      const rows = Float64Array.from(values);
      const own = edgeGrid(0, 29, 1);
      const draws = Float64Array.from(
        { length: 5_000 },
        () => learnQuantiles(payer, "x", () => gridValues(rows, own), own.cells, 1, rho)[1]!,
      );
      const mass = massOf(values, 30);
      const fit = chiSquare(draws, mass, 29);
      expect(fit.statistic).toBeLessThan(fit.critical);
    },
  );

  it("gives a value that nearly all rows have a bin of its own, wherever the others lie", () => {
    const payer = payerOf(new OpenAccount(), 1, new SeededEntropy("spike"));
    const many = (count: number, value: (i: number) => number) =>
      Array.from({ length: count }, (_, i) => value(i));
    const rows = Float64Array.from([...many(9500, () => 0), ...many(500, (i) => 1500 + i)]);
    const own = edgeGrid(0, 5000, 1);
    const found = many(
      200,
      () => learnQuantiles(payer, "loss", () => gridValues(rows, own), own.cells, 5, 0.006)[1]!,
    );
    // 88 % are due, so fewer than 150 in one of 10⁶ runs; even choices hardly ever end at 1.
    expect(found.filter((edge) => edge === 1).length).toBeGreaterThan(150);
  });
});

describe("a missing charge", () => {
  /** ρ that the answers reveal, by the noise that they declare, against ρ that the account saw. */
  function unpaid(account: OpenAccount): number {
    const access = accessTo(withUnit, sizes, 1, { account });
    const seen = [
      access.measureMarginal({ columns: [0], rho: 0.1 }).sigma,
      ...access
        .measureMarginals([
          { columns: [0, 1], rho: 0.2 },
          { columns: [1], rho: 0.05 },
        ])
        .map(({ sigma }) => sigma),
      access.noisyCount(0.3).sigma,
    ];
    const revealed = seen.reduce((sum, sigma) => sum + 1 / (2 * sigma * sigma), 0);
    const events = account.spendings.map(({ event }) => ({ event, times: 1 }));
    const paid = renyiAccountant.epsilon(events, 1e-6);
    const owed = {
      kind: "gaussian",
      sigma2: `1000000/${Math.floor(2e6 * revealed * (1 - 1e-6))}`,
      sensitivity2: "1/1",
    } as const;
    return renyiAccountant.epsilon([{ event: owed, times: 1 }], 1e-6) - paid;
  }

  it("does not happen", () => {
    expect(unpaid(new OpenAccount())).toBeLessThanOrEqual(1e-4);
  });

  it("is caught", () => {
    class Forgetful extends OpenAccount {
      private calls = 0;
      override spend(spending: Parameters<OpenAccount["spend"]>[0]): never {
        return ++this.calls === 2 ? (undefined as never) : super.spend(spending);
      }
    }
    expect(unpaid(new Forgetful())).toBeGreaterThan(0.1);
  });
});

describe("a domain", () => {
  const column = (values: readonly string[]) => {
    const type: CategoryType = { kind: "category", values, ordered: false, learned: false };
    return { name: "x", type, optional: false };
  };
  /** Neighbouring tables: the second has one row more, with a value of its own. */
  const data = [
    ["a", "b"],
    ["a", "b", "secret"],
  ] as const;

  it("from the spec is the same for neighbouring tables", () => {
    const [first, second] = data.map(() => publicDomain(column(["a", "b", "c"]), 8));
    expect(first).toEqual(second);
  });
  it("from the data is caught: it differs", () => {
    const [first, second] = data.map((levels) => codeDomain(column([]), levels));
    expect(first).not.toEqual(second);
  });
});

describe("the bound on ε itself", () => {
  it("stays below the truth for randomised response, and gets near to it", () => {
    const entropy = new SeededEntropy("response");
    const p = Math.exp(1.5) / (1 + Math.exp(1.5));
    const [yes, no] = [p, 1 - p].map((share) =>
      Array.from({ length: RUNS }, () => Number(entropy.word() / 2 ** 32 < share)),
    );
    const found = epsilonAtLeast(yes!, no!, 0);
    expect(found).toBeLessThanOrEqual(1.5);
    expect(found).toBeGreaterThan(1.35);
  });
});
