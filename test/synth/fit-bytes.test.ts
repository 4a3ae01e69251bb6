import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { rowLearners } from "../../src/synth/registry.js";
import { encodeModel } from "../../src/synth/saved-model.js";
import type { Learner } from "../../src/synth/synthesizer.js";
import { people } from "../families.js";
import { learn, requestFor, smallNetwork } from "./drawing.js";

const compiled = new URL("../../dist/src/synth/registry.js", import.meta.url);

// What learns from rows without a budget; noise of the private engines is never seeded.
test.skipIf(!existsSync(compiled)).each(rowLearners)(
  "%s: one model, to the byte, in every run and on any number of threads",
  async (name) => {
    const table = people(300);
    const here = encodeModel((await learn(name, table)).save());
    // The compiled code is another instance of every module, and the only one that can start threads.
    const { loadLearner } = (await import(compiled.href)) as {
      readonly loadLearner: (name: string) => Promise<Learner>;
    };
    const learner = await loadLearner(name);
    const small = name === "language" ? smallNetwork : {};
    for (const threads of [1, 2, 4]) {
      const model = await learner.fit(requestFor(table, { ...small, threads: [threads] }));
      expect(Buffer.compare(encodeModel(model.save()), here), `${threads} threads`).toBe(0);
    }
  },
);
