import type { ReportSection } from "../ir/report.js";
import type { Section } from "./request.js";

const EXACT = "exact, from the operating system";

/** What was spent, on what, and what it promises. */
export const ledger: Section = {
  topic: "privacy",
  async make(request, words): Promise<ReportSection | undefined> {
    const { spending } = request;
    if (spending === undefined || (words.length > 0 && !words.includes("ledger"))) return undefined;
    const { lines, unit, epsilon, delta } = spending;
    const last = lines.at(-1);
    if (last === undefined) return undefined;
    const seeded = lines.some((line) => line.seeded);
    const mixed = seeded && lines.some((line) => !line.seeded);
    const noise = seeded ? "" : ` All noise is ${EXACT}.`;
    const promise = `Whoever sees what was generated learns almost the same whether or not any one of the protected units (${unit}) was in the data: no outcome is more than ${short(Math.exp(epsilon))} times (e^${short(epsilon)}) likelier with it than without, but for a chance of ${delta.toExponential(0)}.`;
    return {
      kind: "section",
      topic: "privacy",
      title: "Privacy, by the ledger",
      lead: seeded
        ? "Seeded, not private: the noise can be repeated by anyone who knows the seed. For teaching and tests only."
        : promise,
      scores: [
        {
          name: "epsilon spent",
          of: unit,
          value: last.epsilon,
          ceiling: epsilon,
          better: "lower",
          meaning: `All ${lines.length} charges together, by exact composition in zero-concentrated differential privacy, at delta ${delta.toExponential(0)}; the mark is the budget.${noise}`,
        },
      ],
      tables: [
        {
          title: "Charges",
          columns: [
            "charge",
            "mechanism",
            "rho",
            "epsilon of all so far",
            ...(mixed ? ["noise"] : []),
          ],
          rows: lines.map((line) => [
            line.what,
            line.mechanism,
            Number.isNaN(line.rho) ? null : Number(line.rho.toPrecision(3)),
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
