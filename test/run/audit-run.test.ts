import { afterEach, describe, expect, it, vi } from "vitest";
import { silent } from "../../src/base/progress.js";
import { compile } from "../../src/pipeline.js";
import { rhoOf } from "../../src/privacy/budget.js";
import { toNumber } from "../../src/privacy/rational.js";
import { rhoOfEvent } from "../privacy/audit.js";
import { MemoryLedger } from "../privacy/memory-ledger.js";

// Whole runs under a budget, as `parable run` makes them, attacked on neighbouring tables: children given their
// parents, and parts of `partition by`. The attacker sees every noisy count and knows what it would be without the
// unit and with it; the event, fixed beforehand, is that the likelihood ratio favours the unit. Noise is the operating
// system's, or of a seed where it must be seen, if barely: a sound run raises a false alarm in one audit of a million
// (FALSE_ALARM).
const RUNS = Number(process.env["PARABLE_AUDIT_RUNS"] ?? 300);

/** A noisy answer as it goes out. */
interface Answer {
  readonly key: string;
  readonly noisy: Float64Array;
  readonly exact: Float64Array;
  readonly sigma2: number;
}

let seen: Answer[] = [];
/** Noise that goes out, of what was drawn; below 1 a mutant. */
let shrink = 1;
let ledger: MemoryLedger;

vi.mock("../../src/privacy/ledger.js", () => ({
  Ledger: class extends MemoryLedger {
    readonly secret = Buffer.alloc(32, 7);
    constructor() {
      super();
      ledger = this;
    }
  },
}));
vi.mock("../../src/privacy/ledger-cache.js", () => ({
  ReleaseCache: class {
    readonly load = () => undefined;
    readonly store = () => undefined;
  },
}));
vi.mock("../../src/privacy/mechanism.js", async (original) => {
  const module = await original<typeof import("../../src/privacy/mechanism.js")>();
  const measure: typeof module.measure = (payer, what, queries, delta) => {
    const answers = module.measure(payer, what, queries, delta);
    return queries.map((query, i) => {
      const exact = query.answers();
      const noisy = (answers[i] as Float64Array).map(
        (answer, cell) => exact[cell]! + Math.round(shrink * (answer - exact[cell]!)),
      );
      const key = `${what} ${i} of ${exact.length}`;
      seen.push({ key, exact, noisy: noisy.slice(), sigma2: toNumber(query.sigma2) });
      return noisy;
    });
  };
  return { ...module, measure };
});

type Frames = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** One run, from rows to models: its noisy answers, with noise of a seed or of the operating system. */
type Run = (noise?: { readonly noiseSeed: number }) => Promise<readonly Answer[]>;

async function runOf(spec: string, data: Frames): Promise<Run> {
  const frames = new Map(Object.entries(data));
  const { plan, diagnostics } = await compile(spec, { frames });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  const { PrivateRun } = await import("../../src/run/budgeted.js");
  return async (noise) => {
    seen = [];
    const place = { folder: "/nowhere", frames, progress: silent };
    const run = new PrivateRun(plan, { ...place, ...noise });
    for (const table of plan.checked.tables) await run.learn(table);
    return seen;
  };
}

interface Found {
  /** A lower bound on what a run tells about the unit, and what it paid, in ρ. */
  readonly rho: number;
  readonly paid: number;
}

const REHEARSALS = 20;

/**
 * What each answer would be without noise, as the attacker learns it from runs of his own. Noise decides which pairs are
 * asked for and which values are put together: questions that are not the same in all of these runs are left out.
 */
async function exactly(run: Run, seed?: number): Promise<ReadonlyMap<string, Float64Array>> {
  const known = new Map<string, Float64Array>();
  const unsure = new Set<string>();
  for (let i = 0; i < REHEARSALS; i++) {
    const noise = seed === undefined ? undefined : { noiseSeed: -seed - i };
    for (const { key, exact } of await run(noise)) {
      const before = known.get(key) ?? exact;
      if (exact.some((value, cell) => value !== before[cell])) unsure.add(key);
      known.set(key, before);
    }
  }
  return new Map([...known].filter(([key]) => !unsure.has(key)));
}

async function attack(
  spec: string,
  withUnit: Frames,
  without: Frames,
  runs: number,
  seed?: number,
): Promise<Found> {
  const [present, absent] = [await runOf(spec, withUnit), await runOf(spec, without)];
  const [one, other] = [await exactly(present, seed), await exactly(absent, seed)];
  const paid = ledger.book.reduce((sum, { event }) => sum + (rhoOf(event) ?? Number.NaN), 0);
  const evidence = (answers: readonly Answer[]): number =>
    answers.reduce((sum, { key, noisy, sigma2 }) => {
      const [more, fewer] = [one.get(key), other.get(key)];
      if (more === undefined || fewer === undefined) return sum;
      return noisy.reduce((ratio, answer, i) => {
        const [a, b] = [more[i] as number, fewer[i] as number];
        return ratio + ((a - b) * (answer - (a + b) / 2)) / sigma2;
      }, sum);
    }, 0);
  const sides: number[][] = [];
  for (const [side, run] of [present, absent].entries()) {
    const own: number[] = [];
    for (let i = 0; i < runs; i++) {
      const noise = seed === undefined ? undefined : { noiseSeed: seed + 2 * i + side };
      own.push(evidence(await run(noise)));
    }
    sides.push(own);
  }
  return { rho: rhoOfEvent(sides[0] as number[], sides[1] as number[], 0), paid };
}

afterEach(() => {
  shrink = 1;
  vi.doUnmock("../../src/privacy/contribution.js");
  vi.resetModules();
});

/** Noise of a quarter of what is charged. */
function quarterNoise(): void {
  shrink = 1 / 4;
}

/** All rows of a unit count, however many. */
function unbounded(): void {
  vi.resetModules();
  vi.doMock("../../src/privacy/contribution.js", () => ({
    boundContributions: (entities: ArrayLike<number>) =>
      Uint32Array.from(
        Array.from({ length: entities.length }, (_, row) => row).filter(
          (row) => (entities[row] as number) >= 0,
        ),
      ),
  }));
}

describe("children given their parents", () => {
  const spec = (learner: string, epsilon = 6) => `source p = frame patients
source s = frame stays
table patients from p {
  id: id
  sex: "F" | "M" | "X"
}
table stays from s {
  patient: ref patients, 0..12 per patient
  ward: "cardiology" | "oncology" | "surgery"
}
privacy {
  protect each patient, at most 2 stays
  budget epsilon ${epsilon}, delta 1e-6
  spend 40% on patients, 60% on stays
}
learn with ${learner} { rounds 5 }
generate 1 patients seed 1
`;
  const wards = ["cardiology", "oncology", "surgery"];
  const without: Frames = {
    patients: Array.from({ length: 30 }, (_, i) => ({ id: `p${i}`, sex: "FMX"[i % 3] })),
    stays: Array.from({ length: 60 }, (_, i) => ({ patient: `p${i % 30}`, ward: wards[i % 3] })),
  };
  /** One patient more, with twelve stays of which two may count. */
  const withUnit: Frames = {
    patients: [...(without["patients"] ?? []), { id: "lone", sex: "X" }],
    stays: [
      ...(without["stays"] ?? []),
      ...Array.from({ length: 12 }, () => ({ patient: "lone", ward: "cardiology" })),
    ],
  };

  it.each(["independent", "mst"])(
    "learned with %s tell no more of a patient than is paid",
    async (learner) => {
      const { rho, paid } = await attack(spec(learner), withUnit, without, 2 * RUNS, 1);
      expect(rho).toBeLessThanOrEqual(paid);
      expect(rho).toBeGreaterThan(0);
    },
  );

  it.each(["independent", "mst"])(
    "are seen by the attack where %s adds little noise",
    async (learner) => {
      const { rho, paid } = await attack(spec(learner, 30), withUnit, without, RUNS / 3);
      expect(rho).toBeLessThanOrEqual(paid);
      expect(rho).toBeGreaterThan(0.3);
    },
  );

  it.each([
    ["noise of a quarter of what was charged", quarterNoise],
    ["stays beyond the bound that count", unbounded],
  ])("are caught by %s", async (_, mutate) => {
    mutate();
    const { rho, paid } = await attack(spec("independent"), withUnit, without, RUNS / 2);
    expect(rho).toBeGreaterThan(paid);
  });
});

describe("parts of a public split", () => {
  const spec = (learner: string) => `source s = frame people
table people from s {
  region: "north" | "south"
  sex: "F" | "M"
  job: "clerk" | "nurse"
}
privacy {
  protect each row of people
  budget epsilon 6, delta 1e-6
  partition by region
}
learn with ${learner} { rounds 5 }
generate made: 1 rows seed 1
`;
  const without: Frames = {
    people: Array.from({ length: 40 }, (_, i) => ({
      region: i % 2 === 0 ? "north" : "south",
      sex: "FM"[(i >> 1) % 2],
      job: i % 3 === 0 ? "clerk" : "nurse",
    })),
  };
  const lone = { region: "south", sex: "M", job: "clerk" };
  const withUnit: Frames = { people: [...(without["people"] ?? []), lone] };

  it.each([
    ["independent", 1, false],
    ["mst", 1, false],
    ["aim", 1, false],
    ["swift", 1, false],
    ["mst", 1 / 8, true],
    ["swift", 1 / 8, true],
  ])("measured by %s with noise × %f: caught %s", async (learner, noise, caught) => {
    shrink = noise;
    const { rho, paid } = await attack(spec(learner), withUnit, without, RUNS / 3);
    expect(rho > paid).toBe(caught);
  });
});
