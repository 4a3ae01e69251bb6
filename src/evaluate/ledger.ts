import type { ReportSection } from "../ir/report.js";
import type { Section, Spending } from "./request.js";

const EXACT = "exact, from the operating system";

const IN_RHO =
  "The budget is kept in rho, in which losses add up; the part of it that is spent is beside each charge. Epsilon does not add up: each line has what the charges up to it come to, so it grows fastest at first, about with the root of rho.";
const BESIDE_GRADIENTS =
  "Each line has what the charges up to it come to: those with a rho add up in rho first, gradients add their own epsilon.";

/** The part of the budget that the charges up to each are, in percent. */
function partsSoFar(lines: Spending["lines"], whole: number): readonly string[] {
  let sum = 0;
  return lines.map(({ rho }) => {
    sum += rho;
    return `${(100 * Math.min(1, sum / whole)).toFixed(1)}%`;
  });
}

/** What was spent, on what, and what it promises. */
export const ledger: Section = {
  topic: "privacy",
  async make(request, words): Promise<ReportSection | undefined> {
    const { spending } = request;
    if (spending === undefined || (words.length > 0 && !words.includes("ledger"))) return undefined;
    const { lines, unit, epsilon, delta, rho: whole } = spending;
    const last = lines.at(-1);
    if (last === undefined) return undefined;
    const seeded = lines.some((line) => line.seeded);
    const mixed = seeded && lines.some((line) => !line.seeded);
    const inRho = lines.every(({ rho }) => !Number.isNaN(rho));
    const sums = inRho ? IN_RHO : BESIDE_GRADIENTS;
    const partsOf = inRho ? partsSoFar(lines, whole) : undefined;
    const noise = seeded ? "" : ` All noise is ${EXACT}.`;
    const promise = `Whoever sees what was generated learns almost the same whether or not any one of the protected units (${unit}) was in the data: no outcome is more than ${short(Math.exp(epsilon))} times (e^${short(epsilon)}) likelier with it than without, but for a chance of ${delta.toExponential(0)}.`;
    return {
      kind: "section",
      topic: "privacy",
      title: "Privacy, by the ledger",
      lead: seeded
        ? "Seeded, not private: the noise can be repeated by anyone who knows the seed. For teaching and tests only."
        : `${promise} ${sums}`,
      scores: [
        {
          name: "epsilon spent",
          of: unit,
          value: last.epsilon,
          ceiling: epsilon,
          better: "lower",
          meaning: `All ${lines.length} charges together, ${inRho ? "by exact composition in zero-concentrated differential privacy" : "gradients by their loss distribution and all others by zero-concentrated differential privacy"}, at delta ${delta.toExponential(0)}; the mark is the budget.${noise}`,
        },
      ],
      tables: [
        {
          title: "Charges",
          columns: [
            "charge",
            "mechanism",
            "rho",
            ...(partsOf === undefined ? [] : ["of the budget so far"]),
            "epsilon of all so far",
            ...(mixed ? ["noise"] : []),
          ],
          rows: lines.map((line, at) => [
            line.what,
            line.mechanism,
            Number.isNaN(line.rho) ? null : Number(line.rho.toPrecision(3)),
            ...(partsOf === undefined ? [] : [partsOf[at] as string]),
            Number(line.epsilon.toPrecision(3)),
            ...(mixed ? [line.seeded ? "seeded, not private" : EXACT] : []),
          ]),
        },
      ],
      figures: [],
    };
  },
};

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
