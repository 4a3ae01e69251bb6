// What a small transformer is made of, in 32-bit floats, four at a time: products of matrices, causal
// attention, layer normalisation, embeddings and cross-entropy, there and back. Strides are in floats.
// Plain twins are in test/kernels; tests compare the two.

export { attend, attendBack, attendLast } from "./network/attention";
export {
  crossEntropy,
  mask,
  normalise,
  normaliseBack,
  pairNorms,
  rectify,
  rectifyBack,
  scale,
  settle,
  sumRows,
  tell,
  tellBack,
} from "./network/layers";
export { first, multiply, room } from "./network/product";
