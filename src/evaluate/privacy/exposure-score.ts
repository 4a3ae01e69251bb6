import type { Score } from "../../ir/report.js";
import type { Exposure } from "./canaries.js";
import { clopperPearson, Z } from "./intervals.js";

/** How a secret's rank among its decoys was found: by what was said, or by what a model knows. */
const WAYS = {
  said: "by how much of each comes out",
  likelihood: "by the likelihood that the model gives each, whether it was said or not",
} as const;

/**
 * Mean exposure of some canaries among so many decoys, with its 95 % interval where there are two or more. Where all are
 * known by heart, which leaves no spread, from the exact interval of the share of secrets that are (the others left no
 * trace, at worst).
 */
export function exposureScore(
  of: string,
  what: string,
  found: readonly Pick<Exposure, "exposure">[],
  decoys: number,
  way: keyof typeof WAYS = "said",
): Score {
  const most = Math.log2(decoys + 1);
  const mean = Math.min(most, found.reduce((sum, each) => sum + each.exposure, 0) / found.length);
  const squares = found.reduce((sum, each) => sum + (each.exposure - mean) ** 2, 0);
  const error = Z * Math.sqrt(squares / (found.length - 1) / found.length);
  const alike = found.every(({ exposure }) => exposure === found[0]?.exposure);
  const known = clopperPearson(found.length, found.length).low;
  const low = alike ? mean * known : Math.max(0, mean - error);
  const ends = { low, high: Math.min(most, mean + error) };
  return {
    name: `canary exposure${way === "likelihood" ? " by likelihood" : ""}: ${what}`,
    of,
    value: mean,
    ...(found.length < 2 ? {} : ends),
    reference: 1,
    better: "near-reference",
    meaning: `Mean exposure in bits, by rank among ${decoys} decoys that no model saw, ${WAYS[way]}: about 1 for a secret that left no trace, ${most.toFixed(1)} for one known by heart.`,
  };
}
