import type { Release } from "../ir/release.js";
import { evaluateRelease, type RunPlace } from "../pipeline.js";
import type { MimeBundle } from "../show/mime.js";
import { releaseParts } from "./release-parts.js";
import { runSweeps } from "./sweeps.js";

/**
 * What a notebook shows after a run, one bundle each, in this order: of every output its first rows
 * and the marginals of its columns (real beside synthetic, where the release holds real rows); then
 * what was found on the way and what was spent; what `show` lines ask for; the reports that the spec
 * asks for; with `place`, the sweeps of the spec are run there and shown last.
 */
export async function showRelease(
  release: Release,
  place?: RunPlace,
): Promise<readonly MimeBundle[]> {
  const { display } = await import("../show/display.js");
  const bundles = [...(await releaseParts(release))];
  const { spec, reports } = release.plan.checked;
  if (spec.blocks.some((block) => block.kind === "report")) {
    for (const report of reports.keys())
      bundles.push(display(await evaluateRelease(release, { report })));
  }
  if (place !== undefined) {
    for (const section of await runSweeps(release.plan, place, release)) {
      // A sweep beside a report `inside` is judged by real rows as that report is, and bears its mark.
      const inside = release.inside !== undefined;
      const report = { ...NOTHING, inside, title: section.title, sections: [section] };
      bundles.push(display(report), ...section.figures.map((figure) => display(figure)));
    }
  }
  return bundles;
}

const NOTHING = { kind: "report", audience: "consumers", notes: [] } as const;
