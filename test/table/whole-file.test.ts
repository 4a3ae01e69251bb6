import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type * as Promises from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { writePieces, writeWhole } from "../../src/table/whole-file.js";

const folder = mkdtempSync(join(tmpdir(), "parable-whole-"));
afterAll(() => rmSync(folder, { recursive: true }));

let refusal: { readonly code: string; readonly after: number } | undefined;
beforeEach(() => {
  refusal = undefined;
});

/** A disk that refuses with the error of the operating system after some writes. */
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof Promises>();
  const refuse = (code: string): never => {
    throw Object.assign(new Error(`${code}: refused`), { code });
  };
  const open: typeof real.open = async (path, flags) => {
    if (refusal?.after === 0) refuse(refusal.code);
    const file = await real.open(path, flags);
    let writes = 0;
    const write = file.writeFile.bind(file);
    file.writeFile = async (data, options) => {
      if (refusal !== undefined && ++writes > refusal.after) refuse(refusal.code);
      return write(data, options);
    };
    return file;
  };
  return { ...real, open };
});

describe("a write that fails half way", () => {
  const path = join(folder, "out.csv");
  const write = (aside: string) => writePieces(aside, ["one\n", "two\n", "three\n"]);

  it.each([
    ["the disk is full", "ENOSPC", 2, "P1321"],
    ["the quota is used up", "EDQUOT", 1, "P1321"],
    ["no permission", "EACCES", 0, "P1322"],
    ["a disk that is read-only", "EROFS", 0, "P1322"],
    ["anything else", "EIO", 1, "P1325"],
  ])("%s: says so, keeps the old file, leaves nothing over", async (_, code, after, message) => {
    writeFileSync(path, "old");
    refusal = { code, after };
    await expect(writeWhole(path, write)).rejects.toMatchObject({ code: message });
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["out.csv"]);
  });

  it("succeeds afterwards", async () => {
    await writeWhole(path, write);
    expect(readFileSync(path, "utf8")).toBe("one\ntwo\nthree\n");
  });
});
