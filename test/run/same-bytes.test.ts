import { expect, test } from "vitest";
import { compile, runPlan } from "../../src/pipeline.js";
import { csvPieces } from "../../src/table/csv-write.js";

const spec = (learner: string, seed: number) => `
source birds = example "penguins"
table penguins from birds {
  species: category learned                       from "Species"
  island:  category learned                       from "Island"
  bill:    real 20..70 step 0.1 or missing     from "Beak Length (mm)"
  mass:    int 2_000..7_000 or missing          from "Body Mass (g)"
  require bill is missing or mass is missing or bill * 200 > mass
}
learn with ${learner}
generate made:  300 rows seed ${seed}
generate heavy: 40 rows given mass is present and mass >= 4_500 seed ${seed}
`;

async function bytesOf(learner: string, seed: number): Promise<string> {
  const { plan, diagnostics } = await compile(spec(learner, seed));
  expect(plan, JSON.stringify(diagnostics)).toBeDefined();
  const release = await runPlan(plan as NonNullable<typeof plan>);
  return release.outputs.map(({ table }) => [...csvPieces(table, {})].join("")).join("\n");
}

test.each(["trees", "independent", "copula", "forest", "interpolation"])(
  "%s: the same spec, data and seed give the same bytes, from learning to writing; another seed gives others",
  async (learner) => {
    const first = await bytesOf(learner, 1);
    expect(await bytesOf(learner, 1)).toBe(first);
    expect(await bytesOf(learner, 2)).not.toBe(first);
  },
);
