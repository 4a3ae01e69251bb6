import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as TslabConverter from "tslab/dist/converter.js";
import { alongside, type PackageHome } from "./package-home.js";
import { checkExecutor } from "./tslab-executor.js";
import type { CompiledCell, TypeScriptDiagnostic } from "./typescript-protocol.js";

/** The one version whose inner modules this file and tslab-executor.ts know. */
const tslabVersion = "1.0.22";

export interface Completions {
  /** UTF-16 offsets of the text that a candidate replaces. */
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly string[];
  /** What each candidate is (`function`, `property` …), where known for all. */
  readonly kinds?: readonly string[];
}

type Completeness =
  | { readonly status: "complete" | "invalid" }
  | { readonly status: "incomplete"; readonly indent: string };

interface Typescript {
  readonly version: string;
  readonly sys: Record<string, unknown>;
  readonly createSourceFile: (name: string, text: string, target: number) => object;
}

interface Metadata {
  readonly module?: string;
  readonly mode?: string;
}

interface Parts {
  readonly converter: typeof TslabConverter;
  readonly inspect: { readonly printQuickInfo: (info: unknown) => string };
  readonly metadata: { readonly getCodeMetadata: (code: string) => Metadata };
  readonly typescript: Typescript;
}

const require = createRequire(import.meta.url);

function load(): Parts {
  const from = createRequire(require.resolve("tslab/dist/converter.js"));
  return {
    converter: require("tslab/dist/converter.js") as Parts["converter"],
    inspect: require("tslab/dist/inspect.js") as Parts["inspect"],
    metadata: require("tslab/dist/metadata.js") as Parts["metadata"],
    typescript: from("@tslab/typescript-for-tslab") as Typescript,
  };
}

/** Whether tslab's inner modules still have the shape that the kernel relies on; says what is missing. */
export function checkTslab(): readonly string[] {
  const faults: string[] = [];
  const home = dirname(dirname(require.resolve("tslab/dist/converter.js")));
  const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as {
    version: string;
  };
  if (version !== tslabVersion) faults.push(`tslab is ${version}, ${tslabVersion} is needed`);
  const parts = load();
  const functions = {
    createConverter: parts.converter.createConverter,
    isCompleteCode: parts.converter.isCompleteCode,
    getCodeMetadata: parts.metadata.getCodeMetadata,
    printQuickInfo: parts.inspect.printQuickInfo,
    createSourceFile: parts.typescript.createSourceFile,
  };
  for (const [name, value] of Object.entries(functions)) {
    if (typeof value !== "function") faults.push(`tslab has no function ${name}`);
  }
  return [...faults, ...checkExecutor()];
}

/**
 * tslab's converter and TypeScript's language service, on a thread of their own. The declarations of the
 * session are the caller's: each question comes with them.
 */
export class TslabCompiler {
  readonly version: string;
  private readonly parts: Parts;
  private readonly converter: TslabConverter.Converter;

  /** Loads the compiler: about two seconds. `folder` is where imports are looked for. */
  constructor(folder: string) {
    this.parts = load();
    this.version = this.parts.typescript.version;
    lendPackage(this.parts.typescript.sys, alongside(folder));
    includeNodeTypesOnly(this.parts.typescript.sys);
    this.converter = this.parts.converter.createConverter();
  }

  /** Compile a cell that is run after the declarations. */
  compile(declared: string, code: string): CompiledCell {
    const metadata = this.parts.metadata.getCodeMetadata(code);
    const { diagnostics, ...result } = this.converted(declared, code, metadata);
    return { metadata, diagnostics: diagnostics.map(translate), result };
  }

  private converted(
    declared: string,
    code: string,
    metadata: Metadata,
  ): TslabConverter.ConvertResult {
    if (metadata.module !== undefined) {
      return { diagnostics: this.converter.addModule(metadata.module, code, metadata as object) };
    }
    if (metadata.mode === "browser") return { diagnostics: [] };
    const result = this.converter.convert(declared, code);
    // tslab does not see that `for await` needs an async function around it.
    const waits = result.hasToplevelAwait || /\bfor\s+await\b/.test(code);
    return { ...result, ...(waits ? { hasToplevelAwait: true } : {}) };
  }

  complete(declared: string, code: string, offset: number): Completions {
    const found = this.converter.complete(declared, code, offset);
    const { start, end, candidates, original } = found;
    const kindOf = new Map(original?.entries.map((entry) => [entry.name, String(entry.kind)]));
    const kinds = candidates.map((candidate) => kindOf.get(candidate) ?? "");
    const known = kinds.every((kind) => kind !== "");
    return { start, end, candidates, ...(known ? { kinds } : {}) };
  }

  /** The type and documentation of the name at the offset, as text. */
  inspect(declared: string, code: string, offset: number): string | undefined {
    const info: unknown = this.converter.inspect(declared, code, offset);
    return info ? this.parts.inspect.printQuickInfo(info) : undefined;
  }

  isComplete(code: string): Completeness {
    const { completed, indent } = this.parts.converter.isCompleteCode(code);
    const source = this.parts.typescript.createSourceFile("cell.ts", code, 9) as {
      parseDiagnostics?: readonly { code: number }[];
    };
    const faults = source.parseDiagnostics ?? [];
    const open = faults.some((fault) => unterminated.has(fault.code));
    if (!completed || open) return { status: "incomplete", indent: indent ?? "" };
    return { status: faults.length > 0 ? "invalid" : "complete" };
  }
}

/** Messages of the compiler that mean "go on typing": an open template, comment or string. */
const unterminated = new Set([1010, 1160]);

function translate(diagnostic: TslabConverter.Diagnostic): TypeScriptDiagnostic {
  const { messageText: message, code, fileName: file, start, end } = diagnostic;
  if (file) return { message, code, start: 0, end: 0, file };
  return { message, code, start: start.offset, end: Math.max(end.offset, start.offset + 1) };
}

/** Let the compiler find `parable` from notebooks whose folder has no node_modules with it. */
function lendPackage(sys: Record<string, unknown>, home: PackageHome): void {
  for (const name of ["fileExists", "directoryExists", "readFile"]) {
    const original = sys[name] as (path: string, ...more: unknown[]) => unknown;
    sys[name] = (path: string, ...more: unknown[]) => original(home.redirect(path), ...more);
  }
}

/**
 * Of all `@types` packages only Node's are included without being imported: each of the others would be
 * read and checked at the start of every session, and notebooks import what they use.
 */
function includeNodeTypesOnly(sys: Record<string, unknown>): void {
  const original = sys["getDirectories"] as (path: string) => string[];
  sys["getDirectories"] = (path: string) => {
    const found = original(path);
    return /[\\/]@types$/.test(path) ? found.filter((name) => name === "node") : found;
  };
}
