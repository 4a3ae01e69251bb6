// Put each thread's modules in dist/ together into few files, in the place of its first one: a thread that is started to
// draw rows for a second would else spend a fifth of it on finding and reading some 70 small files.
import { rmSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), "dist", "src");
const threads = [
  "synth/draw-worker",
  "synth/tree/fit-worker",
  "synth/neural/train-worker",
  "kernels/gower-worker",
];
/** Where the modules go that a thread loads later. */
const later = "threads";

rmSync(join(dist, later), { recursive: true, force: true });
for (const thread of threads) {
  const build = await rolldown({
    input: { [thread]: join(dist, `${thread}.js`) },
    platform: "node",
    external: (id) => !id.startsWith(".") && !isAbsolute(id),
    plugins: [{ name: "places", transform: markPlaces, renderChunk: findPlaces }],
    checks: { ineffectiveDynamicImport: false },
  });
  await build.write({
    ...{ dir: dist, format: "esm", entryFileNames: "[name].js" },
    chunkFileNames: `${later}/${basename(thread)}/[name].js`,
  });
  await build.close();
}

/** What a module finds beside itself it still finds from where it is put. */
function markPlaces(code, id) {
  if (!id.startsWith(dist) || !code.includes("import.meta.url")) return null;
  const place = JSON.stringify(relative(dist, id));
  return { code: code.replaceAll("import.meta.url", `__place(${place})`), map: null };
}

function findPlaces(code, { fileName }) {
  const here = dirname(join(dist, fileName));
  return {
    code: code.replaceAll(/__place\("([^"]+)"\)/g, (_, place) => {
      const path = relative(here, join(dist, place)).replaceAll("\\", "/");
      return `new URL(${JSON.stringify(path)}, import.meta.url).href`;
    }),
    map: null,
  };
}
