import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { writeRelease } from "../../src/facade/written.js";
import type { Release } from "../../src/ir/release.js";
import type { Report } from "../../src/ir/report.js";
import { compile, evaluateRelease, runPlan } from "../../src/pipeline.js";

let folder: string;
const random = stream(3, "people");
const people = Array.from({ length: 3000 }, () => {
  const sex = random.below(3) === 0 ? "F" : "M";
  return { sex, age: 20 + random.below(sex === "F" ? 50 : 30) };
});

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-report-"));
  const lines = people.map(({ sex, age }) => `${sex},${age}`);
  writeFileSync(join(folder, "people.csv"), ["sex,age", ...lines].join("\n"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec = (spend: string, report: string) => `source p = csv "people.csv"
table people from p {
  sex: "F" | "M"
  age: int 20..69
}
privacy {
  protect each row of people
  budget epsilon 2, delta 1e-6
  ${spend}
}
learn with mst
generate made: 3_000 rows seed 1
${report}
`;

async function made(text: string): Promise<{ release: Release; report: Report }> {
  const { plan, diagnostics } = await compile(text, { folder });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  const release = await runPlan(plan, { folder });
  return { release, report: await evaluateRelease(release) };
}

const scoreOf = (report: Report, name: string) =>
  report.sections.flatMap(({ scores }) => scores).find((score) => score.name === name);

describe("the report under a budget", () => {
  it("compares with the noisy counts, tells what noise alone would do, and reads no real row", async () => {
    const { release, report } = await made(spec("", ""));
    expect(release.real).toBeUndefined();
    expect(release.inside).toBeUndefined();
    const columns = scoreOf(report, "columns against noisy counts");
    expect(columns?.value).toBeGreaterThan(0.9);
    expect(columns?.low).toBeLessThan(columns?.value ?? 0);
    expect(columns?.ceiling).toBeLessThan(1);
    const [figure] = report.sections.flatMap(({ figures }) => figures);
    if (figure?.kind !== "marginal") throw new Error("no figure");
    expect(figure.series.map(({ name }) => name)).toEqual(["noisy counts", "made"]);
    // The bars are those of the noise: 95 % wide around the noisy share.
    const women = people.filter(({ sex }) => sex === "F").length / people.length;
    expect(figure.series[0]?.low?.[0]).toBeLessThan(women + 0.02);
    expect(figure.series[0]?.high?.[0]).toBeGreaterThan(women - 0.02);
    // Ages are counted year by year, and stand on an axis, the last one as wide as the others.
    const ages = report.sections
      .flatMap(({ figures }) => figures)
      .find((one) => one.kind === "marginal" && one.column === "age");
    expect(ages).toMatchObject({ scale: "number" });
    expect(ages).toHaveProperty(
      "edges",
      Array.from({ length: 51 }, (_, i) => 20 + i),
    );
    const spent = scoreOf(report, "epsilon spent");
    expect(spent?.meaning).toContain("All noise is exact, from the operating system.");
    expect(spent?.value).toBeLessThanOrEqual(2);
    expect(spent?.value).toBeGreaterThan(1.9);
    expect(report.notes.join()).toContain("No real rows were read");
  });

  it("measures the model's errors with what is set aside, near the truth, and keeps them", async () => {
    const text = spec("spend 80% on model, 20% on report", "");
    const { release, report } = await made(text);
    const errors = release.measured[0]?.errors ?? [];
    expect(errors.map(({ columns }) => columns)).toEqual([[0], [1], [0, 1]]);
    const truth = people.filter(({ sex }) => sex === "F").length;
    const { rows } = release.outputs[0]!.table;
    const sex = release.outputs[0]!.table.columns[0]!;
    const women = sex.kind === "code" ? sex.codes.filter((code) => code === 0).length : 0;
    // Drawn with rounded counts, so the rows' own distance is the model's but for a row or two.
    const distance = Math.abs(women / rows - truth / people.length);
    expect(Math.abs(errors[0]!.distance - distance)).toBeLessThan(6 * errors[0]!.sigma + 0.01);
    expect(scoreOf(report, "measured error of pairs")?.high).toBeLessThan(0.3);
    expect(release.ledger.at(-1)?.what).toContain("errors of a model");
    expect(release.ledger.at(-1)?.epsilon).toBeLessThanOrEqual(2);
    const again = await made(text);
    expect(again.release.measured).toEqual(release.measured);
    expect(again.release.ledger).toHaveLength(release.ledger.length);
  });

  it("looks at real rows only where it is marked as for the data holder, and only there", async () => {
    const { release, report } = await made(
      spec("", 'report "Exact" inside { fidelity marginals }'),
    );
    expect(release.real).toBeUndefined();
    expect(release.inside?.train[0]?.rows).toBe(3000);
    expect(scoreOf(report, "column fidelity")?.value).toBeGreaterThan(0.9);
    expect(report.inside).toBe(true);
    expect(report.notes.join()).toContain("not private");
    const [, head] = await writeRelease(release, join(folder, "out"));
    expect(readFileSync(head as string, "utf8")).not.toContain("rowsRead");
  });

  it("holds protected rows out for a report inside that attacks or predicts, and for no other", async () => {
    const inside = "report inside {\n  utility predict sex\n  privacy ledger, membership\n}";
    const { release, report } = await made(spec("", inside));
    const { train, holdout } = release.inside!;
    const apart = holdout[0]!.rows;
    expect(train[0]!.rows + apart).toBe(3000);
    expect(apart).toBeGreaterThan(450);
    expect(apart).toBeLessThan(750);
    // Held-out rows were not learned from: the noisy number of rows is that of the others.
    expect(Math.abs(release.measured[0]!.total - train[0]!.rows)).toBeLessThan(60);
    const found = report.sections.map(({ title }) => title);
    expect(found).toEqual(expect.arrayContaining(["Utility", "Privacy, by attack"]));
    const epsilon = scoreOf(report, "implied epsilon");
    expect(epsilon?.value).toBeLessThan(2);
    expect(release.plan.steps.some(({ kind }) => kind === "hold-out")).toBe(true);
    const again = await made(spec("", inside));
    expect(again.release.inside?.holdout[0]).toEqual(holdout[0]);
    expect(again.release.ledger).toHaveLength(release.ledger.length);
    const less = await made(spec("", inside.replace("{", "{\n  holdout 5%\n")));
    expect(less.release.inside?.holdout[0]?.rows).toBeLessThan(apart);
    expect((await made(spec("", ""))).release.plan.holdout).toBe(0);
  });

  it("compares rows as language with counts of their own, within the budget, and again for nothing", async () => {
    const text = spec("", "").replace(
      "learn with mst",
      "learn with language {\n  epochs 1\n  width 8\n  layers 1\n  heads 1\n  batch 600\n  noise 4\n}",
    );
    const { release, report } = await made(text);
    const [measured] = release.measured;
    expect(measured?.counts.map(({ columns }) => columns)).toEqual([[0], [1], [0, 1]]);
    expect(scoreOf(report, "columns against noisy counts")?.meaning).toContain("never saw them");
    const women = people.filter(({ sex }) => sex === "F").length;
    const noisy = measured?.counts[0];
    expect(Math.abs((noisy?.counts[0] as number) - women)).toBeLessThan(
      6 * (noisy?.sigma as number),
    );
    expect(release.ledger.at(-1)?.epsilon).toBeLessThanOrEqual(2);
    expect(release.plan.budget?.shares).toMatchObject([
      { on: "model" },
      { on: "report", share: 0.05 },
    ]);
    const again = await made(text);
    expect(again.release.measured).toEqual(release.measured);
    expect(again.release.ledger).toHaveLength(release.ledger.length);
  });

  it("is a page of its own for each block: only the one inside looks at real rows", async () => {
    const blocks = `report "For all" for regulators { rules all  privacy ledger }
report "For us" inside { fidelity marginals  utility predict sex }
report "Again" { fidelity pairs }`;
    const { release, report } = await made(spec("", blocks));
    expect(release.inside?.holdout[0]?.rows).toBeGreaterThan(0);
    expect(report).toMatchObject({ title: "For all", audience: "regulators", inside: false });
    const topics = (page: Report) => page.sections.map(({ topic }) => topic);
    expect(topics(report)).not.toContain("utility");
    const inside = await evaluateRelease(release, { report: 1 });
    expect(inside).toMatchObject({ title: "For us", audience: "consumers", inside: true });
    expect(topics(inside)).toEqual(expect.arrayContaining(["fidelity", "utility"]));
    expect(inside.notes.join()).toContain("not private");
    const third = await evaluateRelease(release, { report: 2 });
    expect(third.inside).toBe(false);
    expect(topics(third)).toContain("fidelity");
    expect(third.notes.join()).toContain("No real rows were read");
    expect(
      release.plan.steps.filter(({ kind }) => kind === "evaluate").map((s) => s.title),
    ).toEqual(["report", "report 2", "report 3"]);
    const { showRelease } = await import("../../src/facade/shown-release.js");
    const shown = (await showRelease(release)).map((each) => String(each["text/html"] ?? ""));
    const marked = shown.filter((html) => html.includes("computed from real rows"));
    expect(marked).toHaveLength(1);
    expect(marked[0]).toContain("For us");
  });
});
