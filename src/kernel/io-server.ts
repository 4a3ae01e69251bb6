import type { MessagePort } from "node:worker_threads";
import { Publisher, Reply, Router } from "zeromq";
import { HelpRoutes } from "./help-route.js";
import { History } from "./history.js";
import { InterruptLadder } from "./interrupt-ladder.js";
import { kernelInfo } from "./kernel-info.js";
import { endHard } from "./parent-watch.js";
import { type FromIo, type IoStart, shared, type ToIo } from "./protocol.js";
import { StreamBuffer } from "./stream-buffer.js";
import type { WireMessage } from "./wire.js";
import { addressOf, type Header, makeHeader, readFrames, writeFrames } from "./wire.js";

interface Origin {
  readonly socket: Router;
  readonly identities: readonly Uint8Array[];
  readonly header: Header;
  answered: boolean;
}

const forMain = new Set(["execute_request", "comm_open", "comm_msg", "comm_close"]);

/** Sockets may queue without bound: an unread output must never block or drop another. */
const unlimited = { sendHighWaterMark: 0, sendTimeout: 0, linger: 300 };

/** How many requests are kept after their reply, so that late output still finds its cell. */
const remembered = 256;

/**
 * The five sockets of the kernel, on a thread of their own: whatever the main thread does, the
 * heartbeat beats, interrupts are heard and output flows.
 */
export class IoServer {
  private readonly start: IoStart;
  private readonly main: MessagePort;
  private readonly shell = new Router(unlimited);
  private readonly control = new Router(unlimited);
  private readonly stdin = new Router(unlimited);
  private readonly iopub = new Publisher(unlimited);
  private readonly heart = new Reply({ linger: 0 });
  private readonly origins = new Map<number, Origin>();
  private readonly history = new History();
  private readonly ladder: InterruptLadder;
  private readonly streams: StreamBuffer;
  private readonly help = new HelpRoutes((id, content) => this.answer(id, content));
  private readonly comms = new Map<string, string>();
  private session = "";
  private username = "kernel";
  private typescript = "5.0.4";
  private next = 0;

  constructor(start: IoStart, main: MessagePort) {
    this.start = start;
    this.main = main;
    this.ladder = new InterruptLadder(start.shared);
    this.streams = new StreamBuffer((id, name, text) => {
      Atomics.sub(start.shared, shared.unsent, text.length);
      Atomics.notify(start.shared, shared.unsent);
      this.publish(id, "stream", { name, text });
    });
  }

  /** Bind the sockets and serve until the main thread says to close. */
  async open(): Promise<void> {
    const { connection } = this.start;
    await Promise.all([
      this.iopub.bind(addressOf(connection, connection.iopub_port)),
      this.shell.bind(addressOf(connection, connection.shell_port)),
      this.control.bind(addressOf(connection, connection.control_port)),
      this.stdin.bind(addressOf(connection, connection.stdin_port)),
      this.heart.bind(addressOf(connection, connection.hb_port)),
    ]);
    this.listen(this.main);
    void this.beat();
    void this.serve(this.shell);
    void this.serve(this.control);
    this.send({ kind: "ready" });
    this.publish(-1, "status", { execution_state: "starting" });
  }

  private send(message: FromIo): void {
    this.main.postMessage(message);
  }

  private listen(port: MessagePort, end?: number): void {
    port.on("message", (message: ToIo) => this.obey(message));
    if (end !== undefined) port.once("close", () => this.send({ kind: "passed", mark: end }));
  }

  private obey(message: ToIo): void {
    switch (message.kind) {
      case "busy":
        this.publish(message.id, "status", { execution_state: "busy" });
        return;
      case "reply":
        this.streams.flush();
        this.answer(message.id, message.content);
        return;
      case "iopub":
        this.streams.flush();
        if (message.type.startsWith("comm_")) this.noteComm(message.type, message.content);
        this.publish(message.id, message.type, message.content);
        return;
      case "stream":
        this.streams.write(message.id, message.name, message.text);
        return;
      case "remember":
        this.history.add(message.line, message.input);
        return;
      case "attach":
        if (message.helps === undefined) this.listen(message.port, message.end);
        else this.help.attach(message.helps, message.port);
        return;
      case "mark":
        this.send({ kind: "passed", mark: message.mark });
        return;
      case "versions":
        this.typescript = message.language;
        return;
      case "close":
        this.close();
        return;
    }
  }

  private async beat(): Promise<void> {
    for await (const frames of this.heart) await this.heart.send(frames);
  }

  private async serve(socket: Router): Promise<void> {
    for await (const frames of socket) {
      let message: WireMessage;
      try {
        message = readFrames(this.start.connection.key, frames);
      } catch {
        continue;
      }
      try {
        this.receive(socket, message);
      } catch (error) {
        // As for content nested too deep to be handed on: the next message is none the worse.
        process.stderr.write(`Parable's kernel dropped a message: ${String(error)}\n`);
      }
    }
  }

  private receive(socket: Router, message: WireMessage): void {
    this.session ||= String(message.header.session ?? "");
    this.username = String(message.header.username ?? this.username);
    const id = ++this.next;
    const origin: Origin = {
      socket,
      identities: message.identities,
      header: message.header,
      answered: false,
    };
    this.origins.set(id, origin);
    const type = message.header.msg_type;
    if (type !== "execute_request") this.publish(id, "status", { execution_state: "busy" });
    if (this.help.takes({ id, type, content: message.content })) return;
    if (forMain.has(type)) {
      if (type.startsWith("comm_")) this.noteComm(type, message.content);
      this.send({ kind: "request", request: { id, type, content: message.content } });
    } else {
      this.handle(id, type, message.content);
    }
  }

  private handle(id: number, type: string, content: Record<string, unknown>): void {
    switch (type) {
      case "kernel_info_request":
        this.answer(id, kernelInfo(this.start.version, this.typescript));
        return;
      case "history_request":
        this.answer(id, this.history.answer(content));
        return;
      case "comm_info_request":
        this.answer(id, { status: "ok", comms: this.openComms(content["target_name"]) });
        return;
      case "interrupt_request":
        Atomics.add(this.start.shared, shared.interrupts, 1);
        void this.ladder.climb(() => this.send({ kind: "interrupt" }));
        this.answer(id, { status: "ok" });
        return;
      case "shutdown_request":
        this.answer(id, { status: "ok", restart: content["restart"] === true });
        this.shutdown();
        return;
      default:
        this.finish(id);
    }
  }

  /** The main thread is asked first; a stuck one is ended from here. */
  private shutdown(): void {
    this.streams.flush();
    this.send({ kind: "shutdown" });
    const { shared: cells } = this.start;
    setTimeout(() => {
      if (Atomics.load(cells, shared.closing) === 0) endHard();
      else setTimeout(endHard, 3_000);
    }, 1_000);
  }

  private noteComm(type: string, content: object): void {
    const { comm_id: id, target_name: target } = content as Record<string, unknown>;
    if (typeof id !== "string") return;
    if (type === "comm_open") this.comms.set(id, String(target));
    if (type === "comm_close") this.comms.delete(id);
  }

  private openComms(target: unknown): object {
    const open = [...this.comms].filter(([, name]) => target === undefined || name === target);
    return Object.fromEntries(open.map(([id, name]) => [id, { target_name: name }]));
  }

  private answer(id: number, content: object): void {
    const origin = this.origins.get(id);
    if (origin === undefined || origin.answered) return;
    const type = origin.header.msg_type.replace(/_request$/, "_reply");
    if (type !== origin.header.msg_type) {
      this.transmit(origin.socket, origin.identities, type, origin.header, content);
    }
    this.finish(id);
  }

  private finish(id: number): void {
    this.publish(id, "status", { execution_state: "idle" });
    const origin = this.origins.get(id);
    if (origin !== undefined) origin.answered = true;
    if (this.origins.size <= remembered) return;
    for (const [old, { answered }] of this.origins) {
      if (answered && old !== id) this.origins.delete(old);
      if (this.origins.size <= remembered) return;
    }
  }

  private publish(id: number, type: string, content: object): void {
    const parent = this.origins.get(id)?.header ?? {};
    const topic = Buffer.from(`kernel.parable.${type}`);
    this.transmit(this.iopub, [topic], type, parent, content);
  }

  private transmit(
    socket: Router | Publisher,
    identities: readonly Uint8Array[],
    type: string,
    parent: Header | object,
    content: object,
  ): void {
    const frames = writeFrames(this.start.connection.key, {
      identities,
      header: makeHeader(type, this.session, this.username),
      parent: parent as Header,
      metadata: {},
      content: content as Record<string, unknown>,
      buffers: [],
    });
    // A peer that has gone away cannot be told so.
    socket.send(frames as Buffer[]).catch(() => {});
  }

  private close(): void {
    this.streams.flush();
    for (const socket of [this.shell, this.control, this.stdin, this.iopub, this.heart]) {
      socket.close();
    }
    setTimeout(() => this.send({ kind: "closed" }), 50);
  }
}
