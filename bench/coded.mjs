// What benches of private engines are told: a coded table as private-pgm ships them (NAME.csv of codes and
// NAME-domain.json of sizes, in the folder PARABLE_DATA), budgets, and how often.
import { join } from "node:path";

export const codedOptions = {
  data: { type: "string", default: "adult" },
  epsilon: { type: "string", default: "0.1,0.3,1,3,10" },
  delta: { type: "string", default: "1e-9" },
  seeds: { type: "string", default: "5" },
};

/** The table's two files. */
export function codedFiles(name) {
  const folder = process.env.PARABLE_DATA;
  if (folder === undefined) throw new Error("PARABLE_DATA: the folder of the CSV and its domain");
  return { csv: join(folder, `${name}.csv`), domain: join(folder, `${name}-domain.json`) };
}
