import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

/** Loaded anew for each test: an engine is kept once it is loaded. */
async function chosen(wanted?: string): Promise<string> {
  const { loadEngine } = await import("../../../src/synth/neural/tensors.js");
  return (await loadEngine(wanted)).backend;
}

const isNative = process.env["PARABLE_TENSORS"] === "node";

describe("the tensor library", () => {
  beforeEach(() => {
    vi.resetModules();
    vi.stubEnv("PARABLE_TENSORS", undefined);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.doUnmock("@tensorflow/tfjs-backend-wasm");
  });

  test("is the native one where it is installed, else WebAssembly", async () => {
    expect(await chosen()).toBe(isNative ? "node" : "wasm");
  });

  test("is the one that is named, by the caller or the environment", async () => {
    expect(await chosen("cpu")).toBe("cpu");
    vi.stubEnv("PARABLE_TENSORS", "wasm");
    expect(await chosen()).toBe("wasm");
  });

  test("has relaxed kernels where they are named, and only there", async () => {
    const { loadEngine } = await import("../../../src/synth/neural/tensors.js");
    expect(await loadEngine("relaxed")).toMatchObject({ backend: "wasm", relaxed: true });
    expect(await loadEngine("wasm")).toMatchObject({ backend: "wasm", relaxed: false });
  });

  test.skipIf(isNative)(
    "is not silently another where the native one is named and isn't there",
    async () => {
      await expect(chosen("node")).rejects.toMatchObject({ code: "P0918" });
    },
  );

  test("is plain JavaScript where WebAssembly can't be had, but not where it is named", async () => {
    vi.doMock("@tensorflow/tfjs-backend-wasm", () => {
      throw new Error("no WebAssembly here");
    });
    expect(isNative ? "cpu" : await chosen()).toBe("cpu");
    await expect(chosen("wasm")).rejects.toMatchObject({ code: "P0918" });
  });
});
