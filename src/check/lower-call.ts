import { here } from "../base/diagnose.js";
import { suggest } from "../base/suggest.js";
import type { Expression } from "../ir/expression.js";
import type { Formula } from "../ir/formula.js";
import { agreeScale } from "./agree.js";
import { arithmetic, call, number, truth } from "./fold.js";
import { filled } from "./gap.js";
import { type Kind, kindText, UNKNOWN } from "./kind.js";
import type { Scope, Typed } from "./scope.js";
import { powerUnit } from "./unit.js";

type CallExpression = Extract<Expression, { kind: "call" }>;
type Lower = (expression: Expression, scope: Scope) => Typed;

/** A function of the language: how many arguments it takes, and what it makes of them. */
interface Callable {
  readonly least: number;
  readonly most: number;
  readonly wants: string;
  /** Undefined where an argument has the wrong kind. */
  readonly apply: (
    args: readonly Typed[],
    scope: Scope,
  ) => { formula: Formula; kind: Kind } | undefined;
}

const WHOLE: Kind = { kind: "number", whole: true };
const REAL: Kind = { kind: "number", whole: false };

const isScale = (kind: Kind): boolean =>
  ["number", "date", "day-literal", "datetime", "duration"].includes(kind.kind);

function sameScale(name: string): Callable {
  return {
    least: 2,
    most: 20,
    wants: "two or more numbers or dates",
    apply: (args, scope) => {
      let joined: Typed | undefined;
      const formulas: Formula[] = [];
      for (const arg of args) {
        if (!isScale(arg.kind)) return undefined;
        const pair = joined === undefined ? undefined : agreeScale(joined, arg, scope, "compared");
        if (joined !== undefined && pair === undefined) return undefined;
        formulas.push(pair?.right ?? arg.formula);
        joined = pair === undefined ? arg : { ...arg, formula: pair.right, kind: pair.kind };
      }
      return { formula: call(name, formulas), kind: joined?.kind ?? UNKNOWN };
    },
  };
}

function rounding(name: string): Callable {
  return {
    least: 1,
    most: name === "round" ? 2 : 1,
    wants: name === "round" ? "a number, and perhaps how many decimals" : "a number",
    apply: ([x, digits]) => {
      if (x?.kind.kind !== "number") return undefined;
      if (digits !== undefined && digits.kind.kind !== "number") return undefined;
      const args = digits === undefined ? [x.formula] : [x.formula, digits.formula];
      return { formula: call(name, args), kind: { ...x.kind, whole: digits === undefined } };
    },
  };
}

function plain(name: string): Callable {
  return {
    least: 1,
    most: 1,
    wants: "a number",
    apply: ([x]) =>
      x?.kind.kind === "number" ? { formula: call(name, [x.formula]), kind: REAL } : undefined,
  };
}

/** Days of a date or datetime. */
function daysOf(value: Typed): Formula | undefined {
  if (value.kind.kind === "date" || value.kind.kind === "day-literal") return value.formula;
  if (value.kind.kind !== "datetime") return undefined;
  return call("floor", [arithmetic("div", value.formula, number(86_400))]);
}

function calendar(name: string): Callable {
  return {
    least: 1,
    most: 1,
    wants: "a date or datetime",
    apply: ([x]) => {
      const days = x === undefined ? undefined : daysOf(x);
      return days === undefined
        ? undefined
        : { formula: { op: "call", name, args: [days] }, kind: WHOLE };
    },
  };
}

/** The `seconds`-long part of a day that a datetime lies in, counted from 0; `cycle` parts make the next larger one. */
function clock(seconds: number, cycle: number): Callable {
  return {
    least: 1,
    most: 1,
    wants: "a datetime",
    apply: ([x]) => {
      if (x?.kind.kind !== "datetime") return undefined;
      const parts = call("floor", [arithmetic("div", x.formula, number(seconds))]);
      const cycles = call("floor", [arithmetic("div", x.formula, number(seconds * cycle))]);
      const rest = arithmetic("sub", parts, arithmetic("mul", cycles, number(cycle)));
      return { formula: rest, kind: WHOLE };
    },
  };
}

const FUNCTIONS: Readonly<Record<string, Callable>> = {
  min: sameScale("min"),
  max: sameScale("max"),
  round: rounding("round"),
  floor: rounding("floor"),
  ceil: rounding("ceil"),
  abs: {
    least: 1,
    most: 1,
    wants: "a number",
    apply: ([x]) =>
      x?.kind.kind === "number" || x?.kind.kind === "duration"
        ? { formula: call("abs", [x.formula]), kind: x.kind }
        : undefined,
  },
  sqrt: {
    least: 1,
    most: 1,
    wants: "a number",
    apply: ([x]) => {
      if (x?.kind.kind !== "number") return undefined;
      const unit = x.kind.unit === undefined ? undefined : powerUnit(x.kind.unit, 0.5);
      const kind: Kind = unit === undefined ? REAL : { kind: "number", unit, whole: false };
      return { formula: call("sqrt", [x.formula]), kind };
    },
  },
  exp: plain("exp"),
  log: plain("log"),
  year: calendar("year"),
  month: calendar("month"),
  day: calendar("day"),
  weekday: calendar("weekday"),
  hour: clock(3600, 24),
  minute: clock(60, 60),
  date: {
    least: 1,
    most: 1,
    wants: "a datetime",
    apply: ([x]) => {
      const days = x === undefined ? undefined : daysOf(x);
      return days === undefined ? undefined : { formula: days, kind: { kind: "date" } };
    },
  },
};

/** The functions that a rule or formula may use. */
const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);

/** A function call in a rule or formula. */
export function lowerCall(expression: CallExpression, scope: Scope, lower: Lower): Typed {
  const { callee, span } = expression;
  const unknown: Typed = { formula: truth(true), kind: UNKNOWN, span };
  const callable = Object.hasOwn(FUNCTIONS, callee.text) ? FUNCTIONS[callee.text] : undefined;
  if (callable === undefined) {
    const suggestion = suggest(callee.text, FUNCTION_NAMES);
    const parameters = {
      what: "function",
      name: callee.text,
      ...(suggestion === undefined ? {} : { suggestion }),
    };
    scope.desk.say("P0210", parameters, {
      spans: [here(callee.span)],
      because: [`the functions are: ${FUNCTION_NAMES.join(", ")}`],
    });
    return unknown;
  }
  const args = expression.arguments.map((argument) =>
    filled(lower(argument, scope), scope, "used in a function"),
  );
  if (args.length < callable.least || args.length > callable.most) {
    const parameters = { callee: callee.text, wants: callable.wants, found: args.length };
    scope.desk.say("P0309", parameters, { spans: [here(span)] });
    return unknown;
  }
  if (args.some((arg) => arg.kind.kind === "unknown")) return unknown;
  const result = callable.apply(args, scope);
  if (result !== undefined) return { ...result, span };
  const wrong = args.find((arg) => !isScale(arg.kind)) ?? args[0];
  const found = wrong === undefined ? "nothing" : kindText(wrong.kind);
  scope.desk.say(
    "P0301",
    { problem: "argument", callee: callee.text, wants: callable.wants, found },
    {
      spans: [here(wrong?.span ?? span, found)],
    },
  );
  return unknown;
}
