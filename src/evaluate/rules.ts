import type { ReportTable, Score } from "../ir/report.js";
import type { Section } from "./request.js";

const OWN_ROWS =
  "A rule of the spec holds in every generated row or the spec does not compile. Here it is counted again on what was written.";
const ROWS_OF_OTHERS =
  "How many rows break each rule of the spec: those that the other tool made, and the real ones.";

/** Which rules hold in the rows as written, and how often the real rows break them. */
export const rules: Section = {
  topic: "rules",
  async make(request) {
    const scores: Score[] = [];
    const tables: ReportTable[] = [];
    for (const output of request.outputs) {
      const outcomes = output.rules ?? [];
      if (outcomes.length > 0) {
        const kept = outcomes.filter((outcome) => outcome.violations === 0).length;
        scores.push({
          name: "rules that hold in every row",
          of: output.name,
          value: kept / outcomes.length,
          ceiling: 1,
          better: "higher",
          meaning: `${kept} of ${outcomes.length} rules hold in every generated row, counted on the rows as written.`,
        });
        tables.push({
          title: `Rules in ${output.name}`,
          columns: ["rule", "rows that break it", "of", "real rows that break it", "held"],
          rows: outcomes.map((outcome) => [
            outcome.text,
            outcome.violations,
            outcome.checked,
            outcome.realViolations ?? null,
            outcome.enforcement ?? null,
          ]),
        });
      }
      const expectations = output.expectations ?? [];
      if (expectations.length > 0) {
        tables.push({
          title: `Expectations of ${output.name}`,
          columns: ["expected", "found", "95% interval", "met"],
          rows: expectations.map((expected) => [
            expected.text,
            Number(expected.value.toPrecision(5)),
            expected.interval?.map((end) => Number(end.toPrecision(5))).join(" to ") ?? "",
            expected.value >= expected.low && expected.value <= expected.high ? "yes" : "no",
          ]),
        });
      }
    }
    if (tables.length === 0) return undefined;
    const own = request.outputs.some(({ remaking }) => remaking !== undefined);
    return {
      kind: "section",
      topic: "rules",
      title: "Rules",
      lead: own ? OWN_ROWS : ROWS_OF_OTHERS,
      scores,
      tables,
      figures: [],
    };
  },
};
