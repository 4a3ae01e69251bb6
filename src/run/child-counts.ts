import type { Random } from "../base/random.js";
import { scopeOfTable } from "../constraint/scope.js";
import type { ParentedModel } from "../synth/marginal/given-parents.js";
import type { Table } from "../table/table.js";

/** How many rows of a table belong to one row of its parent, given the parent's columns. */
export class ChildCounts {
  readonly ref: string;
  readonly model: ParentedModel;
  readonly min: number;
  private known: { readonly parents: Table; readonly shares: readonly Float64Array[] } | undefined;

  /** `min`: the number that the first code of the model's only own column stands for. */
  constructor(ref: string, min: number, model: ParentedModel) {
    this.ref = ref;
    this.min = min;
    this.model = model;
  }

  /** A number of children for one of the parents. */
  draw(parents: Table, parent: number, random: Random): number {
    if (this.known?.parents !== parents) {
      const { scope, cells } = scopeOfTable(parents);
      const rows = { scope, cells, rows: parents.rows };
      this.known = { parents, shares: [...this.model.distributions(0, rows)] };
    }
    const shares = this.known.shares[parent] as Float64Array;
    let left = random.uniform() * shares.reduce((sum, share) => sum + share, 0);
    for (const [number, share] of shares.entries()) {
      left -= share;
      if (left < 0) return this.min + number;
    }
    return this.min + shares.length - 1;
  }
}
