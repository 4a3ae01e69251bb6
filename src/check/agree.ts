import { here, remedy, there } from "../base/diagnose.js";
import type { Remedy } from "../base/diagnostic.js";
import { suggest } from "../base/suggest.js";
import type { Formula } from "../ir/formula.js";
import { arithmetic, number } from "./fold.js";
import { type Kind, kindText } from "./kind.js";
import type { Scope, Typed } from "./scope.js";
import { currencyOf, sameUnit, secondsOf, type Unit, unitText } from "./unit.js";

/** Two operands brought to one scale. */
export interface Pair {
  readonly left: Formula;
  readonly right: Formula;
  readonly kind: Kind;
}

/** Say that two units differ: P0313 for two currencies, else P0312. */
export function sayUnits(
  scope: Scope,
  left: { unit: Unit; span: Typed["span"] },
  right: { unit: Unit; span: Typed["span"] },
  doing: "compared" | "added" | "stored",
): void {
  const texts = { left: unitText(left.unit), right: unitText(right.unit), doing };
  const spans = [here(left.span, texts.left), there(right.span, texts.right)];
  const because = ["numbers with a unit meet only numbers with the same unit"];
  if (currencyOf(left.unit) !== undefined && currencyOf(right.unit) !== undefined) {
    scope.desk.say("P0313", texts, { spans, because });
  } else {
    const remedies = [remedy("is one of the names a slip?"), ...converting(left.unit, right.unit)];
    scope.desk.say("P0312", texts, { spans, because, try: remedies });
  }
}

/** How to bring one unit to another on purpose, where each is a word. */
function converting(to: Unit, from: Unit): readonly Remedy[] {
  const word = (unit: Unit) =>
    unit.size === 1 && [...unit.values()][0] === 1 ? [...unit.keys()][0] : undefined;
  const [into, out] = [word(to), word(from)];
  if (into === undefined || out === undefined) return [];
  return [
    remedy(
      `to convert on purpose, multiply the ${out} by a param with its unit: \`param rate: real 0..1_000 ${into}/${out} = …\``,
    ),
  ];
}

/** The seconds in one of a number, where its unit is a length of time. */
function secondsIn(kind: Kind): number | undefined {
  return kind.kind === "number" && kind.unit !== undefined ? secondsOf(kind.unit) : undefined;
}

const scaled = (formula: Formula, scale: number): Formula =>
  scale === 1 ? formula : arithmetic("mul", formula, number(scale));

/** A duration and a number: the number is read in its own unit of time, else in the duration's. */
export function asSeconds(value: Typed, scale: number): Formula | undefined {
  if (value.kind.kind === "duration") return value.formula;
  if (value.kind.kind !== "number") return undefined;
  const seconds = value.kind.unit === undefined ? scale : secondsIn(value.kind);
  return seconds === undefined ? undefined : scaled(value.formula, seconds);
}

/** A length of time in units of `scale` seconds; any other value as it stands. */
export function inUnitOf(value: Typed, scale: number): Formula {
  const seconds = value.kind.kind === "duration" ? 1 : (secondsIn(value.kind) ?? scale);
  return scaled(value.formula, seconds / scale);
}

function agreeNumbers(left: Typed, right: Typed, scope: Scope, doing: "compared" | "added"): Kind {
  const l = left.kind as Extract<Kind, { kind: "number" }>;
  const r = right.kind as Extract<Kind, { kind: "number" }>;
  if (l.unit !== undefined && r.unit !== undefined && !sameUnit(l.unit, r.unit)) {
    sayUnits(scope, { unit: l.unit, span: left.span }, { unit: r.unit, span: right.span }, doing);
    return { kind: "unknown" };
  }
  const unit = l.unit ?? r.unit;
  const whole = l.whole && r.whole;
  return unit === undefined ? { kind: "number", whole } : { kind: "number", unit, whole };
}

const isDay = (kind: Kind): boolean => kind.kind === "date" || kind.kind === "day-literal";

function agreeTimes(left: Typed, right: Typed): Pair | undefined {
  if (isDay(left.kind) && isDay(right.kind)) {
    const both = left.kind.kind === "day-literal" ? right.kind : left.kind;
    return { left: left.formula, right: right.formula, kind: both };
  }
  const moment: Kind = { kind: "datetime" };
  const lift = (value: Typed): Formula | undefined => {
    if (value.kind.kind === "datetime") return value.formula;
    return value.kind.kind === "day-literal" ? scaled(value.formula, 86_400) : undefined;
  };
  const l = lift(left);
  const r = lift(right);
  return l === undefined || r === undefined ? undefined : { left: l, right: r, kind: moment };
}

/**
 * Bring numbers, dates, datetimes and durations to one scale. Undefined where they have none in
 * common, which the caller says; a difference of units is said here.
 */
export function agreeScale(
  left: Typed,
  right: Typed,
  scope: Scope,
  doing: "compared" | "added",
): Pair | undefined {
  if (left.kind.kind === "unknown" || right.kind.kind === "unknown") {
    return { left: left.formula, right: right.formula, kind: { kind: "unknown" } };
  }
  if (left.kind.kind === "number" && right.kind.kind === "number") {
    return {
      left: left.formula,
      right: right.formula,
      kind: agreeNumbers(left, right, scope, doing),
    };
  }
  const scale = durationScale(left.kind, right.kind);
  if (scale !== undefined) {
    const l = asSeconds(left, scale);
    const r = asSeconds(right, scale);
    return l === undefined || r === undefined
      ? undefined
      : { left: l, right: r, kind: { kind: "duration", scale } };
  }
  return agreeTimes(left, right);
}

function durationScale(left: Kind, right: Kind): number | undefined {
  if (left.kind === "duration") return left.scale;
  return right.kind === "duration" ? right.scale : undefined;
}

/** Whether a text written in the spec is a value of a choice; says P0302 where it is not. */
export function checkValue(
  text: string,
  span: Typed["span"],
  choice: Extract<Kind, { kind: "choice" }>,
  scope: Scope,
): boolean {
  if (choice.learned || choice.values.includes(text)) return true;
  const suggestion = suggest(text, choice.values);
  scope.desk.say(
    "P0302",
    { value: text, column: choice.column, ...(suggestion === undefined ? {} : { suggestion }) },
    {
      spans: [
        here(
          span,
          suggestion === undefined ? "not one of its values" : `did you mean "${suggestion}"?`,
        ),
      ],
      because: [`${choice.column} has: ${choice.values.map((v) => `"${v}"`).join(", ")}`],
      try:
        suggestion === undefined
          ? []
          : [
              {
                label: `write "${suggestion}"`,
                edits: [{ start: span.start, end: span.end, text: `"${suggestion}"` }],
              },
            ],
    },
  );
  return false;
}

/** Choices, texts, keys and yes-or-nos that may stand on the two sides of `=`; undefined where they may not. */
export function agreeLabels(left: Typed, right: Typed, scope: Scope): boolean | undefined {
  for (const [a, b] of [
    [left, right],
    [right, left],
  ] as const) {
    if (a.kind.kind === "choice" && b.formula.op === "text") {
      return checkValue(b.formula.value, b.span, a.kind, scope);
    }
  }
  const [l, r] = [left.kind, right.kind];
  if (l.kind === "truth" && r.kind === "truth") return true;
  if (l.kind === "choice" && r.kind === "choice") {
    return l.learned || r.learned || l.values.some((value) => r.values.includes(value))
      ? true
      : undefined;
  }
  if (l.kind === "key" && r.kind === "key") return l.table === r.table ? true : undefined;
  const loose = (kind: Kind): boolean => kind.kind === "text" || kind.kind === "quoted";
  const label = (kind: Kind): boolean =>
    loose(kind) || kind.kind === "key" || kind.kind === "choice";
  return (loose(l) && label(r)) || (loose(r) && label(l)) ? true : undefined;
}

/** Say P0301: these two cannot stand on the two sides of a comparison. */
export function sayIncomparable(left: Typed, right: Typed, scope: Scope): void {
  const texts = { left: kindText(left.kind), right: kindText(right.kind) };
  scope.desk.say(
    "P0301",
    { problem: "compare", ...texts },
    {
      spans: [here(left.span, texts.left), there(right.span, texts.right)],
      try: [...unquoted(left, right, scope), ...unquoted(right, left, scope)],
    },
  );
}

/** What a text in quotes would be without them: a name, or a value of the other side's kind. */
function unquoted({ formula, span }: Typed, other: Typed, scope: Scope): readonly Remedy[] {
  if (formula.op !== "text") return [];
  const { value } = formula;
  const { kind } = other.kind;
  const fits =
    (kind === "number" && /^-?\d+(\.\d+)?$/.test(value)) ||
    (kind === "truth" && /^(true|false)$/.test(value)) ||
    ((kind === "date" || kind === "datetime") && /^\d{4}-\d\d-\d\d(T\d\d:\d\d)?$/.test(value));
  if (fits) return [remedy(`write ${value}, without quotes`, span, value)];
  return scope.table?.columns.has(value) === true
    ? [remedy(`write ${value}: names are never in quotes`, span, value)]
    : [];
}
