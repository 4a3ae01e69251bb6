import { resolve } from "node:path";
import { type CanaryKind, failure, plantInFile } from "../../index.js";
import { readSpec } from "../read-spec.js";
import { exit, type Outcome, type Shell } from "../shell.js";

export interface PlantFlags {
  readonly spec: string;
  readonly real: string;
  readonly column: string;
  readonly kind: string;
  readonly count: string;
  readonly copies: string;
  readonly seed: string;
  readonly table?: string;
  readonly out: string;
  readonly json?: boolean;
}

const kinds: readonly string[] = ["card", "name", "code"] satisfies readonly CanaryKind[];

/** `parable plant`: secrets among the rows that any tool is then to learn, to see whether they come out. */
export async function plantCommand(shell: Shell, flags: PlantFlags): Promise<Outcome> {
  if (!kinds.includes(flags.kind)) {
    throw failure("P1463", { what: "planted", reason: `--kind is one of ${kinds.join(", ")}` });
  }
  const spec = await readSpec(shell, flags.spec);
  const out = resolve(shell.folder, flags.out);
  const list = `${out.replace(/\.[^./\\]+$/, "")}.canaries.json`;
  const planted = await plantInFile({
    text: spec.text,
    origin: spec.origin,
    real: resolve(shell.folder, flags.real),
    column: flags.column,
    kind: flags.kind as CanaryKind,
    count: wholeFlag("count", flags.count),
    copies: wholeFlag("copies", flags.copies),
    seed: wholeFlag("seed", flags.seed),
    ...(flags.table === undefined ? {} : { table: flags.table }),
    out,
    list,
  });
  if (flags.json) shell.out(JSON.stringify({ files: [out, list], ...planted }, null, 2));
  else {
    shell.out(
      `Planted ${planted.canaries.length} texts in ${flags.column}, each in ${flags.copies} rows.\n\nWritten:\n  ${out}\n  ${list}\n\nLet the tool learn the first file, then:\n  parable evaluate --spec ${flags.spec} --real ${flags.out} --synthetic MADE --canaries ${list}`,
    );
  }
  return exit.fine;
}

function wholeFlag(name: string, text: string): number {
  const value = Number(text.replaceAll("_", ""));
  if (!Number.isSafeInteger(value) || value < 1) {
    const reason = `--${name} ${text} is not a whole number from 1`;
    throw failure("P1463", { what: "planted", reason });
  }
  return value;
}
