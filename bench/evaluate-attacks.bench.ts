// Every privacy attack and the utility of one column on bank marketing: 36,169 learned, 9,042 held-out
// and 45,211 generated rows (resampled real ones) × 17.
import { bench, describe } from "vitest";
import { silent } from "../src/base/progress.js";
import { stream } from "../src/base/random.js";
import { privacyAttacks } from "../src/evaluate/privacy/section.js";
import type { EvaluateRequest } from "../src/evaluate/request.js";
import { utility } from "../src/evaluate/utility/section.js";
import { type ColumnRequest, openSource } from "../src/table/source.js";
import { splitTable } from "../src/table/split.js";
import { gather } from "../src/table/table.js";

const numbers = new Set(["age", "balance", "day", "duration", "campaign", "pdays", "previous"]);

async function prepare(): Promise<EvaluateRequest> {
  const spec = { name: "bank", format: "example", where: "bank-marketing", missing: [] };
  const source = await openSource(spec, { folder: "." });
  const columns = (await source.headers()).map(
    (header): ColumnRequest => ({
      name: header,
      header,
      optional: false,
      type: numbers.has(header)
        ? { kind: "int", learned: true }
        : { kind: "category", values: [], ordered: false, learned: true },
    }),
  );
  const { table } = await source.read({ name: "bank", columns, keepExamples: false });
  const { train: real, holdout } = splitTable(table, 0.2, 1);
  const random = stream(1, "bench");
  const drawn = Uint32Array.from({ length: table.rows }, () => random.below(table.rows));
  const outputs = [{ name: "out", synthetic: gather(table, drawn), real, holdout }];
  const audience = "regulators" as const;
  return { title: "bench", audience, inside: true, seed: 1, outputs, topics: [], progress: silent };
}

let made: Promise<EvaluateRequest> | undefined;
const request = (): Promise<EvaluateRequest> => {
  made ??= prepare();
  return made;
};
const once = { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 };

describe("report on bank marketing, 45,211 × 17", () => {
  for (const word of ["copies", "singling_out", "linkability", "inference", "membership"]) {
    bench(
      `privacy: ${word}`,
      async () => void (await privacyAttacks.make(await request(), [word])),
      once,
    );
  }
  bench("utility", async () => void (await utility.make(await request(), [])), once);
});
