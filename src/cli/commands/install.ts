import { installKernel, isPassing, uninstallKernel } from "../../kernel/install.js";
import { packageFolder } from "../../kernel/package-home.js";
import { exit, type Outcome, type Shell } from "../shell.js";

export interface InstallOptions {
  readonly user?: boolean;
  readonly prefix?: string;
  readonly uninstall?: boolean;
  readonly json?: boolean;
}

/** `parable install`: put the kernel where Jupyter finds it, or take it away again. */
export async function installCommand(shell: Shell, options: InstallOptions): Promise<Outcome> {
  const place = options.prefix === undefined ? {} : { prefix: options.prefix };
  if (options.uninstall) {
    const removed = uninstallKernel(place);
    if (options.json) shell.out(JSON.stringify({ removed }, null, 2));
    else
      shell.out(
        removed.length === 0
          ? "There was nothing to remove."
          : removed.map((path) => `Removed ${path}`).join("\n"),
      );
    return exit.fine;
  }
  if (isPassing(packageFolder())) {
    shell.err(
      "Parable runs from npx's cache, which npm deletes from time to time, and the kernel with it.\nInstall it first:  npm install --global parable && parable install",
    );
    return exit.refused;
  }
  const done = installKernel(place);
  if (options.json) shell.out(JSON.stringify(done, null, 2));
  else {
    shell.out(`The kernel "TypeScript + Parable" is in ${done.kernelFolder}`);
    if (done.extensionFolder !== undefined)
      shell.out(`Highlighting for JupyterLab is in ${done.extensionFolder}`);
    shell.out(
      "Start Jupyter and choose it from the launcher. `parable doctor` helps if it is not there.",
    );
  }
  return exit.fine;
}
