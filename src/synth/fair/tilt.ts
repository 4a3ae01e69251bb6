/** What the shares of a partition of the rows and of the outcome within it should be. */
export interface OutcomeMargin {
  /** The cell of each row, whatever its outcome. */
  readonly cells: Int32Array;
  /** Shares of (cell, no) and (cell, yes), one after the other. */
  readonly target: Float64Array;
}

/** For each margin and cell: what all rows of it are scaled by, and those with the outcome, as logarithms. */
export interface Tilt {
  readonly mass: readonly Float64Array[];
  readonly pull: readonly Float64Array[];
}

export interface Tilted extends Tilt {
  readonly weights: Float64Array;
  /** The largest difference between a weighted share and its target that is left. */
  readonly residual: number;
}

export interface TiltRows {
  readonly outcome: Uint8Array;
  /** Chance of the outcome among rows alike in everything else. */
  readonly chance: Float64Array;
  readonly base: Float64Array;
  /** 0 .. 1; at 1 only who is in the cells may change. */
  readonly keep: number;
}

const ROUNDS = 150;
const TOLERANCE = 1e-5;
const STEEPEST = 40;

/**
 * Weights under which the rows have all margins, nearest to `base` where changes of P(outcome | the rest) cost
 * κ = 1 / (1 − keep) times what changes of P(the rest) cost: they minimise D(P′(x) ‖ P(x)) +
 * κ E D(P′(y | x) ‖ P(y | x)). By Lagrange the weight is e^(u + v y / κ) (1 − s + s e^(v / κ))^(κ − 1), with
 * s the chance and u, v sums over the margins (keep = 0: the information projection; keep = 1: e^(u + v s)).
 * Solved cell by cell, Newton's step for v and the exact u, which climbs the concave dual.
 */
export function tilt(margins: readonly OutcomeMargin[], rows: TiltRows): Tilted {
  const zeros = () => margins.map(({ target }) => new Float64Array(target.length / 2));
  const [mass, pull] = [zeros(), zeros()];
  const state = {
    ...rows,
    mass: new Float64Array(rows.outcome.length),
    pull: new Float64Array(rows.outcome.length),
  };
  let residual = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && residual > TOLERANCE; round++) {
    residual = 0;
    for (const [m, margin] of margins.entries()) {
      const found = visit(margin, mass[m] as Float64Array, pull[m] as Float64Array, state);
      residual = Math.max(residual, found);
    }
  }
  const weights = rows.base.map((_, row) => weightAt(state, row));
  return { mass, pull, weights, residual };
}

interface State extends TiltRows {
  /** Of each row, summed over the margins. */
  readonly mass: Float64Array;
  readonly pull: Float64Array;
}

function weightAt(state: State, row: number): number {
  const [mass, pull] = [state.mass[row] as number, state.pull[row] as number];
  const chance = state.chance[row] as number;
  const own = tiltOf(mass, pull, {
    chance,
    outcome: state.outcome[row] as number,
    ...keepOf(state),
  });
  return (state.base[row] as number) * own;
}

const keepOf = ({ keep }: TiltRows) => ({ keep });

/** The weight of one row, from the sums of its margins. */
export function tiltOf(
  mass: number,
  pull: number,
  row: { readonly chance: number; readonly outcome: number; readonly keep: number },
): number {
  const free = 1 - row.keep;
  const v = Math.max(-STEEPEST, Math.min(STEEPEST, pull));
  const people =
    free === 0 ? v * row.chance : (1 / free - 1) * Math.log1p(row.chance * Math.expm1(free * v));
  return Math.exp(mass + free * v * row.outcome + people);
}

/** Move one margin's cells towards their targets; returns how far the worst cell was off. */
function visit(
  margin: OutcomeMargin,
  mass: Float64Array,
  pull: Float64Array,
  state: State,
): number {
  const { cells, target } = margin;
  const size = mass.length;
  const sums = cellSums(cells, size, state);
  const steps = new Float64Array(size);
  let worst = 0;
  for (let cell = 0; cell < size; cell++) {
    const [no, yes] = [target[2 * cell] as number, target[2 * cell + 1] as number];
    const [all, with_] = [sums.all[cell] as number, sums.yes[cell] as number];
    worst = Math.max(worst, Math.abs(with_ - yes), Math.abs(all - with_ - no));
    if (all <= 0 || no + yes <= 0) continue;
    const rate = with_ / all;
    const slope = ((sums.yesSlope[cell] as number) - rate * (sums.slope[cell] as number)) / all;
    const off = yes / (no + yes) - rate;
    if (slope > 1e-12) steps[cell] = Math.max(-1, Math.min(1, off / slope));
  }
  for (let cell = 0; cell < size; cell++) {
    pull[cell] = (pull[cell] as number) + (steps[cell] as number);
  }
  add(state.pull, cells, steps);
  const after = cellSums(cells, size, state);
  const scales = new Float64Array(size);
  for (let cell = 0; cell < size; cell++) {
    const wanted = (target[2 * cell] as number) + (target[2 * cell + 1] as number);
    const all = after.all[cell] as number;
    if (all > 0 && wanted > 0) scales[cell] = Math.log(wanted / all);
    mass[cell] = (mass[cell] as number) + (scales[cell] as number);
  }
  add(state.mass, cells, scales);
  return worst;
}

function add(sums: Float64Array, cells: Int32Array, steps: Float64Array): void {
  for (let row = 0; row < sums.length; row++) {
    sums[row] = (sums[row] as number) + (steps[cells[row] as number] as number);
  }
}

/** Weighted shares of the cells, of their outcomes, and how both move with the cell's pull. */
function cellSums(cells: Int32Array, size: number, state: State) {
  const [all, yes, slope, yesSlope] = [0, 1, 2, 3].map(() => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const free = 1 - state.keep;
  for (let row = 0; row < cells.length; row++) {
    const weight = weightAt(state, row);
    const [cell, outcome] = [cells[row] as number, state.outcome[row] as number];
    const chance = state.chance[row] as number;
    const odds = chance * Math.exp(free * (state.pull[row] as number));
    const moves = weight * (free * outcome + (state.keep * odds) / (1 - chance + odds));
    all[cell] = (all[cell] as number) + weight;
    slope[cell] = (slope[cell] as number) + moves;
    if (outcome === 0) continue;
    yes[cell] = (yes[cell] as number) + weight;
    yesSlope[cell] = (yesSlope[cell] as number) + moves;
  }
  return { all, yes, slope, yesSlope };
}
