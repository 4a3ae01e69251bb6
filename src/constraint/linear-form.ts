/** Σ coefficient · variable + constant; variables are positions. */
export interface LinearForm {
  readonly terms: ReadonlyMap<number, number>;
  readonly constant: number;
}

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
