import { loadParentedModel } from "../synth/marginal/given-parents.js";
import { loadModel } from "../synth/registry.js";
import { loadChildren } from "../synth/relational/children.js";
import { loadOwnRef } from "../synth/relational/own-refs.js";
import type { GivenParents, SavedModel } from "../synth/synthesizer.js";
import { ChildCounts } from "./child-counts.js";
import type { Learned } from "./learn.js";

/** What says of a saved model that its rows belong to those of another table. */
interface Belonging {
  readonly kind?: string;
}

interface SavedParented {
  readonly kind: "parented";
  readonly ref: string;
  readonly rows: SavedModel["json"];
  readonly counts?: {
    readonly ref: string;
    readonly min: number;
    readonly json: SavedModel["json"];
  };
}

/** Rows, and beside them which lead to which. */
interface SavedOwnRefs {
  readonly kind: "own refs";
  readonly rows: SavedModel["json"];
  readonly own: readonly SavedModel["json"][];
}

/** What was learned of a table, as data. */
export function saveLearned({ own = [], ...learned }: Learned): SavedModel {
  const rows = saveRows(learned);
  if (own.length === 0) return rows;
  const links = own.map((model) => model.save());
  const json: SavedOwnRefs = {
    ...{ kind: "own refs", rows: rows.json },
    own: links.map((link) => link.json),
  };
  const arrays = links.map((link, at) => under(`own ${at}/`, link.arrays));
  return { ...rows, json, arrays: Object.assign(under("rows/", rows.arrays), ...arrays) };
}

/** The rows' model alone, of what `saveLearned` gave. */
export function rowsWithin(saved: SavedModel): SavedModel {
  const json = (saved.json ?? {}) as Partial<SavedOwnRefs>;
  if (json.kind !== "own refs") return saved;
  return { ...saved, json: json.rows, arrays: within("rows/", saved.arrays) };
}

function saveRows(learned: Learned): SavedModel {
  if (learned.kind !== "parented") return learned.model.save();
  const { model, ref, counts } = learned;
  const rows = model.save();
  const numbers = counts?.model.save();
  const json: SavedParented = {
    ...{ kind: "parented", ref, rows: rows.json },
    ...(counts === undefined || numbers === undefined
      ? {}
      : { counts: { ref: counts.ref, min: counts.min, json: numbers.json } }),
  };
  const arrays = { ...under("rows/", rows.arrays), ...under("counts/", numbers?.arrays ?? {}) };
  return { learner: rows.learner, version: 1, json, arrays };
}

/** Whether a saved model's rows stand for themselves, as `loadModel` needs it. */
export function standsAlone({ json }: SavedModel): boolean {
  const { kind } = (json ?? {}) as Belonging;
  return kind !== "children" && kind !== "parented";
}

/** What `saveLearned` gave. */
export async function loadLearned(saved: SavedModel): Promise<Learned> {
  const { kind, own = [] } = (saved.json ?? {}) as Partial<SavedOwnRefs>;
  if (kind !== "own refs") return loadRows(saved);
  const links = own.map((json, at) =>
    loadOwnRef({ ...saved, json, arrays: within(`own ${at}/`, saved.arrays) }),
  );
  return { ...(await loadRows(rowsWithin(saved))), own: links };
}

async function loadRows(saved: SavedModel): Promise<Learned> {
  if (standsAlone(saved)) {
    const model = await loadModel(saved);
    return { kind: "rows", model, columns: model.columns };
  }
  if ((saved.json as Belonging).kind === "children") {
    const model = loadChildren(saved);
    const { name, type } = model.ref;
    return { kind: "children", model, ref: name, parent: type.table, columns: model.columns };
  }
  const { ref, rows, counts } = saved.json as SavedParented;
  const model = await loadGivenParents({
    ...saved,
    json: rows,
    arrays: within("rows/", saved.arrays),
  });
  const known = { kind: "parented", model, ref, columns: model.columns } as const;
  if (counts === undefined) return known;
  const inner = { ...saved, json: counts.json, arrays: within("counts/", saved.arrays) };
  return { ...known, counts: new ChildCounts(counts.ref, counts.min, loadParentedModel(inner)) };
}

async function loadGivenParents(saved: SavedModel): Promise<GivenParents> {
  if (saved.learner !== "language") return loadParentedModel(saved);
  return (await import("../synth/neural/language-under.js")).loadLanguageUnder(saved);
}

type Arrays = SavedModel["arrays"];

function under(prefix: string, arrays: Arrays): Arrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, own]) => [prefix + name, own]));
}

function within(prefix: string, arrays: Arrays): Arrays {
  const own = Object.entries(arrays).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, array]) => [name.slice(prefix.length), array]));
}
