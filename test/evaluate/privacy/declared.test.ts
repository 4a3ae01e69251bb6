import { describe, expect, it } from "vitest";
import { silent } from "../../../src/base/progress.js";
import { decoysLike } from "../../../src/evaluate/privacy/declared.js";
import { privacyAttacks } from "../../../src/evaluate/privacy/section.js";
import type { EvaluatedOutput, Remade } from "../../../src/evaluate/request.js";
import type { ReportSection } from "../../../src/ir/report.js";
import type { Table } from "../../../src/table/table.js";

const secrets = [
  "card 4111 1111 1111 1111",
  "card 5500 0000 0000 0004",
  "card 6011 0000 0000 0004",
];

function notes(texts: readonly string[], rows = 300): Table {
  const levels = ["paid", "late", "new", "gift", ...texts];
  const codes = Int32Array.from({ length: rows }, (_, row) => row % levels.length);
  const type = { kind: "category", values: [], ordered: false, learned: true } as const;
  return {
    kind: "table",
    name: "t",
    rows,
    columns: [{ kind: "code", name: "note", codes, levels, type }],
  };
}

async function judged(
  output: Partial<EvaluatedOutput>,
  words = ["canaries"],
): Promise<ReportSection> {
  const section = await privacyAttacks.make(
    {
      ...{ title: "t", audience: "teachers", inside: true, seed: 1, topics: [], progress: silent },
      outputs: [{ name: "made", synthetic: notes([]), real: notes(secrets), ...output }],
    },
    words,
  );
  return section as ReportSection;
}

const canaries = [{ column: "note", canaries: secrets }];
const reasonsOf = (section: ReportSection) =>
  section.tables.find(({ title }) => title.includes("not made"))?.rows.map((row) => row.join(": "));

describe("canaries that someone planted for another tool", () => {
  it("are found where they come out, with their exposure", async () => {
    const section = await judged({ synthetic: notes(secrets.slice(0, 2)), canaries });
    const [back, exposure] = section.scores;
    expect(back).toMatchObject({
      name: "canaries that come back: note",
      value: 2 / 3,
      reference: 0,
    });
    expect(exposure?.name).toBe("canary exposure: note");
    expect(exposure?.value).toBeGreaterThan((2 * Math.log2(1000)) / 3);
    const rows = section.tables[0]?.rows ?? [];
    expect(rows.map((row) => row.slice(0, 3))).toEqual([
      [secrets[0], 43, 50],
      [secrets[1], 43, 50],
      [secrets[2], 42, 0],
    ]);
    expect(reasonsOf(section)).toBeUndefined();
  });

  it("leave about one bit where nothing came out", async () => {
    const { scores } = await judged({ canaries });
    expect(scores[0]?.value).toBe(0);
    // All 1,000 share one rank: log2(1000 / 500.5).
    expect(scores[1]?.value).toBeCloseTo(Math.log2(1000 / 500.5), 12);
  });

  it("are ranked among the decoys that are named", async () => {
    const decoys = Array.from({ length: 31 }, (_, at) => `decoy ${at} of 31`);
    const { scores } = await judged({
      synthetic: notes(secrets),
      canaries: [{ column: "note", canaries: secrets, decoys }],
    });
    expect(scores[1]?.value).toBe(5);
  });

  it("say why a figure is not there", async () => {
    const absent = await judged({ canaries: [{ column: "note", canaries: ["ab"] }] });
    expect(reasonsOf(absent)?.join()).toContain("stand in none of the real rows");
    const wrong = await judged({ canaries: [{ column: "notes", canaries: secrets }] });
    expect(reasonsOf(wrong)?.join()).toContain("have no column notes");
    const short = await judged({ canaries: [{ column: "note", canaries: ["7"] }] });
    expect(reasonsOf(short)?.join()).toContain("other texts have their shape");
  });

  it("have decoys of their own shape, the same for the same seed", () => {
    const known = new Set(["card 4111 1111 1111 1112"]);
    const made = decoysLike(secrets, 200, 1, known);
    expect(new Set(made).size).toBe(200);
    for (const text of made) expect(text).toMatch(/^card \d{4} \d{4} \d{4} \d{4}$/);
    expect(made.some((text) => known.has(text) || secrets.includes(text))).toBe(false);
    expect(decoysLike(secrets, 200, 1, known)).toEqual(made);
    for (const text of decoysLike(["Ada Byron"], 50, 1, known))
      expect(text).toMatch(/^[A-Z][a-z]{2} [A-Z][a-z]{4}$/);
    expect(decoysLike(["7"], 99, 1, known).length).toBe(9);
  });
});

describe("a learner that can be asked what it knows", () => {
  it("is asked for the likelihood of each secret, said or not", async () => {
    const asked: string[] = [];
    const make = async (rows: Table): Promise<Remade> => {
      const [column] = rows.columns;
      const known = new Set(column?.kind === "code" ? column.levels : []);
      return {
        table: notes([]),
        likelihoods: (name, texts) => {
          asked.push(name);
          return Float64Array.from(texts, (text) => (known.has(text) ? -1 : -40));
        },
      };
    };
    const remaking = { kind: "able", learner: "language", slow: true, make } as const;
    const { scores } = await judged({ remaking });
    const values = Object.fromEntries(scores.map(({ name, value }) => [name, value]));
    expect(values["canaries that come back: names planted once"]).toBe(0);
    expect(values["canary exposure: names planted once"]).toBeLessThan(1.1);
    expect(values["canary exposure by likelihood: names planted once"]).toBeCloseTo(
      Math.log2(1000 / 1),
      9,
    );
    expect(asked).toEqual(["note", "note"]);
  });
});

describe("every attack that can't be made", () => {
  it("says why: nothing held out, nothing real, one column", async () => {
    const all = ["copies", "singling_out", "linkability", "inference", "membership", "pii"];
    const unheld = reasonsOf(await judged({}, all));
    expect(unheld).toHaveLength(5);
    expect(unheld?.every((line) => line.includes("no rows were held out"))).toBe(true);
    const { real: _, ...unreal } = { real: 1, synthetic: notes([]) };
    const section = await privacyAttacks.make(
      {
        ...{
          title: "t",
          audience: "teachers",
          inside: false,
          seed: 1,
          topics: [],
          progress: silent,
        },
        outputs: [{ name: "made", ...unreal }],
      },
      [...all, "canaries"],
    );
    expect(reasonsOf(section as ReportSection)).toHaveLength(6);
    const single = reasonsOf(
      await judged({ holdout: notes([], 90) }, ["linkability", "inference"]),
    );
    expect(single).toEqual([
      "linkability: the tables share only one column",
      "inference: the tables share only one column",
    ]);
  });
});
