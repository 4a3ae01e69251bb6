import { failure } from "../base/failure.js";
import type { Engine } from "../synth/marginal/engine.js";
import type { ColumnDomain } from "../table/domain.js";

/** Cells of the junction tree, unless the learner's `cells` says otherwise: 1 MB of doubles. */
export const CELLS = 131_072;

/** A private engine by name, loaded when first asked for. Throws P1461 for one that reads rows. */
export async function loadEngine(name: string): Promise<Engine> {
  switch (name) {
    case "independent":
      return (await import("../synth/marginal/independent.js")).independentEngine;
    case "mst":
      return (await import("../synth/marginal/mst.js")).mstEngine;
    case "aim":
      return (await import("../synth/marginal/aim.js")).aimEngine;
    case "swift":
      return (await import("../synth/marginal/swift.js")).swiftEngine;
    default:
      throw failure("P1461", {
        learner: name,
        table: "rows under a privacy budget",
        reason: "it reads rows; choose aim, swift, mst or independent",
      });
  }
}

/** Bins, or the levels of an ordered category, but not the code of a missing value. */
export function orderedCodes({ type, size, missingCode, edges }: ColumnDomain): number {
  const inOrder = edges !== undefined || (type.kind === "category" && type.ordered);
  return inOrder ? (missingCode ?? size) : 0;
}
