import type { Score } from "../ir/report.js";
import type { Compared } from "./binned.js";
import type { EvaluatedOutput } from "./request.js";
import { meanSimilarity } from "./similarity.js";

/** The mean of comparisons of one output as a score, with the mean of their references where they have any. */
export function meanScore(
  name: string,
  output: EvaluatedOutput,
  parts: readonly Compared[],
  meaning: string,
): Score {
  const mean = meanSimilarity(parts);
  const references = parts.flatMap((part) =>
    part.reference === undefined ? [] : [part.reference],
  );
  const conditioned =
    output.given === undefined
      ? ""
      : ` Both the generated and the real rows are those with ${output.given}.`;
  return {
    name,
    of: output.name,
    value: mean.value,
    ceiling: mean.ceiling,
    ...(references.length === 0 ? {} : { reference: meanSimilarity(references).value }),
    low: mean.low,
    high: mean.high,
    better: "higher",
    meaning: meaning + conditioned,
  };
}
