import { describe, expect, it } from "vitest";
import type { Diagnostic, LabelledSpan, Remedy } from "../../src/base/diagnostic.js";
import { SourceText } from "../../src/base/source-text.js";
import { renderDiagnostics } from "../../src/show/diagnostics.js";

const text = `table t {
  budget  epsilon eps, delta 1e-6
  spend   40% on domains, 90% on model
\tétat: "日本" | "b" bogus
}
`;
const source = new SourceText("adult", text);

function span(of: string, label: string, primary = false): LabelledSpan {
  const start = text.indexOf(of);
  return { start, end: start + of.length, label, primary };
}

function made(parts: {
  code?: string;
  severity?: Diagnostic["severity"];
  title?: string;
  spans?: LabelledSpan[];
  because?: string[];
  try?: Remedy[];
}): Diagnostic {
  return {
    kind: "diagnostic",
    code: (parts.code ?? "P0702") as Diagnostic["code"],
    severity: parts.severity ?? "error",
    title: parts.title ?? "this spends more than the whole budget",
    spans: parts.spans ?? [],
    because: parts.because ?? [],
    try: parts.try ?? [],
  };
}

const overspend = made({
  spans: [
    span("eps,", "2.0 in all"),
    span("40%", "0.80"),
    span("90%", "1.80, together 2.60", true),
  ],
  because: ["parts that read the same people add up"],
  try: [{ label: "spend 10% on domains, 90% on model", edits: [] }],
});
const wide = made({
  spans: [span("bogus", "what is this?", true)],
  try: [{ label: "leave it out", edits: [{ ...span(" bogus", ""), text: "" }] }],
});

describe("a message in a terminal", () => {
  it("frames place, marks, reasons and remedies", () => {
    expect(renderDiagnostics([overspend], source, "plain")).toMatchInlineSnapshot(`
      "error P0702: this spends more than the whole budget
         ╭─[adult:3:27]
       2 │   budget  epsilon eps, delta 1e-6
         │                   ─┬── 2.0 in all
       3 │   spend   40% on domains, 90% on model
         │           ─┬─             ─┬─
         │            ╰── 0.80        ╰── 1.80, together 2.60
         ├─ because  parts that read the same people add up
         ╰─ try      spend 10% on domains, 90% on model

      see  parable explain P0702"
    `);
  });
  it("puts the mark under wide characters and tabs, and counts columns in characters", () => {
    const frame = renderDiagnostics([wide], source, "plain");
    expect(frame).toMatchInlineSnapshot(`
      "error P0702: this spends more than the whole budget
         ╭─[adult:4:19]
       4 │   état: "日本" | "b" bogus
         │                      ──┬── what is this?
         ╰─ try      leave it out
                     état: "日本" | "b"

      see  parable explain P0702"
    `);
    expect(frame).toContain("[adult:4:19]");
  });
  it("says a message without a place too", () => {
    expect(
      renderDiagnostics([made({ because: ["one", "two"] })], source, "plain"),
    ).toMatchInlineSnapshot(`
      "error P0702: this spends more than the whole budget
         ├─ because  one
         ╰─ because  two

      see  parable explain P0702"
    `);
  });
  it("colours the same words", () => {
    const coloured = renderDiagnostics([overspend, wide], source, "terminal");
    expect(coloured).toContain("\u001b[");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what is taken away
    const bare = coloured.replace(/\u001b\[\d+m/g, "");
    expect(bare).toBe(renderDiagnostics([overspend, wide], source, "plain"));
  });
  it("shows five errors and counts the rest", () => {
    const many = Array.from({ length: 8 }, (_, i) => made({ title: `fault ${i}` }));
    const shown = renderDiagnostics(many, source, "plain");
    expect(shown.match(/error P0702/g)).toHaveLength(5);
    expect(shown).toContain("and 3 more errors.");
  });
});

describe("a message elsewhere", () => {
  it("is a Jupyter error whose first line stands alone", () => {
    const error = renderDiagnostics([made({ severity: "warning" }), overspend], source, "jupyter");
    expect(error.ename).toBe("P0702");
    expect(error.evalue).toBe("this spends more than the whole budget");
    expect(error.traceback.length).toBeGreaterThan(5);
  });
  it("is HTML in which nothing of the source can run", () => {
    const nasty = made({ title: "<script>alert(1)</script>" });
    const html = renderDiagnostics([nasty], source, "html");
    expect(html).not.toContain("<script");
    expect(html).toContain("&lt;script&gt;");
    expect(html).toContain("prefers-color-scheme:dark");
  });
  it("is an LSP diagnostic with ranges from 0 and edits to apply", () => {
    const [first] = renderDiagnostics([wide], source, "lsp");
    expect(first?.range.start).toEqual({ line: 3, character: 18 });
    expect(first?.data[0]?.edits[0]?.newText).toBe("");
    expect(first?.message.split("\n")[0]).toBe(wide.title);
  });
});
