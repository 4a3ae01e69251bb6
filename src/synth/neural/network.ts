import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { fusedOperations } from "./fused-operations.js";
import { denseLayers, type Layout, partOf, pieceOf } from "./layout.js";
import { type Operations, plainOperations } from "./operations.js";
import { Passes } from "./passes.js";
import type { Engine, Tensors } from "./tensors.js";
import type { Dropout } from "./weighting.js";

/** What went into each dense layer and what came back to its output: all that its gradient needs. */
export interface Trace {
  readonly inputs: Map<string, Tensor2D>;
  readonly slopes: Map<string, Tensor2D>;
}

/** Loss of the last features, and its gradient with respect to them, both row-major. */
export type Loss = (features: Float32Array) => {
  readonly loss: number;
  readonly slopes: Float32Array;
};

/**
 * The transformer between the words that go in and the heads that come out: pre-norm blocks of causal
 * attention and a two-layer perceptron (Vaswani et al. 2017; Xiong et al. 2020). Normalisation has no
 * parameters of its own; the dense layer behind it does that work.
 */
export class Network {
  readonly engine: Engine;
  readonly layout: Layout;
  readonly operations: Operations;
  /** The same passes in kernels of our own, unless tensors are asked for. */
  readonly passes: Passes | undefined;

  constructor(engine: Engine, layout: Layout, inTensors = engine.backend === "cpu") {
    this.engine = engine;
    this.layout = layout;
    this.operations =
      engine.backend === "node" ? plainOperations(engine.tf) : fusedOperations(engine.tf);
    const native = engine.backend === "node" ? engine.tf : undefined;
    this.passes = inTensors ? undefined : new Passes(layout, native, engine.relaxed);
  }

  get tf(): Tensors {
    return this.engine.tf;
  }

  /** The dense layers' parameters as tensors; whoever asks disposes of them. */
  weights(parameters: Float32Array): Map<string, Tensor2D> {
    const held = new Map<string, Tensor2D>();
    for (const [layer] of denseLayers(this.layout.shape)) {
      for (const name of [layer, `${layer}.bias`]) {
        const piece = pieceOf(this.layout, name);
        // A copy: the plain back end keeps the array that it is given, and training changes it.
        const values = partOf(parameters, piece).slice();
        held.set(name, this.tf.tensor2d(values, [piece.rows, piece.columns]));
      }
    }
    return held;
  }

  /** Last features for inputs of `examples` × `tokens` rows; inside a `tidy`. */
  forward(
    x: Tensor2D,
    weights: ReadonlyMap<string, Tensor2D>,
    examples: number,
    dropout?: Dropout,
    trace?: Trace,
  ): Tensor2D {
    const { operations } = this;
    const { layers, heads } = this.layout.shape;
    const batch = { examples, tokens: x.shape[0] / examples, heads };
    const dense = (name: string, input: Tensor2D): Tensor2D =>
      this.dense(name, input, weights, trace);
    const thin = (name: string, value: Tensor2D): Tensor2D => {
      return dropout === undefined ? value : operations.mask(value, dropout(name, value.size));
    };
    let stream = x;
    for (let at = 0; at < layers; at++) {
      const packed = dense(`${at}.attend`, operations.normalise(stream));
      const merged = dense(`${at}.merge`, operations.attend(packed, batch));
      stream = operations.add(stream, thin(`${at}.merge`, merged));
      const wide = operations.rectify(dense(`${at}.widen`, operations.normalise(stream)));
      stream = operations.add(stream, thin(`${at}.narrow`, dense(`${at}.narrow`, wide)));
    }
    return operations.normalise(stream);
  }

  private dense(
    name: string,
    input: Tensor2D,
    weights: ReadonlyMap<string, Tensor2D>,
    trace: Trace | undefined,
  ): Tensor2D {
    const { tf } = this;
    const weight = weights.get(name) as Tensor2D;
    const bias = weights.get(`${name}.bias`) as Tensor2D;
    if (trace === undefined) return tf.add(tf.matMul(input, weight), bias);
    return tf.customGrad((x) => {
      trace.inputs.set(name, tf.keep((x as Tensor2D).clone()));
      const gradFunc = (dy: Tensor): Tensor => {
        trace.slopes.set(name, tf.keep((dy as Tensor2D).clone()));
        return tf.matMul(dy as Tensor2D, weight, false, true);
      };
      return { value: tf.add(tf.matMul(x as Tensor2D, weight), bias), gradFunc };
    })(input) as Tensor2D;
  }

  /**
   * One pass there and back: the loss, its gradient with respect to the inputs, and the trace of the
   * dense layers, whose tensors the caller disposes of.
   */
  trace(
    inputs: Float32Array,
    examples: number,
    weights: ReadonlyMap<string, Tensor2D>,
    lossOf: Loss,
    dropout?: Dropout,
  ): { readonly loss: number; readonly slopes: Float32Array; readonly trace: Trace } {
    const { tf } = this;
    const { width } = this.layout.shape;
    const trace: Trace = { inputs: new Map(), slopes: new Map() };
    const scored = tf.customGrad((x) => {
      const { loss, slopes } = lossOf((x as Tensor).dataSync() as Float32Array);
      const gradFunc = () => tf.tensor2d(slopes, (x as Tensor2D).shape);
      return { value: tf.scalar(loss), gradFunc };
    });
    const result = { loss: 0, slopes: new Float32Array(0) };
    tf.tidy(() => {
      const x = tf.tensor2d(inputs, [inputs.length / width, width]);
      const run = (y: Tensor): Tensor =>
        scored(this.forward(y as Tensor2D, weights, examples, dropout, trace));
      const { value, grad } = tf.valueAndGrad(run as never)(x);
      result.loss = value.dataSync()[0] as number;
      result.slopes = grad.dataSync() as Float32Array<ArrayBuffer>;
    });
    return { ...result, trace };
  }
}
