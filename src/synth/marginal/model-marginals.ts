import { contract, type Factor, reorder, sumTo } from "./factor.js";
import type { Clique } from "./junction-tree.js";
import type { Beliefs } from "./propagate.js";
import { keyOf } from "./terms.js";

/**
 * Marginals of a calibrated model over any attributes, inside one node or across the tree. Across the
 * tree messages carry the wanted attributes along, and each node is summed down to what is needed
 * before it is multiplied.
 */
export class ModelMarginals {
  private readonly beliefs: Beliefs;
  private readonly reduced = new Map<string, Factor>();
  /** The node where an attribute is not in the separator: the highest that holds it. */
  private readonly home: readonly number[];

  constructor(beliefs: Beliefs) {
    this.beliefs = beliefs;
    const home = new Array<number>(beliefs.tree.sizes.length).fill(-1);
    for (const [position, node] of beliefs.tree.nodes.entries()) {
      for (const attribute of node.attributes.slice(node.separator)) home[attribute] = position;
    }
    this.home = home;
  }

  /** Probabilities of each combination of `clique`, row-major. */
  of(clique: Clique): Float64Array {
    const { tree, marginals } = this.beliefs;
    const lowest = Math.max(...clique.map((attribute) => this.home[attribute] as number), 0);
    const node = tree.nodes[lowest];
    if (node !== undefined && clique.every((attribute) => node.attributes.includes(attribute))) {
      const values = marginals[lowest] as Float64Array;
      return sumTo({ attributes: node.attributes, values }, clique, tree.sizes).values;
    }
    return this.across(clique).values;
  }

  private across(clique: Clique): Factor {
    const { tree } = this.beliefs;
    const members = this.subtree(clique);
    const messages = new Map<number, Factor[]>();
    let product: Factor = { attributes: [], values: Float64Array.of(1) };
    for (const position of [...members].sort((a, b) => b - a)) {
      const node = tree.nodes[position] as (typeof tree.nodes)[number];
      const root = !members.has(node.parent);
      const incoming = messages.get(position) ?? [];
      const message = this.message(position, clique, incoming, root);
      if (root) {
        const keep = clique.filter(
          (a) => product.attributes.includes(a) || message.attributes.includes(a),
        );
        product = contract(product, message, keep, tree.sizes);
      } else {
        messages.set(node.parent, [...(messages.get(node.parent) ?? []), message]);
      }
    }
    return reorder(product, clique, tree.sizes);
  }

  /** The nodes on the paths between the homes of the attributes; several trees give several roots. */
  private subtree(clique: Clique): Set<number> {
    const { nodes } = this.beliefs.tree;
    const counts = new Map<number, number>();
    const homes = [...new Set(clique.map((attribute) => this.home[attribute] as number))];
    const rootOf = new Map<number, number>();
    for (const home of homes) {
      let at = home;
      for (;;) {
        counts.set(at, (counts.get(at) ?? 0) + 1);
        const parent = (nodes[at] as { parent: number }).parent;
        if (parent < 0) break;
        at = parent;
      }
      rootOf.set(home, at);
    }
    const members = new Set<number>();
    for (const home of homes) {
      const root = rootOf.get(home) as number;
      const sharing = homes.filter((other) => rootOf.get(other) === root).length;
      let at = home;
      members.add(at);
      while ((counts.get(at) as number) < sharing) {
        at = (nodes[at] as { parent: number }).parent;
        members.add(at);
      }
    }
    return members;
  }

  private message(
    position: number,
    clique: Clique,
    incoming: readonly Factor[],
    root: boolean,
  ): Factor {
    const { tree } = this.beliefs;
    const node = tree.nodes[position] as (typeof tree.nodes)[number];
    const separator = node.attributes.slice(0, node.separator);
    const needed = node.attributes.filter(
      (attribute) =>
        (!root && separator.includes(attribute)) ||
        clique.includes(attribute) ||
        incoming.some((message) => message.attributes.includes(attribute)),
    );
    let factor = root ? this.joint(position, needed) : this.conditional(position, needed);
    for (const [i, message] of incoming.entries()) {
      const later = incoming.slice(i + 1);
      const keep = [...new Set([...factor.attributes, ...message.attributes])].filter(
        (attribute) =>
          (!root && separator.includes(attribute)) ||
          clique.includes(attribute) ||
          later.some((other) => other.attributes.includes(attribute)),
      );
      factor = contract(factor, message, keep, tree.sizes);
    }
    const keep = factor.attributes.filter(
      (attribute) => (!root && separator.includes(attribute)) || clique.includes(attribute),
    );
    return keep.length === factor.attributes.length ? factor : sumTo(factor, keep, tree.sizes);
  }

  private joint(position: number, needed: Clique): Factor {
    const key = `${position}:${keyOf(needed)}`;
    const known = this.reduced.get(key);
    if (known !== undefined) return known;
    const { tree, marginals } = this.beliefs;
    const { attributes } = tree.nodes[position] as { attributes: Clique };
    const values = marginals[position] as Float64Array;
    const factor = sumTo({ attributes, values }, needed, tree.sizes);
    this.reduced.set(key, factor);
    return factor;
  }

  /** P(needed | separator): the joint divided by the separator's marginal, 0 where that is 0. */
  private conditional(position: number, needed: Clique): Factor {
    const key = `${position}|${keyOf(needed)}`;
    const known = this.reduced.get(key);
    if (known !== undefined) return known;
    const { tree } = this.beliefs;
    const node = tree.nodes[position] as (typeof tree.nodes)[number];
    const separator = node.attributes.slice(0, node.separator);
    const joint = this.joint(position, needed);
    const below = sumTo(joint, separator, tree.sizes).values;
    const run = joint.values.length / below.length;
    const ordered = reorder(
      joint,
      [...separator, ...needed.filter((attribute) => !separator.includes(attribute))],
      tree.sizes,
    );
    const values = new Float64Array(ordered.values.length);
    for (let i = 0; i < values.length; i++) {
      const mass = below[Math.floor(i / run)] as number;
      values[i] = mass > 0 ? (ordered.values[i] as number) / mass : 0;
    }
    const factor = { attributes: ordered.attributes, values };
    this.reduced.set(key, factor);
    return factor;
  }
}
