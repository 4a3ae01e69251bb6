import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Where a kernel may be put; the first that is given counts, `user` is the default. */
export interface InstallPlace {
  readonly user?: boolean;
  /** An environment: `PREFIX/share/jupyter`. */
  readonly prefix?: string;
  /** A Jupyter data folder itself. */
  readonly jupyterDataDir?: string;
}

/** The data folder of a place. */
export function dataFolder(place: InstallPlace): string {
  if (place.jupyterDataDir !== undefined) return place.jupyterDataDir;
  if (place.prefix !== undefined) return join(place.prefix, "share", "jupyter");
  return userDataFolder();
}

function userDataFolder(): string {
  const { JUPYTER_DATA_DIR: stated, APPDATA: appData, XDG_DATA_HOME: xdg } = process.env;
  if (stated) return stated;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") {
    return join(appData ?? join(homedir(), "AppData", "Roaming"), "jupyter");
  }
  return join(xdg ?? join(homedir(), ".local", "share"), "jupyter");
}

/** The first file of that name on the PATH. */
function onPath(name: string): string | undefined {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat", ""] : [""];
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (folder !== "" && existsSync(file)) return file;
    }
  }
  return undefined;
}

/** The Python that a script like `jupyter` runs with, from its first line. */
function pythonOf(script: string): string | undefined {
  const first = readFileSync(realpathSync(script), "latin1").split("\n", 1)[0] ?? "";
  const found = /^#!\s*(\S*python\S*)/.exec(first)?.[1];
  return found !== undefined && existsSync(found) ? found : undefined;
}

function imports(python: string, modules: readonly string[]): boolean {
  const tried = spawnSync(python, ["-c", `import ${modules.join(", ")}`], {
    stdio: "ignore",
    timeout: 60_000,
  });
  return tried.status === 0;
}

/**
 * A Python that has Jupyter: `$PARABLE_PYTHON`, then the one that `jupyter` on the PATH runs with,
 * then `python3`. The first on the PATH is often not the one that Jupyter belongs to.
 */
export function findJupyter(modules: readonly string[] = ["jupyter_client"]): string | undefined {
  const jupyter = onPath("jupyter");
  const candidates = [
    process.env["PARABLE_PYTHON"],
    jupyter === undefined ? undefined : pythonOf(jupyter),
    onPath("python3"),
    "/usr/bin/python3",
    onPath("python"),
  ];
  return candidates.find(
    (python): python is string =>
      python !== undefined && existsSync(python) && imports(python, modules),
  );
}

/** The data folders that a Jupyter looks through, nearest first. */
export function foldersSeenBy(python: string): readonly string[] {
  const code =
    "import json; from jupyter_core.paths import jupyter_path; print(json.dumps(jupyter_path()))";
  const asked = spawnSync(python, ["-c", code], { encoding: "utf8", timeout: 60_000 });
  try {
    return JSON.parse(asked.stdout) as string[];
  } catch {
    return [];
  }
}
