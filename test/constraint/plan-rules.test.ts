import { expect, test } from "vitest";
import { planRules } from "../../src/constraint/plan-rules.js";
import * as make from "../synth/tables.js";
import { c, column, computed, n, op, t, when } from "../synth/tables.js";

test("each rule gets the strongest way to hold it", () => {
  const table = make.table(
    "t",
    [
      column("x", make.int(0, 9)),
      column("y", make.real(0, 1)),
      column("sex", make.choice("F", "M")),
      column("role", make.choice("Husband", "Wife")),
      column("z", make.real(0, 9), computed(op("add", c("x"), c("y")))),
      column("day", { kind: "datetime", min: 0, max: 1e9, learned: false }),
    ],
    [
      make.require(when(op("eq", c("role"), t("Wife")), op("eq", c("sex"), t("F"))), "wives"),
      make.require(op("le", c("z"), n(5)), "sum"),
      make.require(op("ge", { op: "call", name: "hour", args: [c("day")] }, n(8)), "office hours"),
      make.rule({ kind: "unique", columns: ["x"] }, "one x"),
      make.rule(
        {
          kind: "expect",
          enforced: false,
          statistic: { name: "mean", args: [c("x")] },
          low: 1,
          high: 2,
        },
        "about",
      ),
    ],
  );
  const ways = (joint: boolean) => planRules(table, { joint }).map((plan) => plan.enforcement);
  expect(ways(false)).toEqual([
    "computed",
    "mask",
    "by construction",
    "redraw",
    "redraw",
    "measured",
  ]);
  expect(ways(true)[1]).toBe("structural zeros");
});
