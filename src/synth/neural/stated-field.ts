import type { Random } from "../../base/random.js";
import type { Allowed } from "../../constraint/guide.js";
import type { ColumnDomain } from "../../table/domain.js";
import { BinDrawer } from "../marginal/bins.js";
import type { Cell } from "../observed.js";
import type { Field } from "./field.js";

/** Words from a public domain: its codes. Nothing of the rows is in it. */
export class StatedField implements Field {
  readonly kind = "stated";
  readonly words: number;
  readonly shares = undefined;
  private readonly domain: ColumnDomain;
  private readonly bins: BinDrawer | undefined;

  constructor(domain: ColumnDomain) {
    this.domain = domain;
    this.words = domain.size;
    this.bins =
      domain.edges === undefined
        ? undefined
        : new BinDrawer(domain, new Float64Array(domain.size).fill(1));
  }

  wordOf(value: number): number {
    const missing = this.domain.missingCode ?? 0;
    if (this.bins === undefined) return value < 0 ? missing : value;
    return Number.isNaN(value) ? missing : this.bins.binOf(value);
  }

  write(word: number, allowed: Allowed | undefined, cell: Cell, random: Random): void {
    if (word === this.domain.missingCode) {
      cell.values[cell.row] = this.bins === undefined ? -1 : Number.NaN;
    } else {
      cell.values[cell.row] = this.bins?.draw(word, allowed?.intervals, random) ?? word;
    }
  }

  openShares(allowed: Allowed, open: Float64Array): void {
    const { bins, domain } = this;
    for (let word = 0; word < domain.size; word++) {
      if (word === domain.missingCode) open[word] = Number(allowed.missing);
      else if (bins !== undefined) open[word] = bins.openShare(word, allowed.intervals);
      else open[word] = allowed.codes === undefined ? 1 : (allowed.codes[word] as number);
    }
  }

  /** Every allowed value lies in some word: only what is not allowed at all comes here. */
  invent(allowed: Allowed, cell: Cell, random: Random): void {
    const word = allowed.codes?.indexOf(1) ?? 0;
    this.write(allowed.missing ? (this.domain.missingCode ?? word) : word, allowed, cell, random);
  }

  save(): unknown {
    return { kind: this.kind, domain: this.domain };
  }
}
