import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { silent } from "../../src/base/progress.js";
import { evaluate } from "../../src/evaluate/evaluate.js";
import { flowFigure } from "../../src/evaluate/fairness-flow.js";
import { sweepSection } from "../../src/evaluate/sweep.js";
import { reportJson } from "../../src/show/report-page.js";
import { people } from "./tables.js";

const schema = JSON.parse(
  readFileSync(new URL("../../assets/report.schema.json", import.meta.url), "utf8"),
);
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

const gapAndAccuracy = [
  ["parity gap by sex, before", "lower"],
  ["parity gap by sex, after", "lower"],
  ["AUC of boosted trees", "higher"],
].map(([name, better]) => ({
  ...{ name: name as string, of: "made", better: better as "lower" | "higher" },
  ...{ value: 0.1, low: 0, high: 0.2, reference: 0.3, meaning: "how far" },
}));

describe("report.json", () => {
  it.each(["consumers", "regulators", "teachers"] as const)(
    "for %s keeps to its published schema",
    async (audience) => {
      const report = await evaluate({
        title: "t",
        audience,
        inside: true,
        seed: 1,
        topics: [],
        progress: silent,
        outputs: [
          {
            name: "made",
            synthetic: people({ rows: 400, seed: 1 }),
            real: people({ rows: 400, seed: 2 }),
            holdout: people({ rows: 150, seed: 3 }),
            rules: [{ text: "age >= 17", violations: 0, checked: 400 }],
          },
        ],
      });
      const flow = flowFigure({ of: "made", by: "sex", outcome: "hired" }, [
        { name: "after", counts: ["F", "M"].map((group) => ({ group, count: 9, hits: 3 })) },
      ]);
      const fairness = {
        ...({ kind: "section", topic: "fairness", title: "Fairness", lead: "" } as const),
        ...{ scores: gapAndAccuracy, tables: [], figures: flow === undefined ? [] : [flow] },
      };
      const swept = {
        ...report,
        sections: [
          ...report.sections,
          fairness,
          sweepSection(
            ["eps"],
            [
              { values: [1], report: { ...report, sections: [fairness] } },
              { values: [20], report: { ...report, sections: [...report.sections, fairness] } },
            ],
          ),
        ],
      };
      validate(JSON.parse(reportJson(swept)));
      expect(validate.errors ?? []).toEqual([]);
      const kinds = swept.sections.flatMap(({ figures }) => figures.map(({ kind }) => kind));
      expect(kinds).toEqual(expect.arrayContaining(["flow", "frontier"]));
      const first = { consumers: "fidelity", regulators: "rules", teachers: "fidelity" }[audience];
      expect(report.sections[0]?.topic).toBe(first);
    },
  );
  it("is refused when a number stands without its meaning", () => {
    expect(
      validate({
        kind: "report",
        title: "",
        audience: "consumers",
        inside: false,
        notes: [],
        sections: [
          {
            kind: "section",
            topic: "",
            title: "",
            lead: "",
            tables: [],
            figures: [],
            scores: [{ name: "x", of: "y", value: 1, better: "higher" }],
          },
        ],
      }),
    ).toBe(false);
  });
});
