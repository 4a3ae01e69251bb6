import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zcdpAccountant } from "../../src/privacy/accountant.js";
import {
  costOf,
  deltaOf,
  grainsToNumber,
  limitAt,
  limitOf,
  rhoOf,
  rhoWithin,
} from "../../src/privacy/budget.js";
import type { PrivacyEvent } from "../../src/privacy/event.js";
import { Filter } from "../../src/privacy/filter.js";
import type { Part } from "../../src/privacy/ledger-entry.js";
import {
  chargeSelection,
  payerOf,
  selectionEpsilon,
  varianceFor,
} from "../../src/privacy/mechanism.js";
import { exactly, isAtMost, multiply, rational, toNumber } from "../../src/privacy/rational.js";
import { zcdpRho } from "../../src/privacy/zcdp.js";
import { OpenAccount } from "./audit.js";
import { memoryAccount } from "./memory-ledger.js";

const rational16 = fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e3 }));
const event: fc.Arbitrary<PrivacyEvent> = fc.oneof(
  fc.tuple(rational16, fc.integer({ min: 1, max: 9 })).map(
    ([[n, d], k]): PrivacyEvent => ({
      kind: "gaussian",
      sigma2: `${n}/${d}`,
      sensitivity2: `${k * k}/1`,
    }),
  ),
  fc
    .integer({ min: 1, max: 60 })
    .map((n): PrivacyEvent => ({ kind: "exponential", epsilon: `${n}/64` })),
  fc.integer({ min: 1, max: 30 }).map((n): PrivacyEvent => ({ kind: "pure", epsilon: `${n}/64` })),
  fc
    .integer({ min: 1, max: 9 })
    .map((n): PrivacyEvent => ({ kind: "approximate", epsilon: `${n}/64`, delta: n * 1e-9 })),
);
const parts = fc.array(fc.record({ split: fc.constantFrom("s", "t"), part: fc.nat(2) }), {
  maxLength: 2,
}) as fc.Arbitrary<Part[]>;

/** What one row pays that lies in part `at` of every split: the sum of all charges that touch it. */
function paidBy(charges: readonly { event: PrivacyEvent; parts: readonly Part[] }[], at: number) {
  return charges
    .filter((charge) => charge.parts.every(({ part }) => part === at))
    .map((charge) => ({ event: charge.event, times: 1 }));
}

describe("the filter", () => {
  it("lets no sequence of charges pass its (ε, δ), whatever row one follows", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(event, parts), { maxLength: 40 }),
        fc.constantFrom(0.1, 1, 5),
        (charges, epsilon) => {
          const filter = new Filter(limitOf("the budget", epsilon, 1e-6));
          const passed: { event: PrivacyEvent; parts: readonly Part[] }[] = [];
          for (const [one, path] of charges) {
            try {
              filter.check("x", one, path);
            } catch {
              continue;
            }
            filter.count({ event: one, parts: path });
            passed.push({ event: one, parts: path });
          }
          for (const at of [0, 1, 2]) {
            const own = paidBy(passed, at).map(({ event: e }) => e);
            const rho = own.reduce((sum, e) => sum + (rhoOf(e) as number), 0);
            const delta = own.reduce(
              (sum, e) => sum + grainsToNumber(deltaOf(e, filter.limit.order)),
              0,
            );
            expect(delta).toBeLessThanOrEqual(1e-7 * (1 + 1e-9));
            const pure = own.some((e) => e.kind === "pure" || e.kind === "approximate");
            if (!pure) expect(rho).toBeLessThanOrEqual(zcdpRho(epsilon, 0.9e-6) * (1 + 1e-9));
            expect(filter.epsilon()).toBeLessThanOrEqual(epsilon * (1 + 1e-9));
          }
        },
      ),
    );
  });

  it("does not mind the order of charges, and never shrinks", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, parts), { maxLength: 12 }), (charges) => {
        const limit = limitOf("the budget", 100, 1e-3);
        const [forward, backward] = [new Filter(limit), new Filter(limit)];
        let before = forward.remaining();
        for (const [one, path] of charges) {
          forward.count({ event: one, parts: path });
          expect(forward.remaining()).toBeLessThanOrEqual(before);
          before = forward.remaining();
        }
        for (const [one, path] of [...charges].reverse())
          backward.count({ event: one, parts: path });
        expect(forward.remaining()).toBe(backward.remaining());
      }),
    );
  });

  it("lets exactly what remains be spent, in any part", () => {
    const filter = new Filter(limitOf("the budget", 1, 1e-6));
    filter.count({
      event: { kind: "exponential", epsilon: "1/8" },
      parts: [{ split: "s", part: 1 }],
    });
    const one = { kind: "gaussian", sigma2: "1000/1", sensitivity2: "1/1" } as const;
    const cost = costOf(one, filter.limit.order) as bigint;
    const room = filter.remainingIn([{ split: "s", part: 0 }]);
    expect(room).toBe(filter.limit.capacity);
    for (let i = 0n; i < room / cost; i++) {
      filter.check("x", one, [{ split: "s", part: 0 }]);
      filter.count({ event: one, parts: [{ split: "s", part: 0 }] });
    }
    expect(() => filter.check("x", one, [{ split: "s", part: 0 }])).toThrow(/P0750/);
    expect(filter.remainingIn([{ split: "s", part: 1 }])).toBeGreaterThan(filter.remaining());
  });

  it("at order ∞ adds ε, and refuses what has none", () => {
    const filter = new Filter(limitAt("the budget", 1, 1e-6, Number.POSITIVE_INFINITY, 1));
    const third = { kind: "approximate", epsilon: "1/3", delta: 3e-7 } as const;
    for (let i = 0; i < 2; i++) {
      filter.check("x", third, []);
      filter.count({ event: third, parts: [] });
    }
    expect(filter.epsilon()).toBeCloseTo(2 / 3, 12);
    expect(() => filter.check("x", { ...third, epsilon: "1/2" }, [])).toThrow(
      /ε 0.5000.*ε 0.3333.*ε 0.1667/,
    );
    expect(() => filter.check("x", { ...third, epsilon: "1/8", delta: 5e-7 }, [])).toThrow(
      /its δ.*Requested: δ 5.*e-7/,
    );
    const gaussian = { kind: "gaussian", sigma2: "1/1", sensitivity2: "1/1" } as const;
    expect(() => filter.check("x", gaussian, [])).toThrow(/without bound/);
  });
});

describe("prices", () => {
  it("buy noise and selections that cost no more than the price, and nearly as much", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        (rho, k) => {
          const sigma2 = varianceFor(rho, rational(k * k));
          const cost = { num: BigInt(k * k) * sigma2.den, den: 2n * sigma2.num };
          expect(isAtMost(cost, exactly(rho))).toBe(true);
          expect(toNumber(cost)).toBeGreaterThan(rho * (1 - 2 ** -10));
          const epsilon = selectionEpsilon(rho);
          const selection = multiply(multiply(epsilon, epsilon), rational(1, 8));
          expect(isAtMost(selection, exactly(rho))).toBe(true);
          expect(toNumber(selection)).toBeGreaterThan(rho * (1 - 2 ** -17));
        },
      ),
    );
  });

  it("of selections on disjoint rows fall with the rows that a unit may have", () => {
    const account = new OpenAccount();
    const rates = [1, 4].map((k) => chargeSelection(payerOf(account, k), "x", 0.5));
    expect(toNumber(rates[0]!)).toBeCloseTo(1, 5);
    expect(toNumber(rates[1]!)).toBeCloseTo(0.25, 5);
  });
});

describe("an account", () => {
  it("tells ε as the tight conversion would", () => {
    const { account } = memoryAccount(2, 1e-6, { reservedDelta: 0 });
    const rho = account.remaining([]);
    expect(rho).toBeCloseTo(zcdpRho(2, 1e-6), 8);
    const one = { kind: "gaussian", sigma2: "50/1", sensitivity2: "1/1" } as const;
    account.spend({ what: "x", event: one, contributions: 1, parts: [], seeded: false });
    const tight = zcdpAccountant.epsilon([{ event: one, times: 1 }], 1e-6);
    expect(account.epsilonSpent()).toBeGreaterThanOrEqual(tight);
    expect(account.epsilonSpent()).toBeLessThan(2);
  });

  it("holds the whole of δ for ρ where nothing has a δ of its own, and refuses what has", () => {
    const { account } = memoryAccount(2, 1e-6, { reservedDelta: 0 });
    const gaussian = { kind: "gaussian", sigma2: "50/1", sensitivity2: "1/1" } as const;
    const common = { what: "x", contributions: 1, parts: [], seeded: false };
    expect(() => account.spend({ ...common, event: { ...gaussian, delta: 1e-12 } })).toThrow(
      /P0750.*its δ/s,
    );
    account.spend({ ...common, event: gaussian });
  });

  it("under a cap of the same size spends all, and leaves δ to later runs that need some", () => {
    const { account, ledger } = memoryAccount(1, 1e-6, { reservedDelta: 0, cap: 3 });
    expect(memoryAccount(1, 1e-6, { reservedDelta: 0, cap: 1 }).account.remaining([])).toBe(
      account.whole(),
    );
    const gaussian = { kind: "gaussian", sigma2: "50/1", sensitivity2: "1/1" } as const;
    const common = { what: "x", contributions: 1, parts: [], seeded: false };
    account.spend({ ...common, event: gaussian });
    const later = memoryAccount(3, 1e-6, { ledger, cap: 3 } as never).account;
    later.spend({ ...common, event: { ...gaussian, delta: 9e-8 } });
    // The first account has seen it: its cap now keeps a part of δ, whatever is left of the budget.
    const cap = new Filter(limitOf("cap", 3, 1e-6));
    for (const entry of ledger.book) cap.count(entry);
    const wide = memoryAccount(50, 1e-6, { ledger, cap: 3, reservedDelta: 0 } as never).account;
    expect(wide.remaining([])).toBe(rhoWithin({ ...cap.limit, capacity: cap.remaining() }));
    expect(() => wide.spend({ ...common, event: { ...gaussian, delta: 2e-8 } })).toThrow(/P0750/);
  });

  it("at any share of δ set aside is worth no more than the tight conversion gives", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 50, noNaN: true }),
        fc.integer({ min: 2, max: 14 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (epsilon, digits, reserved) => {
          const delta = 10 ** -digits;
          const limit = limitOf("x", epsilon, delta, reserved);
          const most = zcdpRho(epsilon, delta * (1 - reserved));
          expect(rhoWithin(limit)).toBeLessThanOrEqual(most * (1 + 1e-9));
          expect(grainsToNumber(limit.ownDelta)).toBeLessThanOrEqual(delta * reserved);
          if (reserved <= 0.1) expect(rhoWithin(limit)).toBeGreaterThan(most * 0.98);
        },
      ),
    );
  });
});
