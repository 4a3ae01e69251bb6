import { failure } from "../../base/failure.js";
import type { CheckedRule } from "../../ir/checked.js";

/** Columns tied by `correlate`, as one Gaussian copula: a factor row for each in the order of drawing. */
export interface Correlated {
  /** Positions in the model, in the order of drawing. */
  readonly members: readonly number[];
  /** Lower triangular Cholesky factor of the correlations of the normal scores. */
  readonly factor: readonly Float64Array[];
}

type Correlate = Extract<CheckedRule, { kind: "correlate" }>;

/**
 * The Gaussian copula of all `correlate` rules; pairs that no rule names are independent given nothing
 * (correlation 0). Throws P1403 where the correlations contradict each other.
 */
export function correlated(
  rules: readonly CheckedRule[],
  names: readonly string[],
  order: readonly number[],
): Correlated {
  const pairs = rules.filter((rule): rule is Correlate => rule.kind === "correlate");
  const tied = new Set(
    pairs.flatMap(({ left, right }) => [names.indexOf(left), names.indexOf(right)]),
  );
  const members = order.filter((at) => tied.has(at));
  const matrix = members.map((_, i) => members.map((__, j): number => (i === j ? 1 : 0)));
  for (const { left, right, strength } of pairs) {
    const i = members.indexOf(names.indexOf(left));
    const j = members.indexOf(names.indexOf(right));
    if (i < 0 || j < 0 || i === j) continue;
    (matrix[i] as number[])[j] = strength;
    (matrix[j] as number[])[i] = strength;
  }
  const factor = cholesky(matrix);
  if (factor === undefined) {
    throw failure(
      "P1403",
      { columns: members.map((at) => names[at] as string) },
      { because: pairs.map((pair) => `${pair.left} with ${pair.right}: ${pair.strength}`) },
    );
  }
  return { members, factor };
}

function cholesky(matrix: readonly (readonly number[])[]): Float64Array[] | undefined {
  const factor = matrix.map(() => new Float64Array(matrix.length));
  for (let i = 0; i < matrix.length; i++) {
    const row = factor[i] as Float64Array;
    for (let j = 0; j <= i; j++) {
      const other = factor[j] as Float64Array;
      let sum = matrix[i]?.[j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (row[k] as number) * (other[k] as number);
      if (i === j) {
        if (sum < -1e-9) return undefined;
        row[i] = Math.sqrt(Math.max(sum, 1e-12));
      } else row[j] = sum / (other[j] as number);
    }
  }
  return factor;
}
