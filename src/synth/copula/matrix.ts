/** Square matrices, row after row. */
export interface Square {
  readonly size: number;
  readonly values: Float64Array;
}

/** The lower triangle L with L·Lᵀ = m, or undefined when m is not safely positive definite. */
export function cholesky(m: Square, least = 1e-9): Square | undefined {
  const { size } = m;
  const l = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = m.values[i * size + j] as number;
      for (let k = 0; k < j; k++) sum -= (l[i * size + k] as number) * (l[j * size + k] as number);
      if (i !== j) l[i * size + j] = sum / (l[j * size + j] as number);
      else if (sum > least) l[i * size + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return { size, values: l };
}

/**
 * The nearest correlation matrix: alternating projections with Dykstra's correction (Higham 2002,
 * "Computing the nearest correlation matrix", algorithm 3.3), eigenvalues kept at 10⁻⁶ or more.
 */
export function nearestCorrelation(m: Square): Square {
  const { size } = m;
  let y = m.values.slice();
  let correction = new Float64Array(size * size);
  const rounds = size > 100 ? 3 : 25;
  for (let round = 0; round < rounds; round++) {
    const r = y.map((value, at) => value - (correction[at] as number));
    const x = liftEigenvalues({ size, values: r }, 1e-6);
    correction = x.map((value, at) => value - (r[at] as number));
    let moved = 0;
    for (let i = 0; i < size; i++) moved += Math.abs((x[i * size + i] as number) - 1);
    y = x.slice();
    for (let i = 0; i < size; i++) y[i * size + i] = 1;
    if (moved < 1e-7 * size) break;
  }
  return unitDiagonal({ size, values: liftEigenvalues({ size, values: y }, 1e-6) });
}

function unitDiagonal({ size, values }: Square): Square {
  const scale = Float64Array.from({ length: size }, (_, i) =>
    Math.sqrt(values[i * size + i] as number),
  );
  const made = values.map(
    (value, at) =>
      value / ((scale[Math.floor(at / size)] as number) * (scale[at % size] as number)),
  );
  return { size, values: made };
}

/** The matrix with its eigenvalues raised to `least`. */
function liftEigenvalues(m: Square, least: number): Float64Array {
  const { size } = m;
  const { values, vectors } = eigen(m);
  const made = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    const value = Math.max(least, values[k] as number);
    for (let i = 0; i < size; i++) {
      const scaled = value * (vectors[i * size + k] as number);
      for (let j = 0; j < size; j++) {
        made[i * size + j] =
          (made[i * size + j] as number) + scaled * (vectors[j * size + k] as number);
      }
    }
  }
  return made;
}

/** Eigenvalues and eigenvectors (columns) of a symmetric matrix: Jacobi's rotations, row-cyclic. */
export function eigen(m: Square): {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
} {
  const { size } = m;
  const a = m.values.slice();
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) off += (a[p * size + q] as number) ** 2;
    }
    if (off < 1e-18 * size) break;
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q);
  }
  return {
    values: Float64Array.from({ length: size }, (_, i) => a[i * size + i] as number),
    vectors,
  };
}

function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const apq = a[p * size + q] as number;
  if (Math.abs(apq) < 1e-15) return;
  const theta = ((a[q * size + q] as number) - (a[p * size + p] as number)) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q, c, s);
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k, c, s);
  for (let k = 0; k < size; k++) turn(vectors, k * size + p, k * size + q, c, s);
}

function turn(values: Float64Array, i: number, j: number, c: number, s: number): void {
  const x = values[i] as number;
  const y = values[j] as number;
  values[i] = c * x - s * y;
  values[j] = s * x + c * y;
}
