import { here } from "../base/diagnose.js";
import { blocksOf } from "../ir/spec.js";
import type { Desk } from "./desk.js";

/** Params, sources and writers that nothing refers to (P0205). */
export function checkUnused(desk: Desk): void {
  for (const what of ["param", "source", "writer"] as const) {
    for (const block of blocksOf(desk.spec, what)) {
      const name = block.name.text;
      if (desk.used.has(`${what} ${name}`)) continue;
      desk.say("P0205", { what, name }, { spans: [here(block.name.span, "never used")] });
    }
  }
}
