import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openAccess } from "../../src/privacy/access-rows.js";
import { Account, type AccountOptions } from "../../src/privacy/account.js";
import type { GaussianEvent } from "../../src/privacy/event.js";
import { Ledger } from "../../src/privacy/ledger.js";

const built = resolve("dist/src");
const child = resolve("test/privacy/ledger-child.mjs");
const event: GaussianEvent = { kind: "gaussian", sigma2: "100000/1", sensitivity2: "1/1" };
let folder: string;
let running: ChildProcess[];

beforeAll(() => {
  if (!existsSync(join(built, "privacy/ledger.js")))
    spawnSync(process.execPath, ["scripts/build.mjs"]);
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-ledger-"));
  running = [];
});
afterEach(() => {
  for (const process of running) process.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const path = () => join(folder, "ledger.jsonl");
const lines = () => readFileSync(path(), "utf8").split("\n").filter(Boolean);

function account(ledger: Ledger, more: Partial<AccountOptions> = {}): Account {
  return new Account({
    ledger,
    plan: "plan",
    data: { source: "test", fingerprint: "0" },
    unit: "each row",
    epsilon: 1,
    delta: 1e-6,
    ...more,
  });
}

function spend(payer: Account, what = "a count", more: Partial<GaussianEvent> = {}): void {
  payer.spend({ what, event: { ...event, ...more }, contributions: 1, parts: [], seeded: false });
}

/** A ledger with three charges. */
function three(): void {
  const payer = account(new Ledger(folder));
  for (let i = 0; i < 3; i++) spend(payer);
}

function start(
  charges: number,
  epsilon = 1,
): { process: ChildProcess; acknowledged: () => number[] } {
  const process = spawn("node", [child, built, folder, String(charges), String(epsilon)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(process);
  let out = "";
  process.stdout?.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  return {
    process,
    acknowledged: () =>
      out
        .split("\n")
        .filter((line) => /^\d+$/.test(line))
        .map(Number),
  };
}

const ended = (process: ChildProcess) => new Promise((done) => process.once("close", done));

describe("the ledger", () => {
  it("remembers charges from one process to the next", () => {
    three();
    const entries = new Ledger(folder).entries();
    expect(entries.map((entry) => entry.number)).toEqual([1, 2, 3]);
    expect(entries[0]).toMatchObject({ what: "a count", event, seeded: false, unit: "each row" });
    expect(lines()).toHaveLength(4);
  });

  it("has the charge on disk before the noise is drawn", () => {
    const written: number[] = [];
    const entropy = {
      kind: "seeded" as const,
      word: () => {
        written.push(lines().length);
        return 123_456_789 * written.length;
      },
      fill: (words: Uint32Array) => {
        written.push(lines().length);
        words.fill(7);
      },
    };
    const access = openAccess({
      columns: [{ name: "x", size: 2, codes: [0, 1, 1] }],
      rows: 3,
      unit: { name: "each row", contributions: 1 },
      account: account(new Ledger(folder)),
      entropy,
    });
    access.measureMarginal({ columns: [0], rho: 0.001 });
    expect(written.length).toBeGreaterThan(0);
    expect(written.every((count) => count === 2)).toBe(true);
    expect(JSON.parse(lines()[1] as string)).toMatchObject({ seeded: true });
  });

  it("sees what another reader of the same file spends", () => {
    const [one, two] = [
      account(new Ledger(folder), { run: "r" }),
      account(new Ledger(folder), { run: "r" }),
    ];
    const before = one.remaining([]);
    spend(two);
    spend(two);
    expect(one.remaining([])).toBeCloseTo(before - 1e-5, 12);
  });

  it("keeps the cap of a source over all runs, and over copies of its data", () => {
    const ledger = new Ledger(folder);
    const payers = Array.from({ length: 6 }, () => account(ledger, { cap: 2 }));
    for (const payer of payers.slice(0, 3)) spend(payer, "all", { sigma2: "22/1" });
    expect(() => spend(payers[3] as Account, "all", { sigma2: "22/1" })).toThrow(
      /P0750.*cap of source test/,
    );
    const renamed = account(ledger, { cap: 2, data: { source: "copy", fingerprint: "0" } });
    expect(() => spend(renamed, "all", { sigma2: "22/1" })).toThrow(/P0750/);
    const others = account(ledger, { cap: 2, data: { source: "other", fingerprint: "1" } });
    spend(others, "all", { sigma2: "22/1" });
  });

  it("keeps the caps of all sources whose rows stand beside each other", () => {
    const ledger = new Ledger(folder);
    const data = { source: "stays", fingerprint: "1", beside: ["patients"] };
    const stays = () => account(ledger, { data, caps: [{ source: "patients", epsilon: 2 }] });
    for (let i = 0; i < 2; i++) spend(stays(), "all", { sigma2: "22/1" });
    const own = { cap: 2, data: { source: "patients", fingerprint: "2" } };
    spend(account(ledger, own), "all", { sigma2: "22/1" });
    expect(() => spend(account(ledger, own), "all", { sigma2: "22/1" })).toThrow(/P0750.*patients/);
    expect(() => spend(stays(), "all", { sigma2: "22/1" })).toThrow(/P0750.*patients/);
  });

  it("adds to a cap for one kind of unit only: rows and patients don't add up", () => {
    const ledger = new Ledger(folder);
    const of = (unit: string, cap?: number) =>
      account(ledger, { unit, ...(cap === undefined ? {} : { cap }) });
    spend(of("each row of people"));
    spend(of("each row of persons", 2));
    const before = ledger.entries().length;
    expect(() => spend(of("each of patients", 2))).toThrow(/P0761.*each row of people/);
    expect(() => of("each of patients", 2).remaining([])).toThrow(/P0761/);
    expect(ledger.entries()).toHaveLength(before);
    spend(of("each of patients"));
  });
});

describe("a damaged ledger", () => {
  const refused = () => expect(() => spend(account(new Ledger(folder)))).toThrow(/P0751/);
  beforeEach(three);

  it("is noticed when a charge is edited", () => {
    writeFileSync(path(), readFileSync(path(), "utf8").replace("100000/1", "900000/1"));
    refused();
  });
  it("is noticed when a line is taken out", () => {
    writeFileSync(
      path(),
      `${lines()
        .filter((_, i) => i !== 2)
        .join("\n")}\n`,
    );
    refused();
  });
  it("is noticed when lines are exchanged", () => {
    const [a, b, c, d] = lines();
    writeFileSync(path(), `${[a, c, b, d].join("\n")}\n`);
    refused();
  });
  it("is noticed when whole lines are cut off at its end", () => {
    writeFileSync(path(), `${lines().slice(0, 3).join("\n")}\n`);
    refused();
  });
  it("is noticed when an acknowledged line is cut in the middle", () => {
    truncateSync(path(), readFileSync(path()).length - 30);
    refused();
  });
  it("is noticed when it is emptied or removed", () => {
    truncateSync(path(), 0);
    refused();
    unlinkSync(path());
    refused();
  });
  it("is noticed when it is cut while a run has it open", () => {
    const payer = account(new Ledger(folder));
    writeFileSync(path(), `${lines().slice(0, 2).join("\n")}\n`);
    expect(() => spend(payer)).toThrow(/P0751/);
  });
  it("is noticed when the key or the head is missing or another's", () => {
    const key = readFileSync(join(folder, "key"));
    writeFileSync(join(folder, "key"), "00".repeat(32));
    refused();
    unlinkSync(join(folder, "key"));
    refused();
    writeFileSync(join(folder, "key"), key);
    spend(account(new Ledger(folder)));
    unlinkSync(join(folder, "ledger.head"));
    refused();
  });
  it("is told apart from one of a newer format", () => {
    writeFileSync(
      path(),
      readFileSync(path(), "utf8").replace('"parableLedger":1', '"parableLedger":9'),
    );
    expect(() => new Ledger(folder)).toThrow(/P0755/);
  });
  it("drops a torn line that was never acknowledged", () => {
    appendFileSync(path(), '{"number":4,"time":"2026');
    const payer = account(new Ledger(folder));
    spend(payer);
    expect(new Ledger(folder).entries()).toHaveLength(4);
    expect(lines()).toHaveLength(5);
  });
  it("is whole again after a crash at any byte of a line that was being written", () => {
    const whole = readFileSync(path(), "utf8");
    const key = readFileSync(join(folder, "ledger.head"), "utf8");
    spend(account(new Ledger(folder)));
    const line = readFileSync(path(), "utf8").slice(whole.length);
    // The fourth line was never acknowledged: the head still tells of three.
    for (let bytes = 0; bytes <= line.length; bytes += bytes < line.length - 4 ? 5 : 1) {
      writeFileSync(path(), whole + line.slice(0, bytes));
      writeFileSync(join(folder, "ledger.head"), key);
      const survived = bytes === line.length ? 4 : 3;
      const ledger = new Ledger(folder);
      expect(ledger.entries()).toHaveLength(survived);
      spend(account(ledger));
      expect(new Ledger(folder).entries()).toHaveLength(survived + 1);
    }
  });

  it("counts a whole line that a crash left behind the head", () => {
    const head = readFileSync(join(folder, "ledger.head"));
    spend(account(new Ledger(folder)));
    writeFileSync(join(folder, "ledger.head"), head);
    expect(new Ledger(folder).entries()).toHaveLength(4);
  });
});

describe("under attack by the operating system", () => {
  it("never loses an acknowledged charge to kill -9", async () => {
    for (const delay of [3, 17]) {
      const { process, acknowledged } = start(100_000, 100);
      while (acknowledged().length < 2) await new Promise((done) => setTimeout(done, 5));
      await new Promise((done) => setTimeout(done, delay));
      process.kill("SIGKILL");
      await ended(process);
      const recorded = new Ledger(folder).entries().length;
      expect(recorded).toBeGreaterThanOrEqual(acknowledged().at(-1) ?? 0);
    }
    spend(account(new Ledger(folder)));
  });

  it("counts every charge of two processes at once, and never passes their budget", async () => {
    const first = start(100, 0.05);
    const second = start(100, 0.05);
    await Promise.all([ended(first.process), ended(second.process)]);
    const numbers = [...first.acknowledged(), ...second.acknowledged()].sort((a, b) => a - b);
    const entries = new Ledger(folder).entries();
    expect(numbers).toEqual(entries.map((entry) => entry.number));
    const payer = account(new Ledger(folder), { epsilon: 0.05, run: "shared" });
    expect(payer.epsilonSpent()).toBeLessThanOrEqual(0.05);
    expect(payer.remaining([])).toBeLessThan(5e-6);
    expect(entries.length).toBeGreaterThan(2);
  });

  it.skipIf(process.platform === "win32")("refuses to spend when the disk is full", () => {
    three();
    const before = readFileSync(path(), "utf8");
    const blocks = Math.ceil(before.length / 512) * 512;
    const limit = Math.floor(blocks / 512) + 1;
    const script = `trap '' XFSZ; ulimit -f ${limit}; exec node "$@"`;
    const done = spawnSync("sh", ["-c", script, "sh", child, built, folder, "50"], {
      encoding: "utf8",
    });
    const acknowledged = done.stdout.split("\n").filter((line) => /^\d+$/.test(line)).length;
    expect(done.stdout).toContain("P0752");
    const entries = new Ledger(folder).entries();
    expect(entries).toHaveLength(3 + acknowledged);
    spend(account(new Ledger(folder)));
    expect(new Ledger(folder).entries()).toHaveLength(4 + acknowledged);
  });

  it("waits for a lock that a dead process left, then takes it", { timeout: 30_000 }, () => {
    three();
    spawnSync("mkdir", [`${path()}.lock`]);
    spend(account(new Ledger(folder)));
    expect(new Ledger(folder).entries()).toHaveLength(4);
  });
});
