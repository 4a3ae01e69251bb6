// Exact discrete Gaussian noise: the table and the rejection sampler, from the system's randomness.
import { bench, describe } from "vitest";
import { SystemEntropy } from "../src/privacy/entropy.js";
import { RejectionGaussian } from "../src/privacy/noise.js";
import { TableGaussian } from "../src/privacy/noise-table.js";
import { rational } from "../src/privacy/rational.js";

const entropy = new SystemEntropy();
const out = new Float64Array(1_000_000);
describe.each([10, 50, 1000])("a million draws of standard deviation %i", (sigma) => {
  const sigma2 = rational(sigma * sigma);
  const table = new TableGaussian(sigma2);
  const rejection = new RejectionGaussian(sigma2);
  bench("table", () => table.fill(out, entropy));
  bench(
    "rejection",
    () => {
      for (let i = 0; i < out.length; i++) out[i] = rejection.draw(entropy);
    },
    { iterations: 3, time: 0, warmupIterations: 1 },
  );
});
