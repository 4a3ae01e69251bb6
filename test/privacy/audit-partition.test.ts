import { describe, expect, it } from "vitest";
import type { Access } from "../../src/privacy/access.js";
import { accessTo, epsilonAtLeast, type Rows, rhoAtLeast } from "./audit.js";
import { memoryAccount } from "./memory-ledger.js";

// Parts of a public split at the price of the dearest, attacked on neighbouring tables. Each audit of a sound
// mechanism raises a false alarm once in a million (FALSE_ALARM); seeds are fixed.
const RUNS = 12_000;
const RHO = 1;
/** A column of parts, and one that is counted in each of them. */
const sizes = [3, 3];
const common: Rows = [
  [0, 0],
  [1, 1],
  [2, 0],
  [2, 1],
];
const lone = [2, 2];

type Split = (access: Access) => readonly Access[];
const sound: Split = (access) => access.partition(0);

/** ρ that so many rounds of counts in every part cost, as the filter of a real account says. */
function paid(rounds: number): number {
  const { account } = memoryAccount(50, 1e-6);
  const before = account.remaining([]);
  const parts = sound(accessTo([...common, lone], sizes, "price", { account }));
  for (let i = 0; i < rounds; i++) {
    for (const part of parts) part.measureMarginal({ columns: [1], rho: RHO });
  }
  return before - account.remaining([]);
}

/** A lower bound on the ρ of what all parts of a split tell about the lone row. */
function attack(split: Split): number {
  const seen = [[...common, lone], common].map((rows, side) => {
    const parts = split(accessTo(rows, sizes, `partition ${side}`));
    return Array.from({ length: RUNS }, () =>
      parts.reduce((sum, access, part) => {
        const { counts, sigma } = access.measureMarginal({ columns: [1], rho: RHO });
        const holds = part === 2 || split !== sound;
        return sum + (holds ? (counts[2] as number) / sigma ** 2 : 0);
      }, 0),
    );
  });
  return rhoAtLeast(seen[0] as number[], seen[1] as number[]);
}

describe("parallel composition over a public split", () => {
  it("charges the dearest part, and tells no more of a lone row than that", () => {
    expect(paid(1)).toBeCloseTo(RHO, 2);
    const found = attack(sound);
    expect(found).toBeLessThanOrEqual(RHO);
    expect(found).toBeGreaterThan(0.4 * RHO);
  });

  it("adds up what is asked of one part twice", () => {
    expect(paid(2)).toBeCloseTo(2 * RHO, 2);
  });

  it("is caught when parts overlap and are charged as if they did not", () => {
    const overlapping: Split = (access) => sound(access).map((_, __, parts) => parts[2] as Access);
    expect(attack(overlapping)).toBeGreaterThan(RHO);
  });

  it("is for one row more or less: a row that moves to another part moves two parts, and is caught", () => {
    // At this price the noise is zero for all that a test can see.
    const told = (rows: Rows) =>
      sound(accessTo(rows, sizes, "moved")).flatMap((part) => [
        ...part.measureMarginal({ columns: [1], rho: 1e18 }).counts,
      ]);
    const squared = (a: Rows, b: Rows) => {
      const other = told(b);
      return told(a).reduce((sum, count, i) => sum + (count - (other[i] as number)) ** 2, 0);
    };
    expect(squared([...common, lone], common)).toBe(1);
    expect(squared([...common, lone], [...common, [1, 2]])).toBe(2);
  });

  it("is caught when the parts come from the data: how many there are tells of a lone row", () => {
    const numberOfParts = (rows: Rows, fromData: boolean): number[] => {
      const access = accessTo(rows, sizes, "public parts");
      const parts = fromData
        ? new Set(rows.map(([part]) => part)).size
        : access.partition(0).length;
      return Array.from({ length: 200 }, () => parts);
    };
    const few: Rows = common.filter(([part]) => part !== 2);
    const found = (fromData: boolean) =>
      epsilonAtLeast(numberOfParts([...few, lone], fromData), numberOfParts(few, fromData), 0);
    expect(found(true)).toBeGreaterThan(1);
    expect(found(false)).toBeLessThanOrEqual(0);
  });
});
