import { failure } from "../base/failure.js";
import type { Learner, RowModel, SavedModel } from "./synthesizer.js";

/** A learner as completion, checking and the plan know it, without loading it. */
export interface LearnerName {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** True for those that learn through noisy answers only, and so can honour `privacy`. */
  readonly private: boolean;
  /** Learns from noisy counts alone, so only under a budget. */
  readonly countsOnly?: true;
  /** The options it takes in `learn with NAME { … }`. */
  readonly options: readonly string[];
}

/** Every learner there is, best known first. */
export const learnerNames: readonly LearnerName[] = [
  {
    name: "auto",
    summary: "the plan chooses by size, privacy and what the spec asks for, and says why",
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
      "counts",
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
    countsOnly: true,
    options: ["relate", "cells", "rounds", "bins"],
  },
  {
    name: "aim",
    summary: "the marginals that matter most, chosen round by round from noisy counts; private",
    private: true,
    countsOnly: true,
    options: ["relate", "cells", "rounds", "bins"],
  },
  {
    name: "swift",
    summary: "a set of marginals chosen in one go: quick on many columns; private",
    private: true,
    countsOnly: true,
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
  if (kind === "gaps") {
    const { loadGapRows, savedWithin } = await import("./gaps/gap-rows.js");
    return loadGapRows(saved, await loadModel(savedWithin(saved)));
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
