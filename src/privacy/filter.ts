import { failure, impossible } from "../base/failure.js";
import {
  costOf,
  deltaOf,
  epsilonOf,
  type Grains,
  grainsDown,
  grainsToNumber,
  type Limit,
} from "./budget.js";
import type { PrivacyEvent } from "./event.js";
import type { Charge, Part } from "./ledger-entry.js";
import { exactly } from "./rational.js";

/** Losses of one set of rows and, below it, of the disjoint parts that it was split into. */
interface Node {
  loss: Grains;
  delta: Grains;
  readonly splits: Map<string, Map<number, Node>>;
}

/**
 * A privacy filter: keeps the sum of the charges that it has seen and tells whether one more fits its
 * limit. Charges on disjoint parts of a public split count as much as the dearest part, because each
 * unit lies in one part only.
 */
export class Filter {
  readonly limit: Limit;
  private readonly root: Node;

  constructor(limit: Limit, root: Node = emptyNode()) {
    this.limit = limit;
    this.root = root;
  }

  /** What was counted so far, under another limit at the same order. */
  under(limit: Limit): Filter {
    if (limit.order !== this.limit.order)
      throw impossible("losses at one order held to another", {});
    return new Filter(limit, this.root);
  }

  /** What may still be spent by charges on all rows, as divergence at the limit's order. */
  remaining(): Grains {
    const left = this.limit.capacity - total(this.root, "loss");
    return left > 0n ? left : 0n;
  }

  /** The same on one part: what it may spend until it is the dearest and exhausts the limit. */
  remainingIn(parts: readonly Part[]): Grains {
    return this.most((extra) => this.lossWith(parts, extra) <= this.limit.capacity);
  }

  /** ε that stands for everything seen, at the limit's δ. */
  epsilon(): number {
    const main = this.limit.delta - grainsToNumber(this.limit.ownDelta);
    return epsilonOf(total(this.root, "loss"), this.limit.order, main);
  }

  /** Count an entry that stands in the ledger, whether or not it fits. */
  count(charge: Pick<Charge, "event" | "parts">): void {
    const node = this.nodeAt(charge.parts);
    node.loss += costOf(charge.event, this.limit.order) ?? this.limit.capacity + 1n;
    node.delta += deltaOf(charge.event, this.limit.order);
  }

  /** Throw P0750 when the charge would pass the limit; nothing is counted. */
  check(what: string, event: PrivacyEvent, parts: readonly Part[]): void {
    const cost = costOf(event, this.limit.order);
    const room = this.remainingIn(parts);
    const plain = this.limit.order === Number.POSITIVE_INFINITY;
    if (cost === undefined || cost > room) {
      this.refuse(what, cost, room, plain ? "ε" : "ρ", plain ? 1 : this.limit.order);
    }
    const own = deltaOf(event, this.limit.order);
    if (own === 0n) return;
    const free = this.most((extra) => this.deltaWith(parts, extra) <= this.limit.ownDelta);
    if (own > free) this.refuse(`${what} (its δ)`, own, free, "δ", 1);
  }

  /** Throw P0750 when so much ρ, for several charges to come, is not left; nothing is counted. */
  requireRoom(what: string, rho: number, parts: readonly Part[]): void {
    const { order } = this.limit;
    const cost = order === Number.POSITIVE_INFINITY ? undefined : grainsDown(exactly(rho * order));
    const room = this.remainingIn(parts);
    if (cost === undefined || cost > room) this.refuse(what, cost, room, "ρ", order);
  }

  private refuse(
    what: string,
    requested: Grains | undefined,
    remaining: Grains,
    unit: string,
    scale: number,
  ): never {
    const say = (grains: Grains) => `${unit} ${(grainsToNumber(grains) / scale).toPrecision(4)}`;
    throw failure("P0750", {
      what,
      limit: `${this.limit.name} (ε ${this.limit.epsilon}, δ ${Number(this.limit.delta.toPrecision(4))})`,
      requested: requested === undefined ? "without bound" : say(requested),
      remaining: say(remaining),
      difference: requested === undefined ? "without bound" : say(requested - remaining),
    });
  }

  private lossWith(parts: readonly Part[], extra: Grains): Grains {
    return totalWith(this.root, "loss", parts, extra);
  }

  private deltaWith(parts: readonly Part[], extra: Grains): Grains {
    return totalWith(this.root, "delta", parts, extra);
  }

  /** The largest extra that `fits`, by bisection on whole grains; totals grow with it. */
  private most(fits: (extra: Grains) => boolean): Grains {
    if (!fits(0n)) return 0n;
    let low = 0n;
    let high = 1n;
    while (fits(high)) high *= 2n;
    while (high - low > 1n) {
      const middle = (low + high) / 2n;
      if (fits(middle)) low = middle;
      else high = middle;
    }
    return low;
  }

  private nodeAt(parts: readonly Part[]): Node {
    let node = this.root;
    for (const { split, part } of parts) {
      const siblings = node.splits.get(split) ?? new Map<number, Node>();
      node.splits.set(split, siblings);
      const child = siblings.get(part) ?? emptyNode();
      siblings.set(part, child);
      node = child;
    }
    return node;
  }
}

function emptyNode(): Node {
  return { loss: 0n, delta: 0n, splits: new Map() };
}

function total(node: Node, field: "loss" | "delta"): Grains {
  return totalWith(node, field, [], 0n);
}

/** The total if `extra` were added at the end of the path `parts`. */
function totalWith(
  node: Node | undefined,
  field: "loss" | "delta",
  parts: readonly Part[],
  extra: Grains,
): Grains {
  const [next, ...deeper] = parts;
  let sum = node?.[field] ?? 0n;
  if (next === undefined) sum += extra;
  for (const [split, siblings] of node?.splits ?? []) {
    if (split === next?.split) continue;
    sum += dearest([...siblings.values()].map((child) => total(child, field)));
  }
  if (next === undefined) return sum;
  const siblings = node?.splits.get(next.split) ?? new Map<number, Node>();
  const others = [...siblings].filter(([part]) => part !== next.part);
  const mine = totalWith(siblings.get(next.part), field, deeper, extra);
  return sum + dearest([mine, ...others.map(([, child]) => total(child, field))]);
}

function dearest(losses: readonly Grains[]): Grains {
  let most = 0n;
  for (const loss of losses) if (loss > most) most = loss;
  return most;
}
