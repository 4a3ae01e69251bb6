import { basename, resolve } from "node:path";
import {
  compileSpec,
  exportSchema,
  failure,
  hasErrors,
  importSchema,
  renderDiagnostics,
  writeText,
} from "../../index.js";
import { readSettings, readSpec } from "../read-spec.js";
import { refuseExisting } from "../refuse-existing.js";
import { exit, type Outcome, type Shell, skin } from "../shell.js";

interface OutOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export interface ImportOptions extends OutOptions {
  readonly from?: string;
  readonly name?: string;
  readonly data?: readonly string[];
  readonly withoutData?: boolean;
}

/** `parable import FILE`: a spec from another tool's schema. */
export async function importCommand(
  shell: Shell,
  file: string,
  options: ImportOptions,
): Promise<Outcome> {
  await refuseExisting(shell.folder, options.out, options.force);
  const { text } = await readSpec(shell, file);
  const made = await importSchema(documentOf(text, file), {
    name: options.name ?? stemOf(file),
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.data === undefined ? {} : { data: filesOf(options.data) }),
    ...(options.withoutData === undefined ? {} : { withoutData: options.withoutData }),
  });
  const head = `Read as ${made.from}. It does not say, or a spec does not:`;
  return deliver(shell, made, head, options);
}

export interface ExportOptions extends OutOptions {
  readonly to: string;
  readonly set?: readonly string[];
}

/** `parable export FILE --to FORMAT`: the columns of a spec for another tool. */
export async function exportCommand(
  shell: Shell,
  file: string,
  options: ExportOptions,
): Promise<Outcome> {
  await refuseExisting(shell.folder, options.out, options.force);
  const { origin, text, folder } = await readSpec(shell, file);
  const compiled = await compileSpec(text, {
    origin,
    folder,
    params: readSettings(options.set),
    until: "names",
  });
  if (compiled.checked === undefined || hasErrors(compiled.diagnostics)) {
    shell.err(await renderDiagnostics(compiled.diagnostics, compiled.source, skin(shell)));
    return exit.refused;
  }
  const made = await exportSchema(compiled.checked, options.to);
  return deliver(shell, made, `${options.to} can't say:`, options);
}

async function deliver(
  shell: Shell,
  made: { readonly text: string; readonly notCarried: readonly string[] },
  head: string,
  options: OutOptions,
): Promise<Outcome> {
  if (options.out !== undefined) await writeText(made.text, resolve(shell.folder, options.out));
  if (options.json) {
    const { text, notCarried } = made;
    shell.out(JSON.stringify({ ok: true, file: options.out ?? null, notCarried, text }, null, 2));
    return exit.fine;
  }
  if (made.notCarried.length > 0)
    shell.err(`${head}\n${made.notCarried.map((each) => `  ${each}`).join("\n")}`);
  shell.out(options.out === undefined ? made.text : `Written: ${options.out}`);
  return exit.fine;
}

function documentOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const reason = `${file} is not JSON: ${(cause as Error).message}`;
    throw failure("P1493", { reason }, { cause });
  }
}

const stemOf = (file: string): string =>
  file === "-" ? "data" : basename(file).replace(/\..*$/, "") || "data";

/** `people.csv`, or `patients=patients.csv stays=stays.csv`. */
function filesOf(data: readonly string[]): string | Readonly<Record<string, string>> {
  const [only] = data;
  if (data.length === 1 && only !== undefined && !only.includes("=")) return only;
  return Object.fromEntries(
    data.map((setting) => {
      const at = setting.indexOf("=");
      if (at < 1) throw failure("P1481", { setting });
      return [setting.slice(0, at), setting.slice(at + 1)];
    }),
  );
}
