import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** How notebooks reach this package when their own folder does not have it installed. */
export interface PackageHome {
  /** The notebook's folder finds `parable` by itself. */
  readonly present: boolean;
  /** The real path behind one below `node_modules/parable` of the notebook's folder. */
  readonly redirect: (path: string) => string;
  /** The file that `parable` or `parable/…` means, or undefined for other names. */
  readonly resolve: (id: string) => string | undefined;
}

const name = "parable";

/** The folder of the installed package that this file belongs to. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

/** The version of this package. */
export function packageVersion(): string {
  const text = readFileSync(join(packageFolder(), "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

function isReachable(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules", name, "package.json"))) return true;
    if (dirname(at) === at) return false;
  }
}

/** Where `parable` is for notebooks in `folder`. */
export function alongside(folder: string): PackageHome {
  const real = packageFolder();
  const seeming = join(folder, "node_modules", name).replaceAll("\\", "/");
  const present = isReachable(folder);
  const redirect = (path: string) => {
    if (present) return path;
    if (path === seeming || path.startsWith(`${seeming}/`)) {
      return join(real, path.slice(seeming.length));
    }
    return path;
  };
  const resolve = (id: string) => {
    if (id === name) return join(real, "dist", "src", "index.js");
    if (id === `${name}/notebook`) return join(real, "notebook.js");
    return undefined;
  };
  return { present, redirect, resolve };
}
