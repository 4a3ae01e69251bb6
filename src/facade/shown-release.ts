import type { Release } from "../ir/release.js";
import { evaluateRelease, type RunPlace } from "../pipeline.js";
import type { MimeBundle } from "../show/mime.js";
import type { Table } from "../table/table.js";
import { showLines } from "./shown-lines.js";
import { runSweeps } from "./sweeps.js";

/**
 * What a notebook shows after a run, one bundle each, in this order: of every output its first rows
 * and the marginals of its columns (real beside synthetic, where the release holds real rows); then
 * what was found on the way and what was spent; what `show` lines ask for; the report that the spec
 * asks for; with `place`, the sweeps of the spec are run there and shown last.
 */
export async function showRelease(
  release: Release,
  place?: RunPlace,
): Promise<readonly MimeBundle[]> {
  const [{ display, displayMarginals }, { marginalFigures }] = await Promise.all([
    import("../show/display.js"),
    import("../evaluate/marginal-figures.js"),
  ]);
  const bundles: MimeBundle[] = [];
  for (const { name, table } of release.outputs) {
    bundles.push(display({ ...table, name }));
    const real = realOf(release, table);
    const beside = real === undefined ? [] : [{ name: "real", table: real }];
    const figures = marginalFigures([...beside, { name, table }]);
    const title =
      real === undefined ? `Columns of ${name}` : `Columns of ${name}, beside the real ones`;
    if (figures.length > 0) bundles.push(displayMarginals(title, figures));
  }
  bundles.push(display(release));
  bundles.push(...(await showLines(release)));
  if (release.plan.checked.spec.blocks.some((block) => block.kind === "report")) {
    bundles.push(display(await evaluateRelease(release)));
  }
  if (place !== undefined) {
    for (const section of await runSweeps(release.plan, place)) {
      const report = { ...NOTHING, title: section.title, sections: [section] };
      bundles.push(display(report), ...section.figures.map((figure) => display(figure)));
    }
  }
  return bundles;
}

const NOTHING = { kind: "report", audience: "consumers", inside: false, notes: [] } as const;

/** The real rows that an output's table was learned from, where they may be looked at. */
function realOf(release: Release, made: Table): Table | undefined {
  const real = release.real?.train.find((table) => table.name === made.name);
  return real === undefined || real.rows === 0 ? undefined : real;
}
