import { describe, expect, it } from "vitest";
import { stream } from "../../../src/base/random.js";
import type { ReportSection } from "../../../src/ir/report.js";
import { compile, evaluateRelease, runPlan } from "../../../src/pipeline.js";

const random = stream(1, "people");
const towns = ["Ulm", "Bonn", "Kiel", "Jena"];
const people = Array.from({ length: 900 }, (_, i) => ({
  age: 20 + random.below(50),
  town: i % 60 === 0 ? `Village ${i}` : (towns[random.below(4)] as string),
  score: Math.round(random.normal() * 100),
}));

async function privacyOf(
  town: string,
  learner: string,
  words: string,
  rows = people,
): Promise<ReportSection> {
  const text = `source s = frame people
table t from s {
  age: int 20..70
  town: ${town}
  score: int -600..600
}
learn with ${learner}
generate made: 400 rows seed 3
report { holdout 20%
  privacy ${words} }
`;
  const frames = new Map([["people", rows]]);
  const { plan, diagnostics } = await compile(text, { frames });
  if (plan === undefined) throw new Error(diagnostics.map(({ title }) => title).join("\n"));
  const { sections } = await evaluateRelease(await runPlan(plan, { frames }));
  return sections.find(({ topic }) => topic === "privacy") as ReportSection;
}

const named = (section: ReportSection, start: string) =>
  section.scores.find(({ name }) => name.startsWith(start));

describe("attacks that run the learner again", () => {
  it("find planted secrets that a learner of real texts gives away, and the same each time", async () => {
    const section = await privacyOf("category learned", "independent", "canaries");
    const often = named(section, "canaries that come back: card");
    expect(often?.value).toBeGreaterThan(0.8);
    expect(often?.low).toBeGreaterThan(0.5);
    const exposure = named(section, "canary exposure: card");
    expect(exposure?.low).toBeGreaterThan(exposure?.reference as number);
    const again = await privacyOf("category learned", "independent", "canaries");
    expect(again.scores).toEqual(section.scores);
  });

  it("say why they were not made where no text is taken from the data", async () => {
    const stated = towns.map((name) => `"${name}"`).join(" | ");
    const urban = people.filter(({ town }) => towns.includes(town));
    const section = await privacyOf(stated, "independent", "canaries", urban);
    expect(section.tables.map(({ title }) => title)).toContain(
      "Attacks on made that were not made",
    );
    expect(section.scores.filter(({ name }) => name.startsWith("canar"))).toEqual([]);
  });

  it("tell a learner that remembers rows from one that keeps only columns", async () => {
    const remembers = await privacyOf("category learned", "interpolation", "membership");
    const keeps = await privacyOf("category learned", "independent", "membership");
    const [near, far] = [remembers, keeps].map((one) => named(one, "membership by shadow models"));
    expect(near?.low).toBeGreaterThan(0.5);
    expect(near?.value).toBeGreaterThan((far?.value as number) + 0.05);
    expect(named(remembers, "members found by shadow models at 1 %")?.low).toBeDefined();
    expect(named(keeps, "implied epsilon by shadow models")?.value).toBeLessThan(1);
  });
});
