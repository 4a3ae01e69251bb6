/** What may be known of a table before its rows are read. */
export interface TableFacts {
  /** Absent where it may not be known. */
  readonly rows?: number;
  /** Columns to learn. */
  readonly columns: number;
  /** How many of them are numbers or dates; the others are categories. */
  readonly numbers?: number;
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
  related: "each column is learned from those before it, so `relate` has nothing to add",
};

/**
 * `bench/auto.mjs --only relate` on bank marketing, 5,000 rows: mean total variation of the related pairs .084, .073 and
 * .057 without `relate`, .069, .049 and .044 with it, at ε .3, 1 and 3; of all pairs .073, .049, .043 and .066, .048, .040.
 * Beyond that, on Adult (24,000 rows, two runs, 3,000 drawn) at ε 5 and 10: related pairs .032, .042 without and .030, .035
 * with it by swift, .025, .032 and .027, .020 by aim; all pairs with it .027, .028 by swift and .024, .024 by aim.
 */
const RELATED =
  "columns named by `relate` are counted together: their pairs came 18 to 33 % nearer for it, the others no farther";

/**
 * `bench/auto.mjs --only many`, mean total variation of pairs beside held-out rows, trees and the next best. Categories
 * alone: UK census .077 and .106 (forest), 600 rows. Numbers but for one column: diamonds .050 and .067 (interpolation),
 * 1,500 rows; law school .075 and .090 (copula), 600 rows.
 */
function whyByTypes({ columns, numbers }: TableFacts): string {
  if (numbers === 0) {
    return "and on tables of categories its pairs came a quarter nearer to rows held out than those of the next, `forest`";
  }
  if (numbers === columns) {
    return "and on tables of numbers its pairs came 17 to 25 % nearer to rows held out than those of the next, `copula` or `interpolation`";
  }
  return "for any mix of types";
}

/** `bench/peers/learners.mjs`, 8,000 rows of Adult: triples .954 and .944, in half a second and in minutes. */
const FEW = "from so few rows `language` learns less, in hundreds of times the time";
const FEW_ROWS = 10_000;
/**
 * `bench/auto.mjs --only few --few 60,100,160,240 --tries 12`, how much nearer to held-out rows a forest's pairs lay than
 * those of trees in the same trials, in thousandths: Adult 6, 5, −1, 0; bank marketing 10, 6, 6, 4; ACS income 14, 15, 11, 9;
 * COMPAS 5, 4, 0, −2; SD2011 8, 3, 0, −1; HMDA 7, 6, 6. Standard errors are 1 to 2.
 */
const VERY_FEW_ROWS = 160;
/**
 * From this share of numbers on, few rows are a copula's. As above, how much nearer a copula's pairs and a forest's lay than
 * those of trees, 60, 100 and 160 rows: law school (11 numbers of 12) 17, 13, 10 and 1, −6, −9; diamonds (7 of 10) 13, 4, −4
 * and −31, −35, −33; COMPAS (16 of 23) 10, 6, 3 and 5, 4, 0; shoppers (14 of 18) –, 4, 1 and 5, 5, 5. Where numbers stand
 * for categories (UK census, 16 of 18) −3, −10, −12 and –, −4, −4.
 */
const MOSTLY_NUMBERS = 2 / 3;
/** Aims that trees serve better than a forest even from few rows. */
const WANT_TREES: readonly Aim[] = ["completed", "fairness", "utility"];

/** Rows × columns × predictors that trees take about five minutes for, on one core. */
const mostTreeWork = 1e9;

/**
 * The private learner with about the least error: docs/decisions/0013, twelve tables at ε 1. `bench/peers/engines.mjs`
 * before that decision, coded Adult: swift .087, .054, .034, .024 and .019 of drawn rows at ε .1, .3, 1, 3 and 10, aim
 * .107, .059, .034, .024 and .019.
 */
function privateLearner({ columns, isChild, aims = [] }: TableFacts) {
  if (columns === 1 && isChild !== true) {
    return { name: "independent", reason: "there is one column, so nothing goes with it" };
  }
  const reason =
    "of twelve tables measured at epsilon 1 it came nearer than `aim` on eight, 2 to 3 % less near on three and 10 % on one, mostly in less than half of the time; `language` takes minutes and came no nearer";
  return { name: "swift", reason: aims.includes("related") ? `${reason}; ${RELATED}` : reason };
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
    if ((facts.numbers ?? 0) >= MOSTLY_NUMBERS * columns) {
      return {
        name: "copula",
        reason: `from ${rows} rows, mostly of numbers, correlations come nearer to rows held out than trees or a forest`,
      };
    }
    return {
      name: "forest",
      reason: `from ${rows} rows the mean of many trees comes nearer to rows held out than one tree a column`,
    };
  }
  const reasons = aims.flatMap((aim) => WHY[aim] ?? []);
  if (rows !== undefined && rows < FEW_ROWS) reasons.push(FEW);
  return {
    name: "trees",
    reason: [`the most faithful without a privacy budget, ${whyByTypes(facts)}`, ...reasons].join(
      "; ",
    ),
  };
}
