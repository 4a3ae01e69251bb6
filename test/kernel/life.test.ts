import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { main, pause, startKernel } from "./client.js";

describe("the life of a kernel", () => {
  test("ends when it is asked to, with a reply", async () => {
    const client = await startKernel();
    await client.execute("1");
    const { reply } = await client.ask("shutdown_request", { restart: true }, "control");
    expect(reply.content).toEqual({ status: "ok", restart: true });
    for (let i = 0; i < 50 && client.exited === undefined; i++) await pause(100);
    expect(client.exited).toBe(0);
    await client.stop();
  });

  test("ends when it is asked to while a cell loops", async () => {
    const client = await startKernel();
    void client.execute("while (true) {}");
    await pause(1_000);
    client.send("shutdown_request", { restart: false }, "control");
    for (let i = 0; i < 60 && client.exited === undefined; i++) await pause(100);
    expect(client.exited).toBeDefined();
    await client.stop();
  });

  test("ends with the process that started it", async () => {
    const probe = await startKernel();
    const connection = { ...probe.connection };
    await probe.stop();
    const folder = mkdtempSync(join(tmpdir(), "parable-orphan-"));
    writeFileSync(join(folder, "connection.json"), JSON.stringify(connection));
    const script = `
      const { spawn } = require("node:child_process");
      const child = spawn(process.execPath, ${JSON.stringify([main, join(folder, "connection.json")])}, { stdio: "ignore" });
      console.log(child.pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once("data", (data) => resolve(Number(String(data)))),
    );
    await pause(2_500);
    parent.kill("SIGKILL");
    let alive = true;
    for (let i = 0; i < 60 && alive; i++) {
      await pause(100);
      try {
        process.kill(pid, 0);
      } catch {
        alive = false;
      }
    }
    expect(alive).toBe(false);
  });
});
