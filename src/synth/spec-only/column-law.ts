import { failure } from "../../base/failure.js";
import { distributionText } from "../../ir/distributions.js";
import type { Distribution, Formula } from "../../ir/formula.js";
import type { ColumnType } from "../../table/column-type.js";
import type { Law, LawMaker } from "./law.js";
import { lawNames, loadLaw } from "./load-laws.js";
import { mixtureLaw } from "./mixture.js";
import type { Sampler } from "./sampler.js";
import { inSeconds } from "./season.js";

/** The law of a column drawn from `distribution`, in the unit that its values are kept in: seconds for times. */
export async function columnLaw(
  type: ColumnType,
  { name, scale }: Distribution,
  formulas: readonly Formula[],
): Promise<LawMaker | undefined> {
  const make = name === "mixture" ? await loadMixture(formulas) : await loadLaw(name);
  if (name === "seasonal" && type.kind === "datetime") return changed(make, inSeconds);
  return scale === undefined ? make : changed(make, (law) => scaled(law, scale));
}

/** `scale` times a value of the law: no longer whole numbers, each with the halves beside it. */
function scaled(law: Law, scale: number): Law {
  return {
    discrete: false,
    cdf: (x) => law.cdf(x / scale),
    quantile: (p) => law.quantile(p) * scale,
  };
}

function changed(make: LawMaker | undefined, change: (law: Law) => Law): LawMaker {
  return (parameters) => {
    const law = make?.(parameters);
    return law === undefined ? undefined : change(law);
  };
}

/** Throws P1413 or P1414 where a column's law, the same for every row, gives it no value. */
export function refuseEmpty(
  column: string,
  name: string,
  { emptiness }: Sampler,
  values: readonly number[],
): void {
  if (emptiness === "no law") throw noLaw(column, name, values);
  if (emptiness === "no mass") {
    throw failure("P1414", { column, distribution: `${name}(${values.join(", ")})` });
  }
}

/** P1413. */
export function noLaw(column: string, name: string, values: readonly number[]): Error {
  return failure("P1413", { column, distribution: distributionText(name), values });
}

type LawFormula = Extract<Formula, { op: "call" }>;

/** Every second argument of a mixture is a distribution. */
export function isLaw(formula: Formula): formula is LawFormula {
  return formula.op === "call" && lawNames.includes(formula.name);
}

async function loadMixture(formulas: readonly Formula[]): Promise<LawMaker> {
  const parts = formulas.filter(isLaw);
  return mixtureLaw(
    await Promise.all(
      parts.map(async ({ name, args }) => ({
        make: await loadLaw(name),
        parameters: args.length,
      })),
    ),
  );
}
