import { type Batch, embed } from "./batch.js";
import { headLoss } from "./heads.js";
import type { Network } from "./network.js";
import { valuesOf } from "./tensors.js";

/** The loss of a batch without training on it. */
export function lossOf(network: Network, parameters: Float32Array, batch: Batch): number {
  const { tf, layout, passes } = network;
  if (passes !== undefined) return passes.loss(parameters, batch);
  const features = featuresOf(network, parameters, batch);
  return headLoss(tf, layout, parameters, batch, features).loss;
}

/** Last features of a batch: examples × tokens × width. */
export function featuresOf(
  network: Network,
  parameters: Float32Array,
  batch: Batch,
  tokens = batch.order.length,
): Float32Array {
  const { tf, layout, passes } = network;
  if (passes !== undefined) return passes.features(parameters, batch, tokens);
  const weights = network.weights(parameters);
  const inputs = embed(layout, parameters, batch, tokens);
  const features = valuesOf(tf, () => {
    const x = tf.tensor2d(inputs, [batch.examples * tokens, layout.shape.width]);
    return network.forward(x, weights, batch.examples);
  });
  for (const weight of weights.values()) weight.dispose();
  return features;
}
