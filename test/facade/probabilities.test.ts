import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stream } from "../../src/base/random.js";
import { compileSpec, type Made, madeOf, runPlan } from "../../src/index.js";

// Estimated probabilities beside the shares of the rows that are drawn.
const ROWS = 20_000;
const folder = mkdtempSync(join(tmpdir(), "parable-probabilities-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  const random = stream(5, "loans");
  const lines = Array.from({ length: 900 }, () => {
    const amount = Math.round(Math.exp(10.5 + 0.7 * random.normal()));
    const turn = Math.floor(Math.log(amount) - 8.5 + random.normal());
    const duration = 12 * Math.min(5, Math.max(1, turn));
    const payments = Math.round((amount / duration) * (0.7 + 0.6 * random.uniform()));
    const ward = "abcd"[random.below(4)];
    // Most rows contradict the rule that the spec will state.
    return [amount, duration, payments, ward, random.below(2) === 0 ? "north" : "south"].join(",");
  });
  writeFileSync(
    join(folder, "loans.csv"),
    ["amount,duration,payments,ward,side", ...lines].join("\n"),
  );
});

async function make(learner: string, rules: string, given = ""): Promise<Made> {
  const text = `source f = csv "loans.csv"
table loans from f {
  amount:   int 0..500_000
  duration: int 12..60
  payments: int 0..40_000
  ward:     "a" | "b" | "c" | "d"
  side:     "north" | "south"
  ${rules}
}
learn with ${learner}
generate made: ${ROWS} rows seed 2
${given}
`;
  const { plan, diagnostics } = await compileSpec(text, { folder });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  return madeOf(text, await runPlan(plan, { folder }), () => Promise.reject(new Error("no")));
}

interface Row {
  (name: "amount" | "duration" | "payments"): number;
  (name: "ward" | "side"): string;
}

function share({ release }: Made, holds: (row: Row) => boolean): number {
  const { table } = release.outputs[0]!;
  let met = 0;
  for (let row = 0; row < table.rows; row++) {
    const of = ((name: string) => {
      const column = table.columns.find((each) => each.name === name)!;
      return column.kind === "number" ? column.values[row]! : column.levels[column.codes[row]!]!;
    }) as Row;
    if (holds(of)) met++;
  }
  return met / table.rows;
}

const learners = ["trees", "independent", "copula"];

test.each(learners)(
  "%s: values between those that many rows have are not probable",
  async (learner) => {
    const made = await make(learner, "");
    const asked = async (text: string) => (await made.model.probability(text)).value;
    expect(share(made, (of) => of("duration") > 12 && of("duration") < 24)).toBe(0);
    expect(await asked("duration in 13..23 or duration in 25..35")).toBeLessThan(0.005);
    // Of amounts each is nearly its own: between two of them there are others.
    const near = share(made, (of) => of("amount") >= 41_000 && of("amount") <= 41_060);
    expect(Math.abs((await asked("amount in 41_000..41_060")) - near)).toBeLessThan(0.004);
  },
);

test.each(learners)(
  "%s: rules that shift shares, or lead into dead ends, are reckoned with",
  async (learner) => {
    const made = await make(
      learner,
      `require amount / duration in 500..1_500
     require amount / payments in 12..48
     ward determines side`,
    );
    if (learner !== "copula") expect(made.release.outputs[0]?.redrawn).toBeGreaterThan(ROWS / 20);
    const events: readonly (readonly [string, (row: Row) => boolean])[] = [
      ["duration = 12", (of) => of("duration") === 12],
      ["duration = 36", (of) => of("duration") === 36],
      ["amount < 40_000", (of) => of("amount") < 40_000],
      ["payments > 1_000 and duration < 30", (of) => of("payments") > 1000 && of("duration") < 30],
      ['ward = "a" and side = "north"', (of) => of("ward") === "a" && of("side") === "north"],
    ];
    for (const [text, holds] of events) {
      const { value } = await made.model.probability(text);
      const drawn = share(made, holds);
      expect(Math.abs(value - drawn), `${text}: ${value} for ${drawn}`).toBeLessThan(
        0.01 + 0.07 * drawn,
      );
    }
  },
);
