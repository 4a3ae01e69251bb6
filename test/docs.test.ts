import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { compile } from "../src/pipeline.js";
import { renderDiagnostics } from "../src/show/diagnostics.js";

const root = resolve(import.meta.dirname, "..");

function pages(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === "node_modules" || name.startsWith(".")) return [];
    if (statSync(path).isDirectory()) return pages(path);
    return name.endsWith(".md") ? [path] : [];
  });
}

const all = [
  ...readdirSync(root)
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(root, name)),
  ...["docs", "src", "grammar", "bench", "editors"].flatMap((name) =>
    existsSync(join(root, name)) ? pages(join(root, name)) : [],
  ),
];

test.each(all.map((path) => relative(root, path)))("links of %s lead somewhere", (name) => {
  const text = readFileSync(join(root, name), "utf8");
  for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (target === undefined || /^[a-z]+:|^#/.test(target)) continue;
    const path = join(root, dirname(name), target.replace(/#.*$/, ""));
    expect(existsSync(path), `${name} links to ${target}`).toBe(true);
  }
});

test.each(all.map((path) => relative(root, path)))("specs in %s compile", async (name) => {
  const text = readFileSync(join(root, name), "utf8");
  for (const [, spec] of text.matchAll(/```parable\n([\s\S]*?)```/g)) {
    if (spec === undefined || !/^\s*generate /m.test(spec)) continue;
    const compiled = await compile(spec, { origin: name, until: "names" });
    const errors = compiled.diagnostics.filter((each) => each.severity === "error");
    expect(renderDiagnostics(errors, compiled.source, "plain")).toBe(
      renderDiagnostics([], compiled.source, "plain"),
    );
  }
});
