import { spawn } from "node:child_process";
import { afterEach, describe, expect, test } from "vitest";
import { Client, main, pause, startKernel } from "./client.js";

const started: Client[] = [];
async function start(): Promise<Client> {
  const client = await startKernel();
  started.push(client);
  return client;
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((client) => client.stop()));
});

async function ends(isOver: () => boolean): Promise<boolean> {
  for (let i = 0; i < 600 && !isOver(); i++) await pause(100);
  return isOver();
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

describe("the life of a kernel", () => {
  test("ends when it is asked to, with a reply", async () => {
    const client = await start();
    await client.execute("1");
    const { reply } = await client.ask("shutdown_request", { restart: true }, "control");
    expect(reply.content).toEqual({ status: "ok", restart: true });
    expect(await ends(() => client.exited !== undefined)).toBe(true);
    expect(client.exited).toBe(0);
  });

  test("ends when it is asked to while a cell loops", async () => {
    const client = await start();
    client.send("execute_request", { code: "while (true) {}" });
    await pause(1_000);
    client.send("shutdown_request", { restart: false }, "control");
    expect(await ends(() => client.exited !== undefined)).toBe(true);
  });

  test("ends when it is asked to while a spec runs", async () => {
    const client = await start();
    const code =
      "%%parable\ntable t { x: int 1..6\n y: real 0..1 }\ngenerate g: 5_000_000 rows seed 1";
    client.send("execute_request", { code });
    await client.when((message) => JSON.stringify(message.content).includes("<progress"));
    client.send("shutdown_request", { restart: false }, "control");
    expect(await ends(() => client.exited !== undefined)).toBe(true);
    expect(client.exited).toBe(0);
  });
});

/** A kernel whose parent is a process of its own, that can be killed. */
async function orphanage(): Promise<{ readonly client: Client; readonly orphan: number }> {
  const script = `
    const { spawn } = require("node:child_process");
    const env = { ...process.env, JPY_PARENT_PID: String(process.pid) };
    const child = spawn(process.execPath, [${JSON.stringify(main)}, process.argv[1]], { stdio: "ignore", env, detached: true });
    child.on("exit", () => process.exit());`;
  const client = await Client.start([process.execPath, "-e", script, "{connection_file}"]);
  started.push(client);
  const { reply } = await client.execute("process.pid");
  expect(reply.content["status"]).toBe("ok");
  const shown = client.published.find((message) => message.header.msg_type === "execute_result");
  const data = shown?.content["data"] as Record<string, string>;
  return { client, orphan: Number(data["text/plain"]) };
}

describe("a kernel whose parent dies", () => {
  test.each([
    ["at rest", "1"],
    ["in a loop", "while (true) {}"],
    ["in a loop after an await", "await 1; while (true) {}"],
    ["in a loop that listens to signals", "process.on('SIGTERM', () => {}); while (true) {}"],
  ])("ends %s", async (_what, code) => {
    const { client, orphan } = await orphanage();
    client.send("execute_request", { code });
    await pause(300);
    client.child.kill("SIGKILL");
    expect(await ends(() => isGone(orphan))).toBe(true);
  });

  test("ends with the processes that its cells started", async () => {
    const { client, orphan } = await orphanage();
    await client.execute(
      'import { spawn } from "node:child_process";\nconst nap = spawn("sleep", ["600"]); console.log(nap.pid)',
    );
    const line = client.published.find((message) => message.header.msg_type === "stream");
    const nap = Number(line?.content["text"]);
    expect(isGone(nap)).toBe(false);
    client.child.kill("SIGKILL");
    expect(await ends(() => isGone(orphan) && isGone(nap))).toBe(true);
  });

  test("ends when its parent was gone before it could look", async () => {
    const env = { ...process.env, JPY_PARENT_PID: "4194303" };
    const child = spawn(process.execPath, [main, "/nowhere/connection.json"], {
      env,
      stdio: "ignore",
    });
    expect(await ends(() => child.exitCode !== null || child.signalCode !== null)).toBe(true);
  });
});
