import { here, remedy } from "../base/diagnose.js";
import type { Edit, Remedy } from "../base/diagnostic.js";
import type { Span } from "../base/source-text.js";
import { blocksOf, type ColumnNode, type TypeNode } from "../ir/spec.js";
import type { Desk } from "./desk.js";
import { publicSources } from "./public-sources.js";

/** Lines that say `guessed` under `privacy` (P0405): nobody has said yet that they may be public. */
export function checkGuesses(desk: Desk): void {
  const free = publicSources(desk.spec);
  for (const { columns, rules, source } of blocksOf(desk.spec, "table")) {
    if (source !== undefined && free.has(source.name.text)) continue;
    for (const column of columns) if (column.guessed !== undefined) sayColumn(column, desk);
    for (const { guessed, span } of rules) {
      if (guessed === undefined) continue;
      const name = desk.text({ start: span.start, end: guessed.start });
      desk.say(
        "P0405",
        { what: "rule", name },
        {
          spans: [here(guessed, "taken from the rows")],
          because: ["that it holds in every row may be due to a few people"],
          try: [confirm(guessed, desk), leaveOut(span, desk)],
        },
      );
    }
  }
}

function sayColumn(column: ColumnNode, desk: Desk): void {
  const guessed = column.guessed as Span;
  const learned = learnedType(column.type);
  const learn = learned === undefined ? [] : [learnedInstead(column, learned, desk)];
  desk.say(
    "P0405",
    { what: "column", name: column.name.text },
    {
      spans: [here(guessed, "taken from the rows")],
      because: ["its values were read from the data, and a rare one belongs to someone"],
      try: [confirm(guessed, desk), ...learn],
    },
  );
}

function learnedInstead(column: ColumnNode, learned: string, desk: Desk): Remedy {
  const kept = learned.includes(" step ") ? ", and the step stays a guess of yours" : "";
  return {
    label: `say \`${learned}\` (costs a part of the budget${kept})`,
    edits: [
      { start: column.type.span.start, end: column.type.span.end, text: learned },
      cut(column.guessed as Span, desk),
    ],
  };
}

/** The same type with its domain taken from the data within the budget, where there is one. */
function learnedType(type: TypeNode): string | undefined {
  switch (type.kind) {
    case "number": {
      const words = [type.base, type.currency?.text, "learned", type.unit?.text];
      // Without it numbers would come back with every digit that a fraction has.
      const step = type.step === undefined ? [] : ["step", String(type.step.value)];
      return [...words, ...step].filter((word) => word !== undefined).join(" ");
    }
    case "temporal":
      return `${type.base} learned`;
    case "choice":
      return "category learned";
    default:
      return undefined;
  }
}

const confirm = (guessed: Span, desk: Desk): Remedy => ({
  label: "you know this without the data: correct it and take out `guessed` (free)",
  edits: [cut(guessed, desk)],
});

function leaveOut({ start, end }: Span, desk: Desk): Remedy {
  const { text } = desk.spec;
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const line = text.slice(from, start).trim() === "" ? from - 1 : start;
  return remedy("leave the rule out", { start: Math.max(0, line), end }, "");
}

function cut({ start, end }: Span, desk: Desk): Edit {
  let from = start;
  while (/[ \t]/.test(desk.spec.text[from - 1] ?? "")) from--;
  return { start: from, end, text: "" };
}
