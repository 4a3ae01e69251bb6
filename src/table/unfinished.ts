import { createHash } from "node:crypto";
import { readdirSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { isMainThread, threadId } from "node:worker_threads";

/** Signals that end a process without its exit being heard. */
const signals = ["SIGTERM", "SIGHUP", "SIGINT"] as const;
/** A file of another machine, whose processes can't be asked about, is left over when it is this old. */
const staleAfter = 24 * 3600 * 1000;

const machine = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
const unfinished = new Set<string>();

/**
 * The file aside in which one is written that will then take the place of `target`, named after this machine,
 * process and thread. Files beside it whose names begin with its own are part of it.
 */
export function asideOf(target: string): string {
  const owner = `${machine}-${process.pid}-${threadId}`;
  return join(dirname(target), `.${basename(target)}.${owner}.part`);
}

/**
 * Work on a file aside until `ended`. A process that ends meanwhile takes it along, by a signal too; what one that
 * was killed left aside of the same target is removed here.
 */
export function begun(aside: string, target: string): void {
  sweep(target);
  listen();
  unfinished.add(aside);
}

/** The file aside was renamed, or is to be removed with all that belongs to it. */
export function ended(aside: string): void {
  unfinished.delete(aside);
  if (unfinished.size === 0) for (const signal of signals) process.off(signal, onSignal);
  removeAll(aside);
}

/** Remove a file aside and what belongs to it. */
function removeAll(aside: string): void {
  const own = basename(aside);
  for (const name of namesIn(dirname(aside))) {
    if (name === own || name.startsWith(`${own}.`)) remove(join(dirname(aside), name));
  }
}

/** Remove what processes that are no more left aside of a target. */
function sweep(target: string): void {
  const pattern = /^\.(.*)\.([0-9a-f]{8})-(\d+)-(\d+)\.part(\..*)?$/s;
  for (const name of namesIn(dirname(target))) {
    const [, of, host, pid, thread, more = ""] = pattern.exec(name) ?? [];
    if (of !== basename(target)) continue;
    const path = join(dirname(target), name);
    const aside = path.slice(0, path.length - more.length);
    const isOver =
      host === machine
        ? isOverHere(aside, Number(pid), Number(thread))
        : Date.now() - changed(path) > staleAfter;
    if (isOver) remove(path);
  }
}

function isOverHere(aside: string, pid: number, thread: number): boolean {
  if (pid === process.pid) return thread === threadId && !unfinished.has(aside);
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function changed(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return Date.now();
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What can't be removed stays: it is in nobody's way. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true, recursive: true });
  } catch {}
}

let watching = false;

function listen(): void {
  if (!watching) process.once("exit", removeUnfinished);
  watching = true;
  // Other threads hear no signals.
  if (!isMainThread || unfinished.size > 0) return;
  for (const signal of signals) {
    if (process.listenerCount(signal) === 0) process.on(signal, onSignal);
  }
}

function removeUnfinished(): void {
  for (const aside of unfinished) removeAll(aside);
  unfinished.clear();
}

/** Where nobody else listens, the signal ends the process, as it would without this. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeUnfinished();
  process.off(signal, onSignal);
  process.kill(process.pid, signal);
}
