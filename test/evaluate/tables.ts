import { stream } from "../../src/base/random.js";
import type { Column, Table } from "../../src/table/table.js";

export interface Shape {
  readonly rows: number;
  readonly seed: number;
  /** Moves the mean of `income` by so much. */
  readonly shift?: number;
  /** Share of missing `job`. */
  readonly missing?: number;
  /** Makes `income` independent of `age`. */
  readonly loose?: boolean;
}

/** People with dependent columns of every kind: two draws with different seeds have one distribution. */
export function people({ rows, seed, shift = 0, missing = 0.1, loose = false }: Shape): Table {
  const random = stream(seed, "people");
  const age = new Float64Array(rows);
  const income = new Float64Array(rows);
  const joined = new Float64Array(rows);
  const sex = new Int32Array(rows);
  const job = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    age[row] = Math.min(90, Math.max(17, Math.round(40 + 12 * random.normal())));
    const from = loose ? 40 + 12 * random.normal() : (age[row] as number);
    income[row] = Math.round(Math.exp(9 + from / 80 + 0.3 * random.normal())) + shift;
    joined[row] = 18_000 + random.below(1500);
    sex[row] = random.below(2);
    job[row] =
      random.uniform() < missing
        ? -1
        : Math.min(11, Math.floor(-3 * Math.log(1 - random.uniform())));
  }
  const columns: Column[] = [
    {
      kind: "number",
      name: "age",
      type: { kind: "int", min: 17, max: 90, unit: "years", learned: false },
      values: age,
    },
    {
      kind: "number",
      name: "income",
      type: { kind: "money", unit: "USD", learned: false },
      values: income,
    },
    { kind: "number", name: "joined", type: { kind: "date", learned: false }, values: joined },
    {
      kind: "code",
      name: "sex",
      type: { kind: "category", values: ["F", "M"], ordered: false, learned: false },
      codes: sex,
      levels: ["F", "M"],
    },
    {
      kind: "code",
      name: "job",
      type: { kind: "category", values: [], ordered: false, learned: true },
      codes: job,
      levels: Array.from({ length: 12 }, (_, i) => `job ${i}`),
    },
    {
      kind: "code",
      name: "id",
      type: { kind: "id" },
      codes: Int32Array.from(age, (_, i) => i),
      levels: Array.from(age, (_, i) => `p${i}`),
    },
  ];
  return { kind: "table", name: "people", rows, columns };
}
