// A notebook cell, as tslab's own TypeScript 5.0.4 reads it: CommonJS, Node10 resolution, not strict.
import { compileSpec, parable, type Plan, runPlan, showValue, type Table } from "parable";

const compiled = await compileSpec("table t { x: int 1..6 }\ngenerate 10 rows");
const plan: Plan | undefined = compiled.plan;
if (plan) {
  const release = await runPlan(plan);
  const table: Table = release.outputs[0].table;
  console.log(table.rows, Object.keys(await showValue(release)));
}
const made = await parable`
  table t { x: int 1..6 }
  generate dice: 10 rows
`;
console.log(made.plan);
