import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const read = (name: string) => JSON.parse(readFileSync(resolve(root, name), "utf8"));
interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Record<string, string>;
}
const locked = read("package-lock.json").packages as Record<string, Locked>;

test("the lock file names the optional packages of every platform, so that npm ci works on each", () => {
  for (const [place, entry] of Object.entries(locked)) {
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      const found = locked[`${place}/node_modules/${name}`] ?? locked[`node_modules/${name}`];
      expect(found?.version, `${name}, optional for ${place}`).toBeDefined();
    }
  }
});

test("the lock file names no host", () => {
  expect(Object.values(locked).filter((entry) => entry.resolved?.startsWith("http"))).toEqual([]);
});

test("every file that package.json points to is part of the package", () => {
  const { main, types, bin, exports, files } = read("package.json");
  const targets = [
    main,
    types,
    ...Object.values(bin),
    ...Object.values(exports).flatMap((each) =>
      typeof each === "string" ? [each] : Object.values(each as Record<string, string>),
    ),
  ] as string[];
  for (const target of targets) {
    const inside = (files as string[]).some((each) => target.slice(2).startsWith(each));
    expect(inside || target === "./package.json", target).toBe(true);
  }
});

test("DuckDB's native code is that of its wrapper, which stands in the command line's parts", () => {
  const { dependencies } = read("package.json");
  expect(dependencies["@duckdb/node-bindings"]).toBe(dependencies["@duckdb/node-api"]);
});
