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
  /** Errors met, those included that were said before. */
  faults = 0;

  constructor(spec: Spec) {
    this.spec = spec;
    this.source = new SourceText(spec.origin, spec.text);
  }

  /** Say a message once: the same code at the same place is not repeated. */
  say<C extends MessageCode>(code: C, parameters: ParametersOf<C>, where: Circumstances): void {
    const primary = where.spans?.find((span) => span.primary);
    const made = diagnose(code, parameters, where);
    if (made.severity === "error") this.faults++;
    const key = `${code} ${primary?.start ?? ""} ${primary?.end ?? ""} ${JSON.stringify(parameters)}`;
    if (this.said.has(key)) return;
    this.said.add(key);
    this.diagnostics.push(made);
  }

  /** Say a message whose cause was perhaps said before: then only its place is added to the first one. */
  sayOnce<C extends MessageCode>(code: C, parameters: ParametersOf<C>, where: Circumstances): void {
    const title = diagnose(code, parameters, where).title;
    const at = this.diagnostics.findIndex((d) => d.code === code && d.title === title);
    const first = this.diagnostics[at];
    const place = where.spans?.find((span) => span.primary);
    if (first === undefined || place === undefined) {
      this.say(code, parameters, where);
      return;
    }
    this.faults++;
    if (first.spans.some((span) => span.start === place.start)) return;
    const spans = [...first.spans, { ...place, label: "and here", primary: false }];
    this.diagnostics[at] = { ...first, spans };
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
    return this.faults;
  }
}
