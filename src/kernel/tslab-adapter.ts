import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as TslabConverter from "tslab/dist/converter.js";
import type * as TslabExecutor from "tslab/dist/executor.js";
import { alongside, type PackageHome } from "./package-home.js";

/** The one version whose inner modules this file knows. */
const tslabVersion = "1.0.22";

export interface TypeScriptDiagnostic {
  readonly message: string;
  readonly code: number;
  /** UTF-16 offsets into the cell; both zero when the fault is in another file. */
  readonly start: number;
  readonly end: number;
  readonly file?: string;
}

/** How a cell of TypeScript ended. */
export type TypeScriptOutcome =
  | { readonly kind: "done"; readonly value?: unknown }
  | { readonly kind: "refused"; readonly diagnostics: readonly TypeScriptDiagnostic[] }
  /** `emitted` is the JavaScript that ran, for finding lines of the stack again. */
  | { readonly kind: "threw"; readonly error: unknown; readonly emitted: string };

export interface Completions {
  /** UTF-16 offsets of the text that a candidate replaces. */
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly string[];
  /** What each candidate is (`function`, `property` …), where known for all. */
  readonly kinds?: readonly string[];
}

export type Completeness =
  | { readonly status: "complete" | "invalid" }
  | { readonly status: "incomplete"; readonly indent: string };

export interface TypeScriptHost {
  /** Called around the work of the compiler, which must not be stopped half-way. */
  readonly delicate: <T>(work: () => T) => T;
  /** What `tslab.display` writes. */
  readonly display: (content: object, update: boolean) => void;
}

interface Typescript {
  readonly version: string;
  readonly sys: Record<string, unknown>;
  readonly createSourceFile: (name: string, text: string, target: number) => object;
}

type ConverterModule = typeof TslabConverter;
type ExecutorModule = typeof TslabExecutor;
type Converter = TslabConverter.Converter;
type ConvertResult = TslabConverter.ConvertResult;

interface Parts {
  readonly executor: ExecutorModule;
  readonly converter: ConverterModule;
  readonly inspect: { readonly printQuickInfo: (info: unknown) => string };
  readonly jupyter: { lastWriteDisplayData: unknown };
  readonly typescript: Typescript;
}

const require = createRequire(import.meta.url);

function load(): Parts {
  const from = createRequire(require.resolve("tslab/dist/converter.js"));
  return {
    executor: require("tslab/dist/executor.js") as ExecutorModule,
    converter: require("tslab/dist/converter.js") as ConverterModule,
    inspect: require("tslab/dist/inspect.js") as Parts["inspect"],
    jupyter: require("tslab/dist/jupyter.js") as Parts["jupyter"],
    typescript: from("@tslab/typescript-for-tslab") as Typescript,
  };
}

/** Whether tslab's inner modules still have the shape that this file relies on; says what is missing. */
export function checkTslab(): readonly string[] {
  const faults: string[] = [];
  const home = dirname(dirname(require.resolve("tslab/dist/converter.js")));
  const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as {
    version: string;
  };
  if (version !== tslabVersion) faults.push(`tslab is ${version}, ${tslabVersion} is needed`);
  const parts = load();
  const functions = {
    createExecutor: parts.executor.createExecutor,
    createConverter: parts.converter.createConverter,
    isCompleteCode: parts.converter.isCompleteCode,
    printQuickInfo: parts.inspect.printQuickInfo,
    createSourceFile: parts.typescript.createSourceFile,
  };
  for (const [name, value] of Object.entries(functions)) {
    if (typeof value !== "function") faults.push(`tslab has no function ${name}`);
  }
  if (!("lastWriteDisplayData" in parts.jupyter)) faults.push("tslab has no lastWriteDisplayData");
  return faults;
}

/** A session of TypeScript cells: each sees the declarations of those before it. */
export class TypeScriptSession {
  readonly version: string;
  private readonly parts: Parts;
  private readonly host: TypeScriptHost;
  private readonly executor: TslabExecutor.Executor;
  private printed: unknown[][] = [];
  private value: unknown;
  private converted: ConvertResult | undefined;

  /** Loads the compiler: about two seconds. `folder` is where imports are looked for. */
  constructor(folder: string, host: TypeScriptHost) {
    this.host = host;
    this.parts = host.delicate(load);
    this.version = this.parts.typescript.version;
    const home = alongside(folder);
    lendPackage(this.parts.typescript.sys, home);
    includeNodeTypesOnly(this.parts.typescript.sys);
    const node = host.delicate(() => this.parts.converter.createConverter());
    const guarded = this.guard(node);
    this.executor = this.parts.executor.createExecutor(
      folder,
      { node: guarded, browser: guarded, close: () => node.close() },
      {
        log: (value: unknown) => {
          this.value = value;
        },
        error: (...parts: unknown[]) => {
          this.printed.push(parts);
        },
      },
    );
    lendRequire(home);
    this.parts.jupyter.lastWriteDisplayData = host.display;
  }

  /** The variables of the cells. */
  get locals(): Record<string, unknown> {
    return this.executor.locals as Record<string, unknown>;
  }

  /** Run a cell. Never rejects: what the cell threw is in the outcome. */
  async run(code: string): Promise<TypeScriptOutcome> {
    this.printed = [];
    this.value = undefined;
    this.converted = undefined;
    const execution = this.executor.execute(code);
    rearmSignals();
    const ok = await execution;
    const converted = this.converted as ConvertResult | undefined;
    const diagnostics = converted?.diagnostics ?? [];
    if (diagnostics.length > 0) {
      return { kind: "refused", diagnostics: diagnostics.map(translate) };
    }
    if (!ok) {
      return { kind: "threw", error: this.printed.at(-1)?.[0], emitted: converted?.output ?? "" };
    }
    const value = this.value;
    this.value = undefined;
    return value === undefined ? { kind: "done" } : { kind: "done", value };
  }

  /** Fail the await that the running cell is at; its work goes on unless it hears an AbortSignal. */
  interrupt(): void {
    this.executor.interrupt();
  }

  complete(code: string, offset: number): Completions {
    const { start, end, candidates, original } = this.executor.complete(code, offset);
    const kindOf = new Map(original?.entries.map((entry) => [entry.name, String(entry.kind)]));
    const kinds = candidates.map((candidate) => kindOf.get(candidate) ?? "");
    return {
      start,
      end,
      candidates,
      ...(kinds.every((kind) => kind !== "") ? { kinds } : {}),
    };
  }

  /** The type and documentation of the name at the offset, as text. */
  inspect(code: string, offset: number): string | undefined {
    const info: unknown = this.executor.inspect(code, offset);
    return info ? this.parts.inspect.printQuickInfo(info) : undefined;
  }

  isComplete(code: string): Completeness {
    return this.host.delicate(() => {
      const { completed, indent } = this.parts.converter.isCompleteCode(code);
      const source = this.parts.typescript.createSourceFile("cell.ts", code, 9) as {
        parseDiagnostics?: readonly { code: number }[];
      };
      const faults = source.parseDiagnostics ?? [];
      const open = faults.some((fault) => unterminated.has(fault.code));
      if (!completed || open) return { status: "incomplete", indent: indent ?? "" };
      return { status: faults.length > 0 ? "invalid" : "complete" };
    });
  }

  private guard(node: Converter): Converter {
    const { delicate } = this.host;
    return {
      ...node,
      convert: (declared, source) => {
        const result = delicate(() => node.convert(declared, source));
        // tslab does not see that `for await` needs an async function around it.
        const waits = result.hasToplevelAwait || /\bfor\s+await\b/.test(source);
        this.converted = { ...result, ...(waits ? { hasToplevelAwait: true } : {}) };
        return this.converted;
      },
      addModule: (name, content, meta) => {
        const diagnostics = delicate(() => node.addModule(name, content, meta));
        this.converted = { diagnostics };
        return diagnostics;
      },
      inspect: (...given) => delicate(() => node.inspect(...given)),
      complete: (...given) => delicate(() => node.complete(...given)),
    };
  }
}

/** Messages of the compiler that mean "go on typing": an open template, comment or string. */
const unterminated = new Set([1010, 1160]);

function translate(diagnostic: TslabConverter.Diagnostic): TypeScriptDiagnostic {
  const { messageText: message, code, fileName: file, start, end } = diagnostic;
  if (file) return { message, code, start: 0, end: 0, file };
  return { message, code, start: start.offset, end: Math.max(end.offset, start.offset + 1) };
}

/**
 * A SIGINT listener that a cell adds while it runs leaves Node without its signal handler; the next
 * Ctrl-C would end the process. Taking all listeners off and on again arms it.
 */
function rearmSignals(): void {
  const listeners = process.listeners("SIGINT");
  process.removeAllListeners("SIGINT");
  for (const listener of listeners) process.on("SIGINT", listener);
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

/** The same for running: `require("parable")` from a cell gives the kernel's own instance. */
function lendRequire(home: PackageHome): void {
  if (home.present) return;
  const slot = (globalThis as unknown as { __tslab__: { require: NodeJS.Require } }).__tslab__;
  slot.require = new Proxy(slot.require, {
    apply: (target, self, [id, ...more]: [string]) =>
      Reflect.apply(target, self, [home.resolve(id) ?? id, ...more]) as unknown,
  });
}
