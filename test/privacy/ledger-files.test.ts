import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Ledger } from "../../src/privacy/ledger.js";
import { ReleaseCache } from "../../src/privacy/ledger-cache.js";
import { fingerprintOf } from "../../src/privacy/ledger-fingerprint.js";
import { shownCharges } from "../../src/privacy/ledger-lines.js";
import type { Table } from "../../src/table/table.js";
import { memoryAccount } from "./memory-ledger.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-cache-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a ledger that another run holds", () => {
  it("is waited for, then the failure says which file and for how long (P0754)", () => {
    const path = join(folder, "ledger.jsonl");
    new Ledger(folder);
    mkdirSync(`${path}.lock`);
    // A sign of life from far ahead: the lock never looks abandoned while the clock below runs on.
    const alive = new Date(Date.now() + 3_600_000);
    utimesSync(`${path}.lock`, alive, alive);
    let now = Date.now();
    vi.spyOn(Date, "now").mockImplementation(() => {
      now += 1000;
      return now;
    });
    const wait = vi.spyOn(Atomics, "wait").mockReturnValue("timed-out");
    expect(() => new Ledger(folder)).toThrow(/P0754.*ledger\.jsonl.*30 seconds/);
    expect(wait.mock.calls.length).toBeGreaterThan(5);
    vi.restoreAllMocks();
    rmSync(`${path}.lock`, { recursive: true });
    expect(new Ledger(folder).entries()).toEqual([]);
  });
});

describe("the cache of releases", () => {
  it("returns what was stored for the same plan and data, and nothing else", () => {
    const cache = new ReleaseCache(folder);
    expect(cache.load("p", "f")).toBeUndefined();
    cache.store("p", "f", Buffer.from("a release"));
    expect(cache.load("p", "f")?.toString()).toBe("a release");
    expect(cache.load("p", "g")).toBeUndefined();
    expect(cache.load("p2", "f")).toBeUndefined();
    expect(new ReleaseCache(folder).load("p", "f")?.toString()).toBe("a release");
  });

  it("takes a damaged file for none", () => {
    const cache = new ReleaseCache(folder);
    cache.store("p", "f", Buffer.from("a release"));
    const [name] = readdirSync(join(folder, "cache"));
    appendFileSync(join(folder, "cache", name as string), "x");
    expect(cache.load("p", "f")).toBeUndefined();
    expect(readFileSync(join(folder, "cache", name as string)).length).toBeGreaterThan(0);
  });
});

describe("fingerprints", () => {
  const table = (values: number[], name = "t"): Table => ({
    kind: "table",
    name,
    rows: values.length,
    columns: [
      {
        kind: "number",
        name: "x",
        type: { kind: "real", learned: false },
        values: Float64Array.from(values),
      },
    ],
  });
  const key = { secret: Buffer.alloc(32, 1) };

  it("change with the values, the names and the key, and with nothing else", () => {
    const print = fingerprintOf([table([1, 2])], key);
    expect(fingerprintOf([table([1, 2])], key)).toBe(print);
    expect(fingerprintOf([table([2, 1])], key)).toBe(print);
    expect(fingerprintOf([table([1, 2, 2])], key)).not.toBe(print);
    expect(fingerprintOf([table([0, 3])], key)).not.toBe(print);
    expect(fingerprintOf([table([1, 3])], key)).not.toBe(print);
    expect(fingerprintOf([table([1, 2], "u")], key)).not.toBe(print);
    expect(fingerprintOf([table([1, 2])], { secret: Buffer.alloc(32, 2) })).not.toBe(print);
  });
});

describe("charges as shown", () => {
  it("let ε grow by composition, not by addition, and end at the budget", () => {
    const { account, ledger } = memoryAccount(1, 1e-6, { reservedDelta: 0 });
    const rho = account.remaining([]) / 4;
    const sigma2 = BigInt(Math.ceil((1 / (2 * rho)) * 1024));
    const event = { kind: "gaussian", sigma2: `${sigma2}/1024`, sensitivity2: "1/1" } as const;
    const more = { contributions: 1, parts: [], seeded: false };
    for (const what of ["a", "b", "c", "d"]) account.spend({ what, event, ...more });
    const shown = shownCharges(ledger.book, 1, 1e-6);
    expect(shown.map((line) => line.what)).toEqual(["a", "b", "c", "d"]);
    expect(shown.at(-1)?.epsilon).toBeCloseTo(1, 3);
    expect(shown.at(-1)?.epsilon).toBeLessThanOrEqual(1);
    expect(shown[0]?.rho).toBeCloseTo(rho, 6);
    const steps = shown.map((line, i) => line.epsilon - (shown[i - 1]?.epsilon ?? 0));
    for (const step of steps.slice(1)) expect(step).toBeLessThan(0.3);
  });

  it("add plainly where a mechanism has no ρ", () => {
    const { account, ledger } = memoryAccount(3, 1e-5);
    const event = { kind: "approximate", epsilon: "1/2", delta: 1e-7 } as const;
    account.spend({ what: "x", event, contributions: 1, parts: [], seeded: true });
    const sampled = { kind: "sampled-gaussian", rate: 0.01, noise: 1, steps: 10 } as const;
    ledger.book.push({ ...ledger.book[0]!, event: sampled });
    const shown = shownCharges(ledger.book, 3, 1e-5);
    expect(shown[0]?.epsilon).toBeCloseTo(0.5, 9);
    expect(shown[1]?.rho).toBeNaN();
    expect(shown[1]?.seeded).toBe(true);
  });
});
