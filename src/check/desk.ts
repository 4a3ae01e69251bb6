import { type Circumstances, diagnose } from "../base/diagnose.js";
import type { Diagnostic } from "../base/diagnostic.js";
import type { MessageCode, ParametersOf } from "../base/messages.js";
import { SourceText, type Span } from "../base/source-text.js";
import type { Spec } from "../ir/spec.js";

/** Where one check of a spec keeps what it has said and which names were used. */
export class Desk {
  readonly spec: Spec;
  readonly diagnostics: Diagnostic[] = [];
  readonly used = new Set<string>();
  /** Tables whose rules were found to clash: what they leave is not judged further. */
  readonly clashing = new Set<string>();
  private readonly source: SourceText;
  private readonly said = new Set<string>();

  constructor(spec: Spec) {
    this.spec = spec;
    this.source = new SourceText(spec.origin, spec.text);
  }

  /** Say a message once: the same code at the same place is not repeated. */
  say<C extends MessageCode>(code: C, parameters: ParametersOf<C>, where: Circumstances): void {
    const primary = where.spans?.find((span) => span.primary);
    const key = `${code} ${primary?.start ?? ""} ${primary?.end ?? ""} ${JSON.stringify(parameters)}`;
    if (this.said.has(key)) return;
    this.said.add(key);
    this.diagnostics.push(diagnose(code, parameters, where));
  }

  /** Note that a top-level name was used, e.g. `use("param", "eps")`. */
  use(what: "param" | "source" | "writer", name: string): void {
    this.used.add(`${what} ${name}`);
  }

  /** The line of a place, counted from 1. */
  line(span: Span): number {
    return this.source.positionAt(span.start).line;
  }

  /** The spec's own words at a place, on one line. */
  text(span: Span): string {
    return this.source.slice(span).replace(/\s+/g, " ").trim();
  }

  get errors(): number {
    return this.diagnostics.filter((d) => d.severity === "error").length;
  }
}
