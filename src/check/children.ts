import { here, remedy, there } from "../base/diagnose.js";
import type { CheckedSpec } from "../ir/checked.js";
import { leadingRef } from "../ir/refs.js";
import { blocksOf, type LearnBlock } from "../ir/spec.js";
import type { Scope } from "./scope.js";

/** The one learner of rows that belong to rows of another table where there is no budget. */
const OF_CHILDREN = "trees";

/** Tables whose rows belong to another's are learned with `trees`, unless a budget pays for counts (P0934). */
export function checkChildren(spec: CheckedSpec, scope: Scope): void {
  if (spec.privacy !== undefined) return;
  const blocks = blocksOf(spec.spec, "learn");
  const general = blocks.find((block) => block.table === undefined);
  for (const table of spec.tables) {
    const ref = leadingRef(spec.tables, table);
    const block = blocks.find((each) => each.table?.text === table.name) ?? general;
    const name = block?.learner.text;
    if (ref === undefined || block === undefined || name === undefined) continue;
    if (name === "auto" || name === OF_CHILDREN || countsOnly(name)) continue;
    const parent = ref.type.table;
    scope.desk.say(
      "P0934",
      { learner: name, table: table.name, parent },
      {
        spans: [here(block.learner.span), there(ref.span, `rows of ${parent}`)],
        try: [remedyOf(block, spec, name)],
      },
    );
  }
}

/** Those without a budget are an error of their own. */
const countsOnly = (name: string): boolean => ["swift", "aim", "mst"].includes(name);

function remedyOf(block: LearnBlock, spec: CheckedSpec, name: string) {
  const { span } = block.learner;
  const alone = spec.tables.find(
    (table) => table.source !== undefined && leadingRef(spec.tables, table) === undefined,
  );
  if (block.table !== undefined || alone === undefined) {
    return remedy(`write ${OF_CHILDREN}`, span, OF_CHILDREN);
  }
  const text = `learn ${alone.name} with ${name}`;
  return remedy(`write \`${text}\``, { start: block.span.start, end: span.end }, text);
}
