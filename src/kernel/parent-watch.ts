/** How often the parent is looked for, in milliseconds. */
const interval = 1_000;

/** End this process now, with the processes that its cells started where it leads their group. */
export function endHard(): void {
  try {
    // Succeeds only for the leader of a group; Jupyter starts every kernel as one.
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/**
 * The kernel must not outlive the server that started it. Runs on the I/O thread, so that a cell that
 * loops for ever hinders it not. A parent that ended before the kernel could look is known from
 * `JPY_PARENT_PID`, which Jupyter's launcher sets.
 *
 * @param parent The parent's process id when the kernel began; 1 or less means that there is none.
 */
export function watchParent(parent: number, stated = process.env["JPY_PARENT_PID"]): void {
  const starter = process.platform === "win32" ? Number.NaN : Number(stated);
  const isKnown = Number.isInteger(starter) && starter > 1;
  if (!isKnown && parent <= 1) return;
  const look = () => {
    if (process.ppid !== parent || isGone(isKnown ? starter : parent)) endHard();
  };
  look();
  setInterval(look, interval).unref();
}
