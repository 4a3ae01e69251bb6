import { usualEpochs } from "../language-time.js";
import type { FitRequest } from "../synthesizer.js";
import { numberOption } from "../training.js";

/** What `learn with language { … }` says, with its defaults. */
export interface LanguageOptions {
  readonly epochs: number;
  readonly rate: number;
  readonly shape: "cosine" | "constant";
  readonly batch: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly bins: number;
  /** L2 norm at which gradients are clipped: of a batch, or under privacy of each row. */
  readonly clip: number;
  readonly dropout: number;
  /** Epochs without a better held-out loss before training ends; 0: never. */
  readonly patience: number;
}

export function languageOptions(options: FitRequest["options"], rows: number): LanguageOptions {
  const whole = (name: string, otherwise: number) =>
    Math.max(1, Math.round(numberOption(options, name, otherwise)));
  const heads = whole("heads", 4);
  const epochs = whole("epochs", usualEpochs(rows));
  const power = 2 ** Math.round(Math.log2(Math.max(1, rows / 100)));
  return {
    epochs,
    rate: Math.max(1e-6, numberOption(options, "rate", 2e-3)),
    shape: options["rate"]?.includes("constant") === true ? "constant" : "cosine",
    batch: whole("batch", Math.min(256, Math.max(16, power))),
    width: 4 * heads * Math.ceil(whole("width", 64) / (4 * heads)),
    layers: whole("layers", 2),
    heads,
    bins: Math.max(2, whole("bins", 100)),
    clip: Math.max(1e-6, numberOption(options, "clip", 1)),
    dropout: Math.min(0.9, Math.max(0, numberOption(options, "dropout", 0.1))),
    patience: Math.max(
      0,
      Math.round(numberOption(options, "patience", Math.max(3, Math.round(epochs / 10)))),
    ),
  };
}
