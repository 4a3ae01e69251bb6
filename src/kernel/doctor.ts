import { existsSync } from "node:fs";
import { join } from "node:path";
import { installedSpec, isPassing, kernelName } from "./install.js";
import { packageFolder } from "./package-home.js";
import { dataFolder, findJupyter, foldersSeenBy } from "./places.js";
import { checkTslab } from "./tslab-compiler.js";

/** One thing that was looked at. */
export interface Finding {
  readonly good: boolean;
  readonly what: string;
  /** What to do about it, where something is wrong. */
  readonly remedy?: string;
}

function good(what: string): Finding {
  return { good: true, what };
}

function bad(what: string, remedy: string): Finding {
  return { good: false, what, remedy };
}

/** Look at all that a notebook needs, and say what is wrong. Starts no kernel and changes nothing. */
export async function doctor(): Promise<readonly Finding[]> {
  return [node(), place(), await sockets(), compiler(), ...kernels()];
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const what = `Node ${process.versions.node} at ${process.execPath}`;
  if (major > 20 || (major === 20 && minor >= 19)) return good(what);
  return bad(what, "install Node 20.19 or later, then run `parable install` with it");
}

function place(): Finding {
  const folder = packageFolder();
  if (!isPassing(folder)) return good(`Parable at ${folder}`);
  return bad(
    `Parable runs from npx's cache, ${folder}, which npm deletes from time to time`,
    "install it first: npm install --global parable, then parable install",
  );
}

async function sockets(): Promise<Finding> {
  try {
    const { version } = await import("zeromq");
    return good(`ZeroMQ ${version} loads`);
  } catch (error) {
    return bad(
      `ZeroMQ does not load: ${String(error)}`,
      "run npm rebuild zeromq, or npm ci; there are builds for Linux, macOS and Windows",
    );
  }
}

function compiler(): Finding {
  try {
    const faults = checkTslab();
    if (faults.length === 0) return good("tslab is the version that the kernel knows");
    return bad(faults.join("; "), "run npm ci: the version is fixed in package.json");
  } catch (error) {
    return bad(`tslab does not load: ${String(error)}`, "run npm ci");
  }
}

function kernels(): readonly Finding[] {
  const python = findJupyter(["jupyter_core"]);
  const folders = [...new Set(python === undefined ? [dataFolder({})] : foldersSeenBy(python))];
  const jupyter =
    python === undefined
      ? bad(
          "no Jupyter found on this PATH",
          "python3 -m venv .jupyter && .jupyter/bin/pip install jupyterlab; or set PARABLE_PYTHON to the Python that has it",
        )
      : good(`Jupyter of ${python}, which looks for kernels in ${folders.join(", ")}`);
  const holders = folders.filter((folder) => installedSpec(folder) !== undefined);
  if (holders.length === 0) {
    return [jupyter, bad("the kernel is not installed there", "run parable install")];
  }
  return [jupyter, ...holders.map((folder) => installed(folder, folder === holders[0]))];
}

function installed(folder: string, first: boolean): Finding {
  const where = join(folder, "kernels", kernelName);
  const spec = installedSpec(folder);
  const gone = [spec?.argv[0], spec?.argv.at(-2)].filter(
    (file) => file === undefined || !existsSync(file),
  );
  if (gone.length > 0) {
    return bad(
      `the kernel in ${where} starts ${gone.join(" and ")}, which is not there`,
      `run parable install again (or remove ${where})`,
    );
  }
  return good(first ? `kernel in ${where}` : `kernel also in ${where}; the first one counts`);
}
