// Screenshots against those that were looked at and found good: means of small blocks, so that fonts and
// anti-aliasing of another machine make no difference, and a lost plot, table, colour or theme does.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("./pictures.json", import.meta.url));
const grid = { columns: 40, rows: 50 };
/** A block differs by this much of 255, and so many of all blocks may. */
const tolerance = { step: 28, share: 0.08 };

/** The mean brightness of each block of a PNG, as two hexadecimal digits a block. */
export function blocksOf(page, png) {
  return page.evaluate(
    async ([data, { columns, rows }]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = new OffscreenCanvas(columns, rows);
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, columns, rows);
      const { data: pixels } = context.getImageData(0, 0, columns, rows);
      let text = "";
      for (let i = 0; i < pixels.length; i += 4) {
        const mean = Math.round((pixels[i] + pixels[i + 1] + pixels[i + 2]) / 3);
        text += mean.toString(16).padStart(2, "0");
      }
      return text;
    },
    [png.toString("base64"), grid],
  );
}

/** The share of blocks that differ. */
export function difference(one, other) {
  const values = (text) => text.match(/../g).map((digits) => Number.parseInt(digits, 16));
  const [a, b] = [values(one), values(other)];
  return a.filter((value, i) => Math.abs(value - b[i]) > tolerance.step).length / a.length;
}

/**
 * Compare what was seen with what is known, by name; PARABLE_PICTURES=accept makes it the known.
 * Returns a sentence for each picture that differs by too much.
 */
export function judge(seen) {
  if (process.env.PARABLE_PICTURES === "accept") {
    writeFileSync(file, `${JSON.stringify(seen, null, 2)}\n`);
    return [];
  }
  const known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  return Object.entries(seen).flatMap(([name, blocks]) => {
    if (known[name] === undefined) return [`${name} is not known yet`];
    const share = difference(blocks, known[name]);
    return share <= tolerance.share
      ? []
      : [`${name} differs in ${(100 * share).toFixed(0)}% of its blocks`];
  });
}
