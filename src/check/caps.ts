import { here, there } from "../base/diagnose.js";
import type { CheckedPrivacy, CheckedSource } from "../ir/checked.js";
import { blocksOf } from "../ir/spec.js";
import type { Scope } from "./scope.js";

/** A budget above what a source it reads may ever be spent on (P0709). */
export function checkCaps(
  { epsilon }: CheckedPrivacy,
  sources: readonly CheckedSource[],
  scope: Scope,
): void {
  const { spec } = scope.desk;
  const budget = blocksOf(spec, "privacy")
    .flatMap(({ statements }) => statements)
    .find((statement) => statement.kind === "budget");
  if (budget === undefined) return;
  const read = new Set(blocksOf(spec, "table").map(({ source }) => source?.name.text));
  for (const { name, capEpsilon, isPublic } of sources) {
    if (capEpsilon === undefined || isPublic || !read.has(name) || epsilon <= capEpsilon) continue;
    const node = blocksOf(spec, "source").find((source) => source.name.text === name)?.capEpsilon;
    scope.desk.say(
      "P0709",
      { source: name, requested: epsilon, cap: capEpsilon },
      { spans: [here(budget.span), ...(node === undefined ? [] : [there(node.span, "the cap")])] },
    );
  }
}
