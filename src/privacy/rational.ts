/** An exact fraction; the denominator is positive. Not necessarily in lowest terms. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

export function rational(num: bigint | number, den: bigint | number = 1n): Rational {
  return { num: BigInt(num), den: BigInt(den) };
}

/** The value of a finite double, exactly. */
export function exactly(value: number): Rational {
  let den = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    den *= 2n;
  }
  return { num: BigInt(scaled), den };
}

/** The nearest double, give or take one unit in the last place. */
export function toNumber(value: Rational): number {
  const excess = Math.max(0, bitLength(value.num) - 1000, bitLength(value.den) - 1000);
  if (excess === 0) return Number(value.num) / Number(value.den);
  return Number(value.num >> BigInt(excess)) / Number(value.den >> BigInt(excess));
}

export function multiply(a: Rational, b: Rational): Rational {
  return { num: a.num * b.num, den: a.den * b.den };
}

export function isAtMost(a: Rational, b: Rational): boolean {
  return a.num * b.den <= b.num * a.den;
}

export function floorDivide(num: bigint, den: bigint): bigint {
  const quotient = num / den;
  return num % den < 0n ? quotient - 1n : quotient;
}

export function ceilDivide(num: bigint, den: bigint): bigint {
  return -floorDivide(-num, den);
}

/** Bits of the magnitude; 0 has none. */
function bitLength(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  return magnitude === 0n ? 0 : magnitude.toString(2).length;
}

/** ⌊√value⌋ of a whole number ≥ 0, by Newton's iteration. */
export function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((bitLength(value) + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/**
 * A positive number rounded outward to about `bits` significant bits, with a power of two below the
 * line: short fractions keep exact samplers fast.
 */
export function shortRational(value: Rational, bits: number, direction: "up" | "down"): Rational {
  const size = bitLength(value.num) - bitLength(value.den);
  const shift = Math.max(0, bits - size);
  const den = 1n << BigInt(shift);
  const divide = direction === "up" ? ceilDivide : floorDivide;
  return { num: divide(value.num * den, value.den), den };
}

/** "num/den", exactly. */
export function writeRational(value: Rational): string {
  return `${value.num}/${value.den}`;
}

/** The inverse of `writeRational`. */
export function readRational(text: string): Rational {
  const [num = "0", den = "1"] = text.split("/");
  return { num: BigInt(num), den: BigInt(den) };
}
