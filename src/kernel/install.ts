import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageFolder } from "./package-home.js";
import { dataFolder, type InstallPlace } from "./places.js";

/** The folder name of the kernel, and its name for `jupyter console --kernel`. */
export const kernelName = "parable";

const extensionName = "parable-jupyterlab";

/** What was put where. */
export interface Installation {
  readonly dataFolder: string;
  readonly kernelFolder: string;
  /** Absent when the package holds no built JupyterLab extension. */
  readonly extensionFolder?: string;
}

/** The content of `kernel.json`: this Node, this package, both by absolute path. */
export function kernelSpec(
  main: string = fileURLToPath(new URL("./main.js", import.meta.url)),
): { readonly argv: readonly string[] } & Record<string, unknown> {
  return {
    argv: [
      process.execPath,
      // Without it, ending a callback by force would end the process (see interrupt-ladder.ts).
      "--no-force-async-hooks-checks",
      "--disable-warning=ExperimentalWarning",
      main,
      "{connection_file}",
    ],
    display_name: "TypeScript + Parable",
    language: "typescript",
    interrupt_mode: "message",
    // Fewer arenas of the C library: a long session keeps less memory that it no longer uses.
    env: { MALLOC_ARENA_MAX: "2" },
    metadata: { debugger: false },
  };
}

/** True when the package lies where it will soon be deleted, as below npx's cache. */
export function isPassing(folder: string): boolean {
  return /[\\/]_npx[\\/]/.test(folder);
}

/**
 * Put the kernel where Jupyter finds it: `kernel.json`, logos, plotly beside them, and the JupyterLab
 * extension. Needs no Python. Running it again replaces what was there, whole.
 */
export function installKernel(place: InstallPlace = {}): Installation {
  const data = dataFolder(place);
  const kernelFolder = join(data, "kernels", kernelName);
  replaceFolder(kernelFolder, (folder) => {
    writeFileSync(join(folder, "kernel.json"), `${JSON.stringify(kernelSpec(), null, 2)}\n`);
    const art = join(packageFolder(), "assets", "kernel");
    if (existsSync(art)) cpSync(art, folder, { recursive: true });
    cpSync(plotlyFile(), join(folder, "plotly.min.js"));
  });
  const built = join(packageFolder(), "labextension");
  if (!existsSync(join(built, "package.json"))) return { dataFolder: data, kernelFolder };
  const extensionFolder = join(data, "labextensions", extensionName);
  replaceFolder(extensionFolder, (folder) => cpSync(built, folder, { recursive: true }));
  return { dataFolder: data, kernelFolder, extensionFolder };
}

/** Remove what `installKernel` put there; the folders that were removed. */
export function uninstallKernel(place: InstallPlace = {}): readonly string[] {
  const data = dataFolder(place);
  const folders = [join(data, "kernels", kernelName), join(data, "labextensions", extensionName)];
  const present = folders.filter((folder) => existsSync(folder));
  for (const folder of present) rmSync(folder, { recursive: true });
  return present;
}

/** Fill a new folder beside the old one and then put it in its place, so that none is ever half there. */
function replaceFolder(folder: string, fill: (folder: string) => void): void {
  const fresh = `${folder}.${process.pid}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  fill(fresh);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

function plotlyFile(): string {
  const require = createRequire(import.meta.url);
  return require.resolve("plotly.js-cartesian-dist-min/plotly-cartesian.min.js");
}

/** The installed `kernel.json` of a data folder, or undefined. */
export function installedSpec(data: string): { readonly argv: readonly string[] } | undefined {
  const file = join(data, "kernels", kernelName, "kernel.json");
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as { argv: string[] };
  } catch {
    return undefined;
  }
}
