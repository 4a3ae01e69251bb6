import type { ReportSection } from "../ir/report.js";
import type { Section } from "./request.js";

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
    const promise = `Whoever sees what was generated learns almost the same whether or not any one of the protected units (${unit}) was in the data: no outcome is more than e^${short(epsilon)} times likelier with it than without, but for a chance of ${delta.toExponential(0)}.`;
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
          meaning: `All ${lines.length} charges together, by exact composition in zero-concentrated differential privacy, at delta ${delta.toExponential(0)}; the mark is the budget.`,
        },
      ],
      tables: [
        {
          title: "Charges",
          columns: ["charge", "mechanism", "rho", "epsilon of all so far", "noise"],
          rows: lines.map((line) => [
            line.what,
            line.mechanism,
            Number.isNaN(line.rho) ? null : Number(line.rho.toPrecision(3)),
            Number(line.epsilon.toPrecision(3)),
            line.seeded ? "seeded, not private" : "exact, from the operating system",
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
