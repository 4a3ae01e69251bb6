/** Scales some features to 0 and the others up: by name of the layer, for that many. */
export type Dropout = (name: string, count: number) => Float32Array;

/** How much each example's gradient counts; told their norms where it depends on them. */
export type Weighting =
  | { readonly kind: "even"; readonly weight: number }
  | { readonly kind: "clipped"; readonly norm: number };

export interface Gradient {
  /** Sum over the examples of their losses. */
  readonly loss: number;
  /** The weighted sum of the examples' gradients, laid out as the parameters. */
  readonly values: Float32Array;
  /** Where asked for: the L2 norm of each example's own gradient. */
  readonly norms?: Float64Array;
}

/** What of its gradient each example may keep; nothing of one that isn't finite. */
export function clippingShares(norms: Float64Array, most: number): Float32Array {
  return Float32Array.from(norms, (norm) =>
    norm > most ? most / norm : Number(Number.isFinite(norm)),
  );
}
