import type { CheckedSweep } from "./checked.js";

type SweptParams = Readonly<Record<string, number | string | boolean>>;

/** The params of every run of a sweep, in its order: every value of the first with every value of the second. */
export function sweptParams({ axes }: CheckedSweep): readonly SweptParams[] {
  return axes.reduce<readonly SweptParams[]>(
    (known, { param, values }) =>
      known.flatMap((run) => values.map((value) => ({ ...run, [param]: value }))),
    [{}],
  );
}
