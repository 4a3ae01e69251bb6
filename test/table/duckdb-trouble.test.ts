import { expect, it, vi } from "vitest";
import { openSource } from "../../src/table/source.js";

// Databases that need an extension or a server, with a connection that answers as DuckDB does without them.
const said = new Map<RegExp, string>();
vi.mock("../../src/table/duckdb.js", async (original) => {
  const module = await original<typeof import("../../src/table/duckdb.js")>();
  const connection = {
    run: async (sql: string) => {
      for (const [asked, trouble] of said) if (asked.test(sql)) throw new Error(trouble);
    },
  };
  const withDuckdb = (work: (on: typeof connection) => Promise<unknown>) => work(connection);
  return { ...module, withDuckdb };
});

const stays = {
  name: "ehr",
  format: "postgres",
  where: "postgres://reader@localhost:5432/ehr",
  missing: [],
};
const tables = async () => (await openSource(stays, { folder: "." })).tables();

it("an extension that can't be had is named, with a way around (P1314)", async () => {
  said.clear();
  said.set(/^LOAD/, "IO Error: Extension postgres not found");
  said.set(/^INSTALL/, "IO Error: Failed to download extension at a host that can't be reached");
  await expect(tables()).rejects.toThrow(/P1314.*ehr.*postgres/);
});

it("a database that refuses is told with its reason, in one line (P1318)", async () => {
  said.clear();
  said.set(/^ATTACH/, "IO Error: connection to server failed: Connection refused\nIs it running?");
  await expect(tables()).rejects.toThrow(/P1318.*ehr.*Connection refused$/);
});
