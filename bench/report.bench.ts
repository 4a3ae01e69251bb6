import { bench, describe } from "vitest";
import { compile, evaluateRelease, runPlan } from "../src/pipeline.js";

// Fidelity of 45,211 × 17 rows, beside the learning and drawing of the same rows.
const spec = `
source calls = example "bank-marketing"
table clients from calls {
  age: int 18..95 years
  job: category learned
  marital: category learned
  education: category learned
  default: bool
  balance: money EUR -10_000..110_000 step 1
  housing: bool
  loan: bool
  contact: category learned
  day: int 1..31
  month: category learned
  duration: int 0..5_000
  campaign: int 1..63
  pdays: int -1..900
  previous: int 0..275
  poutcome: category learned
  y: bool
}
generate made: 45_211 rows seed 1
report { fidelity marginals, pairs, triples }
`;
const compiled = await compile(spec);
const plan = compiled.plan as NonNullable<typeof compiled.plan>;
const release = await runPlan(plan);

describe("45,211 × 17 rows", () => {
  bench("read, learn with trees, draw", async () => void (await runPlan(plan)), {
    iterations: 2,
    warmupIterations: 0,
  });
  bench("report: the whole of fidelity", async () => void (await evaluateRelease(release)), {
    iterations: 3,
    warmupIterations: 0,
  });
});
