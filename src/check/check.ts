import { here } from "../base/diagnose.js";
import { type Diagnostic, hasErrors } from "../base/diagnostic.js";
import type { CheckedSpec, CheckedTable } from "../ir/checked.js";
import { blocksOf, type Spec } from "../ir/spec.js";
import { checkCaps } from "./caps.js";
import { checkChildren } from "./children.js";
import { checkedColumns } from "./columns.js";
import { checkCounts } from "./counts.js";
import { Desk } from "./desk.js";
import { checkDomains } from "./domains.js";
import { checkEffort } from "./effort.js";
import type { CheckFacts } from "./facts.js";
import { checkedFairness } from "./fairness.js";
import { checkGoals } from "./goals.js";
import { checkGuesses } from "./guesses.js";
import { checkKeys } from "./keys.js";
import { checkLanguage } from "./language.js";
import { checkedLearners } from "./learners.js";
import { checkedOutputs } from "./outputs.js";
import { knownParams } from "./params.js";
import { checkedPrivacy, onlyCopies } from "./privacy.js";
import { checkPromises } from "./promises.js";
import { checkProofs, ruleBooks } from "./proofs.js";
import { checkRanges } from "./ranges.js";
import { checkedReports, checkedShows, checkedSweeps } from "./reports.js";
import { checkedRules } from "./rules.js";
import type { Scope } from "./scope.js";
import { checkedSources, checkHeaders, sourceUse } from "./sources.js";
import { fillColumns, knownTables } from "./tables.js";
import { checkUnused } from "./unused.js";
import { checkedWriters, checkPriors, checkWriterNames, checkWriting } from "./writers.js";

/** What a check finds: the checked spec unless there is an error, and everything there is to say. */
export interface Checked {
  readonly checked?: CheckedSpec;
  /** The tables as far as they were understood, errors or not: what `why` looks at. */
  readonly tables: readonly CheckedTable[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Look up names, agree kinds and units, work out constants, and prove what can be proved about the
 * rules, before any data are touched. Never throws and never stops at the first fault.
 */
export function check(spec: Spec, facts: CheckFacts = {}): Checked {
  const desk = new Desk(spec);
  const checked = checkedSpec(desk, facts);
  const diagnostics = [...desk.diagnostics].sort((a, b) => placeOf(a) - placeOf(b));
  const { tables } = checked;
  return hasErrors(diagnostics) ? { tables, diagnostics } : { checked, tables, diagnostics };
}

const placeOf = (diagnostic: Diagnostic): number =>
  diagnostic.spans.find((span) => span.primary)?.start ?? 0;

function checkedSpec(desk: Desk, facts: CheckFacts): CheckedSpec {
  const params = knownParams(desk, facts.params ?? {});
  const sources = checkedSources(desk);
  const base = { desk, params: params.entries, present: new Set<string>() };
  const entries = knownTables(base);
  const scope: Scope = { ...base, tables: entries };
  for (const entry of entries.values()) fillColumns(entry, scope);
  const tables = [...entries.values()].map((entry): CheckedTable => {
    const source = sourceUse(entry, sources, desk);
    checkHeaders(entry, facts.headers, desk);
    const columns = checkedColumns(entry, scope);
    const rules = checkedRules(entry, scope);
    return { name: entry.name, ...(source === undefined ? {} : { source }), columns, rules };
  });
  checkKeys(scope);
  const noCopiesOf = onlyCopies(scope);
  const privacy = noCopiesOf === undefined ? checkedPrivacy(scope) : undefined;
  if (privacy !== undefined) checkCaps(privacy, sources, scope);
  const isPrivate = noCopiesOf === undefined && blocksOf(desk.spec, "privacy").length > 0;
  checkDomains(scope, isPrivate);
  if (isPrivate) checkGuesses(desk);
  const fairness = checkedFairness(scope);
  const writers = checkedWriters(scope);
  checkWriterNames(scope, writers);
  const learners = checkedLearners(scope, facts.learners, isPrivate);
  const outputs = checkedOutputs(scope, sources);
  const learns = tables.some((table) => table.source !== undefined);
  const reportFacts = {
    learns,
    private: isPrivate,
    fair: fairness !== undefined,
    rules: tables.some((table) => table.rules.length > 0),
  };
  const reports = checkedReports(scope, reportFacts);
  const named = [...outputs.map((output) => output.name), ...sources.map((source) => source.name)];
  const shows = checkedShows(scope, named);
  const sweeps = checkedSweeps(params.checked, scope);
  const header = headerOf(desk);
  const made: CheckedSpec = {
    kind: "checked-spec",
    spec: desk.spec,
    name: header?.name.text ?? tables[0]?.name ?? "spec",
    ...(header?.title === undefined ? {} : { title: header.title.value }),
    sources,
    params: params.checked,
    tables,
    ...(privacy === undefined ? {} : { privacy }),
    ...(noCopiesOf === undefined ? {} : { noCopiesOf }),
    ...(fairness === undefined ? {} : { fairness }),
    learners,
    writers,
    outputs,
    reports,
    shows,
    sweeps,
  };
  prove(made, scope);
  checkUnused(desk);
  return made;
}

/** What follows from all parts together, once each is understood. */
function prove(spec: CheckedSpec, scope: Scope): void {
  const books = ruleBooks(spec);
  checkProofs(spec, books, scope);
  checkRanges(spec, scope);
  checkGoals(spec, books, scope);
  checkCounts(spec, books, scope);
  checkPromises(spec, scope);
  checkEffort(spec, scope);
  checkLanguage(spec, scope);
  checkChildren(spec, scope);
  checkWriting(spec, scope);
  checkPriors(spec, scope);
}

function headerOf(desk: Desk): ReturnType<typeof blocksOf<"header">>[number] | undefined {
  const [first, ...more] = blocksOf(desk.spec, "header");
  for (const again of more) {
    desk.say(
      "P0201",
      { what: "spec name", name: again.name.text },
      { spans: [here(again.name.span)] },
    );
  }
  return first;
}
