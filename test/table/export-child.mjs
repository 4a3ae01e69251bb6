// Writes `megabytes` of text, a piece at a time, and says how much memory it took at most, in MB.
// node export-child.mjs DIST PATH MEGABYTES
import { randomBytes } from "node:crypto";
import { pathToFileURL } from "node:url";

const [dist, path, megabytes] = process.argv.slice(2);
const { writeTables } = await import(
  new URL("src/table/export.js", pathToFileURL(`${dist}/`)).href
);
const rows = 4000;
/** Texts of 250 letters that no compression makes much of. */
function texts() {
  const all = randomBytes((rows * 250 * 3) / 4).toString("base64");
  return Array.from({ length: rows }, (_, row) => all.slice(250 * row, 250 * (row + 1)));
}

async function* pieces() {
  for (let made = 0; made < Number(megabytes); made++) {
    const levels = texts();
    const codes = Int32Array.from(levels.keys());
    const columns = [{ kind: "code", name: "words", type: { kind: "text" }, codes, levels }];
    yield { kind: "table", name: "made", rows, columns };
    // As between blocks that are drawn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

await writeTables(pieces(), path);
process.stdout.write(`${process.resourceUsage().maxRSS / 1024}`);
