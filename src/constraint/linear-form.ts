import { gridValue, indexAtMost } from "./grid.js";
import { always, type Clause, type Linear, never } from "./literal.js";

/** Σ coefficient · variable + constant; variables are positions. */
export interface LinearForm {
  readonly terms: ReadonlyMap<number, number>;
  readonly constant: number;
}

export function scaled(form: LinearForm, factor: number): LinearForm;
export function scaled(form: LinearForm | undefined, factor: number): LinearForm | undefined;
export function scaled(form: LinearForm | undefined, factor: number): LinearForm | undefined {
  if (form === undefined) return undefined;
  const terms = new Map([...form.terms].map(([v, a]) => [v, a * factor]));
  return { terms: factor === 0 ? new Map() : terms, constant: form.constant * factor };
}

export function sum(
  left: LinearForm | undefined,
  right: LinearForm | undefined,
): LinearForm | undefined {
  if (left === undefined || right === undefined) return undefined;
  const terms = new Map(left.terms);
  for (const [v, a] of right.terms) {
    const total = (terms.get(v) ?? 0) + a;
    if (total === 0) terms.delete(v);
    else terms.set(v, total);
  }
  return { terms, constant: left.constant + right.constant };
}

/** That a form is at most zero, or below where `strict`; `step` gives the grid of a variable. */
export function atMostZero(
  { terms, constant }: LinearForm,
  how: {
    readonly strict: boolean;
    readonly bare: boolean;
    readonly step: (variable: number) => number | undefined;
  },
): Clause {
  const { strict, bare, step } = how;
  const variables = [...terms.keys()];
  const coefficients = [...terms.values()];
  const bound = constant === 0 ? 0 : -constant;
  if (variables.length === 0) return (strict ? 0 < bound : 0 <= bound) ? always : never;
  const literal = { kind: "linear", variables, coefficients } as const;
  const sure = { ...literal, strict: false, slack: 0, exact: true } satisfies Partial<Linear>;
  const whole =
    variables.every((v) => Number.isInteger(step(v))) && coefficients.every(Number.isInteger);
  if (whole) return { ...sure, bound: strict ? Math.ceil(bound) - 1 : Math.floor(bound) };
  const [first, ...others] = variables as [number, ...number[]];
  const single = others.length === 0 && Math.abs(coefficients[0] as number) === 1;
  const grid = step(first);
  if (single && bare && grid !== undefined) {
    return { ...sure, bound: highestBelow(bound, grid, strict) };
  }
  const slack = single ? 0 : 1e-9 * Math.max(1, Math.abs(bound));
  return { ...literal, bound, strict, slack, exact: single || (bare && bound === 0) };
}

/** The highest value of a grid that is at most `bound`, or below it. Grids are the same on both sides of zero. */
function highestBelow(bound: number, step: number, strict: boolean): number {
  let index = indexAtMost(bound, step);
  while (strict ? gridValue(index, step) >= bound : gridValue(index, step) > bound) index--;
  return gridValue(index, step);
}
