import { gridValue, indexAtLeast, indexAtMost } from "./grid.js";
import type { Linear } from "./literal.js";
import type { NumberDomain, Variable } from "./problem.js";
import type { State } from "./state.js";

interface Edge {
  readonly from: number;
  readonly to: number;
  /** to − from ≤ weight. */
  readonly weight: number;
  readonly strict: boolean;
}

/** `a·x − a·y ≤ b` as y → x with weight b / a; undefined for any other shape. */
function edgeOf({
  variables,
  coefficients,
  bound,
  strict,
  slack,
  exact,
}: Linear): Edge | undefined {
  if (variables.length !== 2) return undefined;
  const [a, b] = coefficients as [number, number];
  if (a !== -b) return undefined;
  const [to, from] = (a > 0 ? variables : [variables[1], variables[0]]) as [number, number];
  const weight = bound / Math.abs(a);
  return { from, to, weight: exact ? weight : weight + slack, strict };
}

/**
 * Difference bounds: shortest paths over `x − y ≤ c` (Bellman 1958, Ford 1956), from and to a zero
 * that carries the variables' own bounds. A cycle below zero is a contradiction that bounds alone
 * would approach one step at a time. False where there is one.
 */
export function differences(state: State, variables: readonly Variable[]): boolean {
  const edges = state.linear.flatMap((linear) => edgeOf(linear) ?? []);
  if (edges.length < 2) return true;
  const nodes = [...new Set(edges.flatMap((edge) => [edge.from, edge.to]))];
  return pass(state, variables, nodes, edges, true) && pass(state, variables, nodes, edges, false);
}

/** Upper bounds (or lower ones, along the edges turned round) of all nodes at once. */
function pass(
  state: State,
  variables: readonly Variable[],
  nodes: readonly number[],
  edges: readonly Edge[],
  upper: boolean,
): boolean {
  const distance = new Map<number, number>();
  for (const node of nodes) {
    const domain = state.domains[node] as NumberDomain;
    distance.set(node, upper ? domain.high : -domain.low);
  }
  const free = new Map(nodes.map((node) => [node, { length: 0, strict: 0 }]));
  let moved = true;
  for (let round = 0; moved; round++) {
    if (round > nodes.length) return !cycles(nodes, edges, free);
    moved = false;
    for (const edge of edges) {
      const [from, to] = upper ? [edge.from, edge.to] : [edge.to, edge.from];
      const reach = (distance.get(from) as number) + edge.weight;
      if (reach >= (distance.get(to) as number)) continue;
      distance.set(to, reach);
      moved = true;
    }
  }
  if (upper && cycles(nodes, edges, free)) return false;
  return nodes.every((node) => narrow(state, variables, node, distance.get(node) as number, upper));
}

/** Whether some cycle of edges is shorter than nothing, or no longer with a strict edge in it. */
function cycles(
  nodes: readonly number[],
  edges: readonly Edge[],
  at: Map<number, { length: number; strict: number }>,
): boolean {
  for (let round = 0; round <= nodes.length; round++) {
    let moved = false;
    for (const { from, to, weight, strict } of edges) {
      const start = at.get(from) as { length: number; strict: number };
      const end = at.get(to) as { length: number; strict: number };
      const length = start.length + weight;
      const count = start.strict + (strict ? 1 : 0);
      const shorter = length < end.length || (length === end.length && count > end.strict);
      if (!shorter) continue;
      at.set(to, { length, strict: count });
      moved = true;
    }
    if (!moved) return false;
  }
  return true;
}

function narrow(
  state: State,
  variables: readonly Variable[],
  node: number,
  distance: number,
  upper: boolean,
): boolean {
  const domain = state.domains[node] as NumberDomain;
  const step = variables[node]?.step;
  if (!Number.isFinite(distance)) return domain.low <= domain.high;
  const limit = upper ? distance : -distance;
  const index =
    step === undefined
      ? limit
      : gridValue(upper ? indexAtMost(limit, step) : indexAtLeast(limit, step), step);
  const next: NumberDomain = upper
    ? { ...domain, high: Math.min(domain.high, index) }
    : { ...domain, low: Math.max(domain.low, index) };
  state.domains[node] = next;
  return next.low <= next.high;
}
