import type { Clause, LabelPair, Linear, Literal } from "./literal.js";
import type { Domain } from "./problem.js";

/** What is known at one point of the search: domains, and the literals and choices that must hold. */
export interface State {
  readonly domains: Domain[];
  readonly linear: Linear[];
  readonly pairs: LabelPair[];
  readonly opaque: Extract<Literal, { kind: "opaque" }>[];
  choices: (readonly Clause[])[];
}

export const copyState = (state: State): State => ({
  domains: [...state.domains],
  linear: [...state.linear],
  pairs: [...state.pairs],
  opaque: [...state.opaque],
  choices: state.choices,
});
