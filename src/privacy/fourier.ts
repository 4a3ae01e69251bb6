import FFT from "fft.js";

/** A real signal's spectrum: real and imaginary parts of all `size` frequencies, in turn. */
export interface Spectrum {
  readonly size: number;
  readonly values: number[];
}

/** The smallest power of two that is at least `count`, and 2 or more. */
export function transformSize(count: number): number {
  let size = 2;
  while (size < count) size *= 2;
  return size;
}

/** The spectrum of a signal wrapped around at `size`, a power of two. */
export function spectrumOf(signal: Float64Array, size: number): Spectrum {
  const wrapped = new Float64Array(size);
  for (let i = 0; i < signal.length; i++) {
    wrapped[i % size] = (wrapped[i % size] as number) + (signal[i] as number);
  }
  const transform = new FFT(size);
  const values = transform.createComplexArray() as number[];
  transform.realTransform(values, wrapped as unknown as number[]);
  transform.completeSpectrum(values);
  return { size, values };
}

/** Multiply `spectrum` by the k-th power of `factor`, frequency by frequency. */
export function multiplyPower(spectrum: Spectrum, factor: Spectrum, k: number): Spectrum {
  const values = new Array<number>(2 * spectrum.size);
  for (let i = 0; i < values.length; i += 2) {
    const [re, im] = [factor.values[i] as number, factor.values[i + 1] as number];
    const size = Math.hypot(re, im) ** k;
    const angle = Math.atan2(im, re) * k;
    const [c, s] = [size * Math.cos(angle), size * Math.sin(angle)];
    const [a, b] = [spectrum.values[i] as number, spectrum.values[i + 1] as number];
    values[i] = a * c - b * s;
    values[i + 1] = a * s + b * c;
  }
  return { size: spectrum.size, values };
}

/** The signal of a spectrum. */
export function signalOf(spectrum: Spectrum): Float64Array {
  const transform = new FFT(spectrum.size);
  const complex = transform.createComplexArray() as number[];
  transform.inverseTransform(complex, spectrum.values);
  return Float64Array.from({ length: spectrum.size }, (_, i) => complex[2 * i] as number);
}
