import { impossible } from "../../base/failure.js";
import type { Random } from "../../base/random.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import type { ParentRows } from "../../constraint/scope.js";
import { type ColumnDomain, codeDomain, encodeNumbers } from "../../table/domain.js";
import type {
  BatchState,
  GivenParents,
  LearnedColumn,
  RowModel,
  SavedModel,
} from "../synthesizer.js";
import { Evidence } from "./evidence.js";
import { loadMarginalModel, MarginalRowModel } from "./row-model.js";

/**
 * A junction tree over a table's own columns and those of the rows that its rows belong to, learned
 * together. Rows are drawn given their parents: the parent's values are evidence, and the own columns
 * follow the tree conditioned on them, exactly.
 */
export class ParentedModel implements GivenParents {
  /** Own columns first. */
  private readonly joint: MarginalRowModel;
  private readonly own: number;
  private readonly evidence: Evidence;

  /** `own`: how many of the joint model's columns, the first ones, are the table's own. */
  constructor(joint: MarginalRowModel, own: number) {
    this.joint = joint;
    this.own = own;
    this.evidence = new Evidence(joint.beliefs, own);
  }

  get columns(): readonly LearnedColumn[] {
    return this.joint.columns.slice(0, this.own);
  }

  under(ref: LearnedColumn, parents: ParentRows): RowModel {
    const codes = this.parentCodes(parents);
    const models = new Map<string, MarginalRowModel>();
    return new RowsGivenParents({
      ref,
      columns: this.columns,
      levels: this.joint.levels.slice(0, this.own),
      order: this.joint.order.filter((column) => column < this.own),
      given: this.joint.domains.length - this.own,
      modelOf: (code) => {
        const row = parents.rowOfCode === undefined ? code : (parents.rowOfCode[code] as number);
        const evidence = codes.map((column) => column[row] as number);
        return this.modelGiven(evidence, models);
      },
    });
  }

  /** The probabilities of the codes of an own column, given each row of the parents, in order. */
  *distributions(column: number, parents: ParentRows): Generator<Float64Array> {
    const codes = this.parentCodes(parents);
    const known = new Map<string, Float64Array>();
    for (let row = 0; row < parents.rows; row++) {
      const evidence = codes.map((own) => own[row] as number);
      const key = evidence.join();
      const found = known.get(key) ?? this.evidence.marginal(evidence, column);
      if (known.size < MOST_KEPT) known.set(key, found);
      yield found;
    }
  }

  save(): SavedModel {
    const saved = this.joint.save();
    return { ...saved, json: { ...(saved.json as object), own: this.own } };
  }

  /** The own columns given codes of the parent's; models are kept while a block needs them. */
  private modelGiven(
    evidence: readonly number[],
    models: Map<string, MarginalRowModel>,
  ): MarginalRowModel {
    const key = evidence.join();
    const known = models.get(key);
    if (known !== undefined) return known;
    const { learner, domains, bins } = this.joint;
    const beliefs = this.evidence.given(evidence);
    const seen = domains.map((domain, i) => (i < this.own ? domain : KNOWN(domain)));
    const drawers = bins.map((drawer, i) => (i < this.own ? drawer : undefined));
    const model = new MarginalRowModel(learner, seen, beliefs, { box: new Map(), bins: drawers });
    const cells = beliefs.marginals.reduce((sum, own) => sum + own.length, 0);
    if (models.size * cells >= MOST_DOUBLES) models.clear();
    models.set(key, model);
    return model;
  }

  /** Codes of the parents' columns, one array a column; what has no code counts as the likeliest. */
  private parentCodes(parents: ParentRows): Int32Array[] {
    return this.joint.domains.slice(this.own).map((domain, i) => {
      const name = domain.name.slice(domain.name.indexOf(".") + 1);
      const at = parents.scope.columns.findIndex((column) => column.name === name);
      const usual = this.evidence.likeliest(this.own + i);
      const values = parents.cells[at];
      if (values === undefined) return new Int32Array(parents.rows).fill(usual);
      const codes =
        values instanceof Float64Array
          ? encodeNumbers(domain, values)
          : recoded(domain, parents.scope.levels[at] ?? [], values);
      return codes.map((code) => (code < 0 ? usual : code));
    });
  }
}

/** Distributions kept for parents who are alike, and doubles of the models that are kept at a time. */
const MOST_KEPT = 20_000;
const MOST_DOUBLES = 2 ** 24;

/** A column whose value is known has one code. */
const KNOWN = ({ name }: ColumnDomain): ColumnDomain =>
  codeDomain(
    {
      name,
      type: { kind: "category", values: ["given"], ordered: false, learned: false },
      optional: false,
    },
    ["given"],
  );

function recoded(domain: ColumnDomain, levels: readonly string[], codes: Int32Array): Int32Array {
  const place = new Map(domain.labels.map((label, code) => [label, code]));
  const missing = domain.missingCode ?? -1;
  const target = levels.map((level) => place.get(level) ?? -1);
  return codes.map((code) => (code < 0 ? missing : (target[code] as number)));
}

/** A model from what `save` gave. */
export function loadParentedModel(saved: SavedModel): ParentedModel {
  return new ParentedModel(loadMarginalModel(saved), (saved.json as { own: number }).own);
}

interface Parts {
  readonly ref: LearnedColumn;
  readonly columns: readonly LearnedColumn[];
  readonly levels: RowModel["levels"];
  readonly order: readonly number[];
  /** How many columns of the parent are evidence. */
  readonly given: number;
  /** The model of the rows of a parent, by its code in the ref column. */
  readonly modelOf: (code: number) => MarginalRowModel;
}

/** Position 0 is the ref column, which the driver fixes. */
class RowsGivenParents implements RowModel {
  readonly learner = "marginal";
  readonly isBound = true;
  readonly columns: readonly LearnedColumn[];
  readonly levels: RowModel["levels"];
  readonly order: readonly number[];
  private readonly parts: Parts;
  private seen: { readonly cells: Cells; readonly inner: Cells } | undefined;

  constructor(parts: Parts) {
    this.parts = parts;
    this.columns = [parts.ref, ...parts.columns];
    this.levels = [[], ...parts.levels];
    this.order = [0, ...parts.order.map((column) => column + 1)];
  }

  begin(): BatchState {
    return undefined;
  }

  drawFree(
    _state: BatchState,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    const refs = cells[0] as Int32Array;
    const groups = new Map<MarginalRowModel, number[]>();
    for (let row = from; row < to; row++) {
      const model = this.parts.modelOf(refs[row] as number);
      const rows = groups.get(model);
      if (rows === undefined) groups.set(model, [row]);
      else rows.push(row);
    }
    const inner = this.innerCells(cells);
    for (const [model, rows] of groups) {
      model.drawRows(inner, column - 1, Int32Array.from(rows), random);
    }
  }

  drawAllowed(
    _state: BatchState,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const model = this.parts.modelOf((cells[0] as Int32Array)[row] as number);
    const inner = this.innerCells(cells);
    return model.drawAllowed(undefined, inner, column - 1, row, allowed, random);
  }

  save(): SavedModel {
    throw impossible("a model bound to drawn parents is never saved", this.columns);
  }

  /** The own columns, then one of zeros for each column of the parent: its only code. */
  private innerCells(cells: Cells): Cells {
    if (this.seen?.cells !== cells) {
      const zeros = new Int32Array(cells[0]?.length ?? 0);
      const given = Array.from({ length: this.parts.given }, () => zeros);
      this.seen = { cells, inner: [...cells.slice(1), ...given] };
    }
    return this.seen.inner;
  }
}
