import type { CheckedFairness } from "./checked.js";

type Goal = CheckedFairness["goals"][number];

/** A goal as one writes it: `parity given schooling <= 0.03`. */
export function goalText({ metric, given, comparison, bound }: Goal): string {
  const within = given.length === 0 ? "" : ` given ${given.join(", ")}`;
  return `${metric}${within} ${comparison} ${bound}`;
}

/** Whether a goal is about the rows, so that generation meets it; others are about models trained on them. */
export function isOfRows({ metric }: Pick<Goal, "metric">): boolean {
  return metric === "parity" || metric === "ratio";
}

/** Whether anything is asked that rows are chosen for. */
export function choosesRows({ goals, rebalance, forbiddenEdges }: CheckedFairness): boolean {
  return goals.some(isOfRows) || rebalance.length + forbiddenEdges.length > 0;
}
