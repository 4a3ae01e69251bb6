import type { Release } from "../ir/release.js";
import type { MimeBundle } from "../show/mime.js";
import type { Table } from "../table/table.js";
import { showLines } from "./shown-lines.js";

/**
 * What is shown of a release, one bundle each: of every output its first rows and the marginals of its
 * columns (beside the real ones, where they may be looked at); what was found and spent; what the
 * spec's `show` lines ask for.
 */
export async function releaseParts(release: Release): Promise<readonly MimeBundle[]> {
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
  return bundles;
}

/** The real rows that an output's table was learned from, where they may be looked at. */
function realOf(release: Release, made: Table): Table | undefined {
  const real = release.real?.train.find((table) => table.name === made.name);
  return real === undefined || real.rows === 0 ? undefined : real;
}
