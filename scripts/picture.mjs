// Draws the picture of the README: columns of a generated table beside the real ones.
import { writeFileSync } from "node:fs";
import { marginalFigures } from "../dist/src/evaluate/marginal-figures.js";
import { compileSpec, runPlan } from "../dist/src/index.js";
import { svgOf } from "../dist/src/show/figure.js";
import { multiplesOf } from "../dist/src/show/svg-multiples.js";

const { plan } = await compileSpec(`
source calls = example "bank-marketing" missing "unknown"
table people from calls {
  age:        int 18..95 years
  job:        category learned or missing
  education:  "primary" < "secondary" < "tertiary" or missing
  balance:    money EUR -8_019..102_127 step 1
  since:      int -1..871   from "pdays"
  before:     int 0..275    from "previous"
  subscribed: "yes" | "no"  from "y"
  since = -1 exactly when before = 0
}
generate made: 20_000 rows seed 7
`);
const { outputs, real } = await runPlan(plan);
const figures = marginalFigures([
  { name: "real", table: real.train[0] },
  { name: "made up", table: outputs[0].table },
]).filter((figure) => ["age", "job", "education", "subscribed"].includes(figure.column));
const picture = multiplesOf("The bank's clients: real, and made up by Parable", figures);
writeFileSync(new URL("../docs/pictures/first-spec.svg", import.meta.url), `${svgOf(picture)}\n`);
