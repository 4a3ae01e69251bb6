import { createColors } from "picocolors";

/** What a command gives back to the system. */
export const exit = {
  fine: 0,
  /** The spec does not compile, or a judged file breaks a rule. */
  refused: 1,
  /** The command line is off. */
  usage: 2,
  /** Something went wrong while running. */
  failed: 3,
  interrupted: 130,
} as const;

/** A command's outcome: its exit code. */
export type Outcome = (typeof exit)[keyof typeof exit];

/** The terminal as commands see it; tests hand in their own. */
export interface Shell {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a person watches standard error: then progress bars are drawn. */
  readonly watched: boolean;
  readonly color: boolean;
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Take a Ctrl-C as obeyed by ending a part early: `signal` is a fresh one from then on. */
  readonly again?: () => void;
}

/** The shell of this process. The first Ctrl-C stops the work in good order; the second one ends the process. */
export function processShell(): Shell {
  let controller = new AbortController();
  // One listener that stays: between two that follow each other a signal would find none and end the process.
  process.on("SIGINT", () => {
    if (controller.signal.aborted) process.exit(exit.interrupted);
    controller.abort(new Error("interrupted"));
  });
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exit.fine);
    throw error;
  });
  return {
    out: (text) => void process.stdout.write(text.endsWith("\n") ? text : `${text}\n`),
    err: (text) => void process.stderr.write(text.endsWith("\n") ? text : `${text}\n`),
    watched: process.stderr.isTTY === true && !process.env["CI"],
    color: colorWanted(),
    folder: process.cwd(),
    get signal() {
      return controller.signal;
    },
    again: () => {
      controller = new AbortController();
    },
  };
}

function colorWanted(): boolean {
  if (process.env["NO_COLOR"]) return false;
  if (process.env["FORCE_COLOR"]) return true;
  return process.stdout.isTTY === true;
}

/** Colours that are plain where the shell has none. */
export function colors(shell: Shell): ReturnType<typeof createColors> {
  return createColors(shell.color);
}

/** How diagnostics look here. */
export function skin(shell: Shell): "terminal" | "plain" {
  return shell.color ? "terminal" : "plain";
}
