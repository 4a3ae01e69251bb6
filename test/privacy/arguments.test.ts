import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

// A mechanism without an argument is a claim. Whoever adds a kind of event, or a place that charges, says why.
const code = "src/privacy";
const docs = "docs/privacy";
const read = (path: string) => readFileSync(path, "utf8");

/** Each kind of event with what stands above it. */
function events(): { readonly name: string; readonly comment: string }[] {
  const text = read(join(code, "event.ts"));
  const union = /export type PrivacyEvent =([^;]+);/.exec(text)?.[1] ?? "";
  return [...union.matchAll(/\w+/g)].map(([name]) => {
    const [before = ""] = text.split(`export interface ${name} {`);
    return { name, comment: before.slice(before.lastIndexOf("/**")) };
  });
}

const table = read(join(docs, "README.md"))
  .split("\n")
  .flatMap((line) => {
    const found = /^\| \[\w+\]\((\w+\.md)\) \| [^|]+ \| ([^|]+) \|$/.exec(line);
    return found === null ? [] : [{ page: found[1] as string, files: found[2] as string }];
  });

/** Whether a file is among the names of the table's last column, `learn-*.ts` and the like. */
function isNamed(file: string): boolean {
  return table.some(({ files }) =>
    [...files.matchAll(/`([^`]+)`/g)].some(([, name = ""]) =>
      new RegExp(`^${name.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(file),
    ),
  );
}

describe("every mechanism", () => {
  it("is an event whose comment names the page of its argument", () => {
    expect(events().map(({ name }) => name)).toContain("GaussianEvent");
    expect(events().length).toBeGreaterThanOrEqual(6);
    for (const { name, comment } of events()) {
      const page = /Why it is private: (docs\/privacy\/\w+\.md)\./.exec(comment)?.[1];
      expect(page, `${name} names no page`).toBeDefined();
      const text = read(page as string);
      for (const word of ["**Mechanism", "**Claim.**", "**Argument.**"]) {
        expect(text.includes(word), `${page} has no ${word} for ${name}`).toBe(true);
      }
    }
  });

  it("stands in a file that the table of arguments names, wherever something is charged", () => {
    const charging = readdirSync(code).filter((file) =>
      /\b(measure|measureLaplace|selections|chargeSelection|charge)\(\s*(payer|this|\w+\.payer|\{)/.test(
        read(join(code, file)),
      ),
    );
    expect(charging).toEqual(expect.arrayContaining(["mechanism.ts", "descent.ts"]));
    expect(charging.length).toBeGreaterThanOrEqual(5);
    expect(charging.filter((file) => !isNamed(file))).toEqual([]);
  });

  it("has a page that there is, and no page is without its line", () => {
    for (const { page } of table) expect(existsSync(join(docs, page)), page).toBe(true);
    const pages = readdirSync(docs).filter((page) => !["README.md", "promise.md"].includes(page));
    expect(pages.sort()).toEqual(table.map(({ page }) => page).sort());
  });
});
