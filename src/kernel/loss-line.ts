/** Mean losses of a row after each epoch of training. */
export type Losses = readonly { readonly trained: number; readonly held?: number }[];

const width = 260;
const height = 64;

/** "epoch 7: loss 11.52, held out 11.60". */
export function lossSentence(losses: Losses): string {
  const last = losses.at(-1);
  if (last === undefined) return "";
  const held = last.held === undefined ? "" : `, held out ${last.held.toFixed(2)}`;
  return `epoch ${losses.length}: loss ${last.trained.toFixed(2)}${held}`;
}

/** The losses as lines, epoch after epoch: training thin, held out strong. Nothing before the second epoch. */
export function lossLine(losses: Losses): string {
  if (losses.length < 2) return "";
  const values = losses.flatMap(({ trained, held }) =>
    held === undefined ? [trained] : [trained, held],
  );
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (epoch: number): string => (4 + (epoch * (width - 8)) / (losses.length - 1)).toFixed(1);
  const y = (loss: number): string =>
    (4 + ((high - loss) * (height - 8)) / Math.max(high - low, 1e-9)).toFixed(1);
  const line = (points: readonly (number | undefined)[], style: string): string => {
    const known = points.flatMap((loss, epoch) =>
      loss === undefined ? [] : `${x(epoch)},${y(loss)}`,
    );
    return `<polyline fill="none" stroke="currentColor" ${style} points="${known.join(" ")}"/>`;
  };
  const isHeld = losses.some(({ held }) => held !== undefined);
  const lines =
    line(
      losses.map(({ trained }) => trained),
      'stroke-width="1.2" opacity=".55"',
    ) +
    (isHeld
      ? line(
          losses.map(({ held }) => held),
          'stroke-width="2"',
        )
      : "");
  const legend = isHeld
    ? "thin: rows it learns from; strong: rows held out"
    : "rows it learns from";
  return (
    `<div style="display:flex;gap:.8em;align-items:end;font-size:.82em;margin-top:.3em">` +
    `<svg role="img" aria-label="${lossSentence(losses)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${lines}</svg>` +
    `<span style="opacity:.7">${low.toFixed(2)} to ${high.toFixed(2)} nats a row<br>${legend}</span></div>`
  );
}
