import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { installKernel, isPassing, uninstallKernel } from "../../src/kernel/install.js";
import { dataFolder } from "../../src/kernel/places.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-install-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("installing the kernel", () => {
  test("writes kernel.json with absolute paths, logos and plotly", () => {
    const { kernelFolder } = installKernel({ jupyterDataDir: folder });
    const spec = JSON.parse(readFileSync(join(kernelFolder, "kernel.json"), "utf8"));
    expect(spec).toMatchObject({
      display_name: "TypeScript + Parable",
      language: "typescript",
      interrupt_mode: "message",
    });
    expect(spec.argv[0]).toBe(process.execPath);
    expect(isAbsolute(spec.argv.at(-2))).toBe(true);
    expect(spec.argv.at(-1)).toBe("{connection_file}");
    expect(readdirSync(kernelFolder).sort()).toEqual([
      "kernel.json",
      "logo-32x32.png",
      "logo-64x64.png",
      "logo-svg.svg",
      "plotly.min.js",
    ]);
  });

  test("twice leaves one kernel, and nothing half-made", () => {
    installKernel({ prefix: folder });
    installKernel({ prefix: folder });
    expect(readdirSync(join(folder, "share", "jupyter", "kernels"))).toEqual(["parable"]);
  });

  test("is undone by uninstalling", () => {
    const { kernelFolder } = installKernel({ jupyterDataDir: folder });
    expect(uninstallKernel({ jupyterDataDir: folder })).toContain(kernelFolder);
    expect(existsSync(kernelFolder)).toBe(false);
    expect(uninstallKernel({ jupyterDataDir: folder })).toEqual([]);
  });

  test("knows the place for an environment and its own passing cache", () => {
    expect(dataFolder({ prefix: "/opt/x" })).toBe(join("/opt/x", "share", "jupyter"));
    expect(isPassing("/home/a/.npm/_npx/123/node_modules/parable")).toBe(true);
    expect(isPassing("/home/a/project/node_modules/parable")).toBe(false);
  });
});
