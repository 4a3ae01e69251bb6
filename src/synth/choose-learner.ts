/** What may be known of a table before its rows are read. */
export interface TableFacts {
  /** Absent where it may not be known. */
  readonly rows?: number;
  /** Columns to learn. */
  readonly columns: number;
  readonly privacy: boolean;
  /** Rows belong to rows of another learned table. */
  readonly isChild?: boolean;
  /** What the spec wants of the table beyond rows like the real ones. */
  readonly aims?: readonly Aim[];
}

/**
 * Conditions; conditions alone, beside the real rows: a group is to be enlarged; missing cells filled in;
 * goals of fairness; a column to be predicted; columns named by `relate`.
 */
export type Aim = "given" | "enlarged" | "completed" | "fairness" | "utility" | "related";

/** Why trees serve each aim: `bench/auto.mjs` on Adult, COMPAS, German credit and penguins. */
const WHY: Readonly<Partial<Record<Aim, string>>> = {
  given:
    "rows drawn given rare events lay nearest to the real ones of them (for exact probabilities `forest`)",
  completed: "of cells left out it filled in more rightly than the others",
  fairness: "goals of fairness weigh its rows and leave the rest as it was learned",
  utility: "models trained on its rows came nearest to those trained on real ones",
};

/** `bench/peers/learners.mjs`, 8,000 rows of Adult: triples .954 and .944, in half a second and in minutes. */
const FEW = "from so few rows `language` learns less, in hundreds of times the time";
const FEW_ROWS = 10_000;
/** `bench/auto.mjs`: below, a forest's pairs were 2 to 5 % nearer to held-out rows than those of trees on three tables of four. */
const VERY_FEW_ROWS = 100;
/** Aims that trees serve better than a forest even from few rows. */
const WANT_TREES: readonly Aim[] = ["completed", "fairness", "utility"];

/** Rows × columns × predictors that trees take about five minutes for, on one core. */
const mostTreeWork = 1e9;

/**
 * The private learner with the least error, or within 2 % of it in less than half the time, at every budget of
 * `bench/peers/engines.mjs`: on Adult (48,842 rows of 14 columns, mean total variation of pairs of drawn rows, five
 * runs) swift had .087, .054, .034, .024 and .019 at ε .1, .3, 1, 3 and 10, aim .107, .059, .034, .024 and .019.
 */
function privateLearner({ columns, isChild }: TableFacts) {
  if (columns === 1 && isChild !== true) {
    return { name: "independent", reason: "there is one column, so nothing goes with it" };
  }
  return {
    name: "swift",
    reason:
      "at budgets from epsilon 0.1 to 10 no private learner measured had an error smaller by more than 2 %, and those near it took twice the time; `language` needs a far larger one",
  };
}

/** The learner for `auto`, and why. */
export function chooseLearner(facts: TableFacts): {
  readonly name: string;
  readonly reason: string;
} {
  const { rows, columns, aims = [] } = facts;
  if (facts.privacy) {
    return privateLearner(facts);
  }
  if (facts.isChild === true) {
    return { name: "trees", reason: "rows that belong to other rows are learned with trees" };
  }
  if (columns === 1) {
    return { name: "independent", reason: "there is one column, so nothing goes with it" };
  }
  const work = (rows ?? 0) * columns * Math.min(40, columns / 2);
  if (work > mostTreeWork) {
    const minutes = Math.round((5 * work) / mostTreeWork);
    return {
      name: "copula",
      reason: `trees, which are more faithful, would take about ${minutes} minutes on this many rows and columns`,
    };
  }
  if (aims.includes("enlarged")) {
    return {
      name: "interpolation",
      reason:
        "all that is asked for are more rows of a group beside the real ones, and models trained on its rows told a small group better than with those of trees",
    };
  }
  if (rows !== undefined && rows < VERY_FEW_ROWS && !aims.some((aim) => WANT_TREES.includes(aim))) {
    return {
      name: "forest",
      reason: `from ${rows} rows the mean of many trees comes nearer to rows held out than one tree a column`,
    };
  }
  const reasons = aims.flatMap((aim) => WHY[aim] ?? []);
  if (rows !== undefined && rows < FEW_ROWS) reasons.push(FEW);
  return {
    name: "trees",
    reason: ["the most faithful without a privacy budget, for any mix of types", ...reasons].join(
      "; ",
    ),
  };
}
