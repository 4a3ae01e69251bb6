import { resolve } from "node:path";
import {
  compileSpec,
  evaluateRelease,
  failure,
  type Plan,
  type Release,
  type RunPlace,
  releaseText,
  renderDiagnostics,
  runPlan,
  runSeeded,
  saveModels,
  type WrittenFile,
  withSweeps,
  writeRelease,
  writeReport,
} from "../../index.js";
import { progressBar } from "../progress-bar.js";
import { readSettings, readSpec, type SpecFile } from "../read-spec.js";
import { reportTrouble } from "../report-trouble.js";
import { exit, type Outcome, type Shell, skin } from "../shell.js";
import { readKeep, readSeed, tableFormat } from "./run-options.js";

export interface RunOptions {
  readonly set?: readonly string[];
  readonly out: string;
  readonly seed?: string;
  readonly teach?: string;
  readonly format: string;
  readonly keep: string;
  readonly model?: string;
  readonly report: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** `parable run FILE`: make tables, release.json and the report; code 1 when the spec does not compile. */
export async function runCommand(
  shell: Shell,
  file: string,
  options: RunOptions,
): Promise<Outcome> {
  const spec = await readSpec(shell, file);
  const compiled = await compileSpec(spec.text, {
    origin: spec.origin,
    folder: spec.folder,
    params: readSettings(options.set),
  });
  const { plan, diagnostics } = compiled;
  if (diagnostics.length > 0 && !options.json) {
    shell.err(await renderDiagnostics(diagnostics, compiled.source, skin(shell)));
  }
  if (plan === undefined) {
    if (options.json) shell.out(JSON.stringify({ ok: false, diagnostics }, null, 2));
    return exit.refused;
  }
  return makeFiles(shell, spec, plan, options).catch((error: unknown) =>
    reportTrouble(shell, error, compiled.source),
  );
}

/** No output is written over what the spec reads. */
function refuseSources(spec: SpecFile, plan: Plan, folder: string, format: string): void {
  const { outputs, sources, tables } = plan.checked;
  const read = new Map(sources.map(({ name, where }) => [resolve(spec.folder, where), name]));
  for (const { name } of outputs) {
    for (const file of [name, ...tables.map((table) => `${name}_${table.name}`)]) {
      const path = resolve(folder, `${file}.${format}`);
      const source = read.get(path);
      if (source !== undefined) throw failure("P1484", { output: name, file: path, source });
    }
  }
}

/** A page for each report of the spec; sweeps stand on the one that may look furthest, the first `inside` or the first. */
async function writePages(
  release: Release,
  plan: Plan,
  here: RunPlace,
  folder: string,
): Promise<readonly string[]> {
  const { reports } = plan.checked;
  const swept = Math.max(
    0,
    reports.findIndex(({ inside }) => inside),
  );
  const { progress } = here;
  const pages: string[] = [];
  for (const report of reports.keys()) {
    const judged = await evaluateRelease(release, {
      report,
      ...(progress === undefined ? {} : { progress }),
    });
    const page = report === swept ? await withSweeps(judged, plan, here, release) : judged;
    const name = report === 0 ? "report" : `report-${report + 1}`;
    pages.push(...(await writeReport(page, folder, name)));
  }
  return pages;
}

async function makeFiles(
  shell: Shell,
  spec: SpecFile,
  plan: Plan,
  options: RunOptions,
): Promise<Outcome> {
  const format = tableFormat(options.format);
  const seed = readSeed(options.seed);
  const noiseSeed = readSeed(options.teach);
  const folder = resolve(shell.folder, options.out);
  refuseSources(spec, plan, folder, format);
  const keep = readKeep(options.keep);
  const kept: string[] = [];
  const progress = await progressBar(shell, options.quiet === true || options.json === true);
  try {
    const here = {
      folder: spec.folder,
      progress,
      ...(noiseSeed === undefined ? {} : { noiseSeed }),
    };
    const place = {
      ...here,
      files: { folder, format, keep, onWritten: ({ path }: WrittenFile) => kept.push(path) },
      ...(seed === undefined ? {} : { seed }),
    };
    const running =
      noiseSeed === undefined ? runPlan(plan, place) : runSeeded(plan, { ...place, noiseSeed });
    const telling = options.json ? undefined : releaseText(running);
    // What fails is thrown below, once.
    telling?.catch(() => undefined);
    const release = await running;
    const onWritten = (path: string): void => void kept.push(path);
    const { signal } = shell;
    const written = await writeRelease(release, folder, format, { signal, onWritten });
    const model = options.model === undefined ? [] : [resolve(shell.folder, options.model)];
    for (const path of model) {
      await saveModels(release, path);
      onWritten(path);
    }
    const pages = options.report ? await writePages(release, plan, here, folder) : [];
    progress.stop();
    const files = [...written, ...model, ...pages];
    if (telling === undefined)
      shell.out(JSON.stringify({ ok: true, files, findings: release.findings }, null, 2));
    else shell.out(`${await telling}\n\nWritten:\n${files.map((path) => `  ${path}`).join("\n")}`);
    return exit.fine;
  } catch (error) {
    progress.stop();
    if (!shell.signal.aborted) throw error;
    shell.err(
      kept.length === 0
        ? "interrupted: no file was written"
        : `interrupted: these files are whole, nothing else was written:\n${kept.map((path) => `  ${path}`).join("\n")}`,
    );
    return exit.interrupted;
  } finally {
    progress.stop();
  }
}
