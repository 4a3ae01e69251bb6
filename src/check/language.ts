import { blocksOf, type Spec } from "../ir/spec.js";

/** Whether a table is learned with `language`, the one learner that learns texts. */
export function learnsText(spec: Spec, table: string): boolean {
  const blocks = blocksOf(spec, "learn");
  const own = blocks.find((block) => block.table?.text === table);
  const block = own ?? blocks.find((each) => each.table === undefined);
  return block?.learner.text === "language";
}
