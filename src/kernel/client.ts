import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer, Subscriber } from "zeromq";
import {
  type ConnectionInfo,
  makeHeader,
  readFrames,
  type WireMessage,
  writeFrames,
} from "./wire.js";

type Content = Record<string, unknown>;

/** A reply with all that the kernel published on the way to it. */
export interface Exchange {
  readonly reply: WireMessage;
  readonly published: readonly WireMessage[];
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve) =>
        server.listen(0, "127.0.0.1", () => resolve(server)),
      );
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A small Jupyter client over real sockets, with a kernel of its own. */
export class Client {
  readonly child: ChildProcess;
  readonly connection: ConnectionInfo;
  readonly published: WireMessage[] = [];
  stderr = "";
  exited: number | string | undefined;
  private readonly shell = new Dealer({ linger: 0 });
  private readonly control = new Dealer({ linger: 0 });
  private readonly iopub = new Subscriber({ receiveHighWaterMark: 0, linger: 0 });
  private readonly session = randomUUID();
  private readonly waiting = new Map<string, (reply: WireMessage) => void>();
  private readonly watchers = new Set<(message: WireMessage) => void>();
  private readonly sent = { shell: Promise.resolve(), control: Promise.resolve() };
  private readonly losing = new Set<() => void>();
  private readonly folder: string;

  private constructor(
    argv: readonly string[],
    connection: ConnectionInfo,
    cwd: string | undefined,
  ) {
    this.connection = connection;
    this.folder = mkdtempSync(join(tmpdir(), "parable-kernel-"));
    const file = join(this.folder, "connection.json");
    writeFileSync(file, JSON.stringify(connection));
    const [command = "node", ...flags] = argv;
    this.child = spawn(
      command,
      flags.map((flag) => flag.replace("{connection_file}", file)),
      {
        cwd: cwd ?? this.folder,
        stdio: ["ignore", "ignore", "pipe"],
        env: { ...process.env, JPY_PARENT_PID: String(process.pid) },
      },
    );
    process.once("exit", this.kill);
    this.child.stderr?.on("data", (data) => {
      this.stderr += String(data);
    });
    this.child.on("exit", (code, signal) => {
      this.exited = code ?? signal ?? "unknown";
      for (const lose of this.losing) lose();
    });
  }

  private readonly kill = () => this.child.kill("SIGKILL");

  /** What is awaited, or a rejection when the kernel ends first: nothing waits for what cannot come. */
  whileAlive<T>(awaited: Promise<T>): Promise<T> {
    let lose = () => {};
    const lost = new Promise<never>((_, reject) => {
      lose = () =>
        reject(new Error(`the kernel ended (${this.exited}): ${this.stderr.slice(-2_000)}`));
    });
    if (this.exited !== undefined) lose();
    this.losing.add(lose);
    return Promise.race([awaited, lost]).finally(() => this.losing.delete(lose));
  }

  /**
   * Start a kernel by the command line of its `kernel.json` and wait until it answers.
   *
   * @throws Error when it ends before, with what it wrote to standard error.
   */
  static async start(argv: readonly string[], cwd?: string): Promise<Client> {
    const [shell, control, stdin, iopub, hb] = (await freePorts(5)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const connection: ConnectionInfo = {
      transport: "tcp",
      ip: "127.0.0.1",
      key: randomUUID(),
      signature_scheme: "hmac-sha256",
      shell_port: shell,
      control_port: control,
      stdin_port: stdin,
      iopub_port: iopub,
      hb_port: hb,
    };
    const client = new Client(argv, connection, cwd);
    client.connect();
    try {
      await client.waitUntilHeard();
    } catch (error) {
      await client.stop();
      throw error;
    }
    return client;
  }

  private connect(): void {
    const { ip, shell_port, control_port, iopub_port } = this.connection;
    this.iopub.connect(`tcp://${ip}:${iopub_port}`);
    this.iopub.subscribe();
    this.shell.connect(`tcp://${ip}:${shell_port}`);
    this.control.connect(`tcp://${ip}:${control_port}`);
    void this.listen(this.shell);
    void this.listen(this.control);
    void this.watch();
  }

  private async listen(socket: Dealer): Promise<void> {
    for await (const frames of socket) {
      const message = readFrames(this.connection.key, frames);
      this.waiting.get((message.parent as { msg_id: string }).msg_id)?.(message);
    }
  }

  private async watch(): Promise<void> {
    for await (const frames of this.iopub) {
      const message = readFrames(this.connection.key, frames);
      this.published.push(message);
      for (const watcher of this.watchers) watcher(message);
    }
  }

  /** Until both directions work: a subscription takes a moment. */
  private async waitUntilHeard(): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      const heard = this.send("kernel_info_request", {});
      const got = await Promise.race([heard.idle.then(() => true), pause(250)]);
      if (got === true) return;
      if (this.exited !== undefined) throw new Error(`the kernel ended: ${this.stderr}`);
    }
    throw new Error("the kernel does not answer");
  }

  /** Send raw frames on the shell socket. */
  async sendRaw(frames: (Uint8Array | string)[]): Promise<void> {
    await this.shell.send(frames as Buffer[]);
  }

  send(
    type: string,
    content: Content,
    channel: "shell" | "control" = "shell",
  ): { id: string; reply: Promise<WireMessage>; idle: Promise<void> } {
    const header = makeHeader(type, this.session, "test");
    const frames = writeFrames(this.connection.key, {
      identities: [],
      header,
      parent: {},
      metadata: {},
      content,
      buffers: [],
    });
    const reply = new Promise<WireMessage>((resolve) => this.waiting.set(header.msg_id, resolve));
    const idle = this.when(
      (message) => isFrom(message, header.msg_id) && stateOf(message) === "idle",
    );
    // A socket sends one message at a time.
    this.sent[channel] = this.sent[channel].then(() => this[channel].send(frames as Buffer[]));
    this.sent[channel].catch(() => {});
    return { id: header.msg_id, reply, idle: idle.then(() => undefined) };
  }

  /** Hear every message that a request causes; returns how to stop. */
  listenTo(id: string, hear: (message: WireMessage) => void): () => void {
    const watcher = (message: WireMessage) => {
      if (isFrom(message, id)) hear(message);
    };
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** The next published message that the condition holds for. */
  when(condition: (message: WireMessage) => boolean): Promise<WireMessage> {
    return new Promise((resolve) => {
      const watcher = (message: WireMessage) => {
        if (!condition(message)) return;
        this.watchers.delete(watcher);
        resolve(message);
      };
      this.watchers.add(watcher);
    });
  }

  async ask(type: string, content: Content, channel: "shell" | "control" = "shell") {
    const sent = this.send(type, content, channel);
    const [reply] = await this.whileAlive(Promise.all([sent.reply, sent.idle]));
    const published = this.published.filter((message) => isFrom(message, sent.id));
    return { reply, published } satisfies Exchange;
  }

  execute(code: string, more: Content = {}): Promise<Exchange> {
    return this.ask("execute_request", { code, silent: false, store_history: true, ...more });
  }

  async stop(): Promise<void> {
    if (this.exited === undefined) {
      const gone = new Promise((resolve) => this.child.once("exit", resolve));
      this.send("shutdown_request", { restart: false }, "control");
      await Promise.race([gone, pause(6_000)]);
      if (this.exited === undefined) this.kill();
    }
    process.off("exit", this.kill);
    this.shell.close();
    this.control.close();
    this.iopub.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function isFrom(message: WireMessage, id: string): boolean {
  return (message.parent as { msg_id?: string }).msg_id === id;
}

function stateOf(message: WireMessage): unknown {
  return message.header.msg_type === "status" ? message.content["execution_state"] : undefined;
}
