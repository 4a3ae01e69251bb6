import { failure } from "../base/failure.js";
import type { Learner, RowModel, SavedModel } from "./synthesizer.js";

/** A learner as completion, checking and the plan know it, without loading it. */
export interface LearnerName {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** True for those that learn through noisy answers only, and so can honour `privacy`. */
  readonly private: boolean;
  /** The options it takes in `learn with NAME { … }`. */
  readonly options: readonly string[];
}

/** Every learner there is, best known first. */
export const learnerNames: readonly LearnerName[] = [
  {
    name: "auto",
    summary: "the plan chooses by size, types and privacy, and says why",
    private: true,
    options: [],
  },
  {
    name: "trees",
    summary: "decision trees, one a column, each on the columns before it",
    private: false,
    options: ["leaf", "worth", "predictors"],
  },
  {
    name: "copula",
    summary: "a Gaussian copula: each column's own distribution, joined by correlations; very fast",
    private: false,
    options: ["margins"],
  },
  {
    name: "forest",
    summary: "an adversarial random forest: a density over the leaves of many trees",
    private: false,
    options: ["trees", "leaf", "rounds", "tolerance"],
  },
  {
    name: "interpolation",
    summary: "new rows between a real row and its neighbours: to enlarge a small group",
    private: false,
    options: ["neighbours", "vote"],
  },
  {
    name: "independent",
    summary: "each column by itself: a baseline",
    private: true,
    options: [],
  },
  {
    name: "language",
    summary:
      "rows as language: a small transformer over the fields of a row; learns short texts too",
    private: true,
    options: [
      "epochs",
      "rate",
      "batch",
      "clip",
      "noise",
      "base",
      "dropout",
      "patience",
      "width",
      "layers",
      "heads",
      "bins",
    ],
  },
  {
    name: "mst",
    summary: "a tree of the strongest pairs, from noisy counts; private",
    private: true,
    options: ["relate", "cells", "rounds", "bins"],
  },
  {
    name: "aim",
    summary: "the marginals that matter most, chosen round by round from noisy counts; private",
    private: true,
    options: ["relate", "cells", "rounds", "bins"],
  },
  {
    name: "swift",
    summary: "a set of marginals chosen in one go: quick on many columns; private",
    private: true,
    options: ["relate", "cells", "rounds", "bins"],
  },
];

/** The learner of that name, loaded when first asked for. Throws P0912 for one that isn't here. */
export async function loadLearner(name: string): Promise<Learner> {
  switch (name) {
    case "trees":
      return (await import("./tree/trees.js")).trees;
    case "independent":
      return (await import("./independent.js")).independent;
    case "copula":
      return (await import("./copula/copula.js")).copula;
    case "forest":
      return (await import("./forest/forest.js")).forest;
    case "interpolation":
      return (await import("./interpolation/interpolation.js")).interpolation;
    case "language":
      return (await import("./neural/language.js")).language;
    default:
      throw failure("P0912", { name, known: rowLearners });
  }
}

/** Learners that `loadLearner` knows: those that learn from rows. */
export const rowLearners: readonly string[] = [
  "trees",
  "independent",
  "copula",
  "forest",
  "interpolation",
  "language",
];

/** A fitted model from its data. Throws P0912 for a learner that isn't here. */
export async function loadModel(saved: SavedModel): Promise<RowModel> {
  const kind = (saved.json as { kind?: string } | null)?.kind;
  if (kind === "marginal") {
    return (await import("./marginal/row-model.js")).loadMarginalModel(saved);
  }
  if (kind === "combined") {
    const { combineModels, savedParts } = await import("./combine.js");
    return combineModels(await Promise.all(savedParts(saved).map(loadModel)));
  }
  switch (saved.learner) {
    case "trees":
    case "independent":
      return (await import("./tree/tree-rows.js")).loadTreeRows(saved);
    case "copula":
      return (await import("./copula/copula-rows.js")).loadCopulaRows(saved);
    case "forest":
      return (await import("./forest/forest-rows.js")).loadForestRows(saved);
    case "interpolation":
      return (await import("./interpolation/interpolation-rows.js")).loadInterpolationRows(saved);
    case "prior": {
      const { PriorRows, savedParts } = await import("./prior/prior-rows.js");
      const { base, priors } = savedParts(saved);
      return new PriorRows(await loadModel(base), priors);
    }
    case "language":
      return (await import("./neural/language-rows.js")).loadLanguageRows(saved);
    case "spec":
      return (await import("./spec-only/spec-model.js")).loadSpecModel(saved);
    case "presence":
      return (await import("./side-columns.js")).loadPresence(saved);
    default:
      throw failure("P0912", { name: saved.learner, known: rowLearners });
  }
}

/** What may be known of a table before its rows are read. */
export interface TableFacts {
  /** Absent where it may not be known. */
  readonly rows?: number;
  /** Columns to learn. */
  readonly columns: number;
  readonly privacy: boolean;
  /** The budget, under privacy. */
  readonly epsilon?: number;
  /** Rows belong to rows of another learned table. */
  readonly isChild?: boolean;
}

/** Rows × columns × predictors that trees take about five minutes for, on one core. */
const mostTreeWork = 1e9;

/**
 * The private learner with the least error for this budget in `bench/engines.mjs`: on Adult (48,842
 * rows of 14 columns, mean total variation of pairs) swift had .084, .051, .034, .023 and .019 at ε .1,
 * .3, 1, 3 and 10, aim .104, .058, .035, .022 and .018 in several times the time.
 */
function privateLearner(columns: number, { epsilon, isChild }: TableFacts) {
  if (columns === 1 && isChild !== true) {
    return { name: "independent", reason: "there is one column, so nothing goes with it" };
  }
  if (columns <= MANY_COLUMNS && epsilon !== undefined && epsilon >= LARGE_EPSILON) {
    return {
      name: "aim",
      reason: `with epsilon ${epsilon} its rounds pay: least error of the private learners, in minutes`,
    };
  }
  return {
    name: "swift",
    reason: "of the private learners it had the least error at such budgets, in seconds",
  };
}

/** Columns up to which `aim` takes minutes, and the ε from which on it is the more accurate. */
const MANY_COLUMNS = 40;
const LARGE_EPSILON = 5;

/** The learner for `auto`, and why. */
export function chooseLearner(facts: TableFacts): {
  readonly name: string;
  readonly reason: string;
} {
  const { rows, columns } = facts;
  if (facts.privacy) {
    return privateLearner(columns, facts);
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
  return {
    name: "trees",
    reason: "the most faithful without a privacy budget, for any mix of types",
  };
}
