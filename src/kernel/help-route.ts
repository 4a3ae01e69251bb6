import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { HelpLanguage, Request, ToIo } from "./protocol.js";
import { type Content, emptyReply } from "./replies.js";
import { readSpecCell } from "./spec-magic.js";

const helped = new Set(["complete_request", "inspect_request", "is_complete_request"]);

/**
 * The I/O thread's ways to the threads that know code. Questions go there and back without the main thread,
 * which may be computing.
 */
export class HelpRoutes {
  private readonly ports = new Map<HelpLanguage, MessagePort>();
  private readonly waiting = new Map<number, Request>();
  private readonly reply: (id: number, content: object) => void;

  constructor(reply: (id: number, content: object) => void) {
    this.reply = reply;
  }

  /** A thread for a language; one that had another before has lost it, and the answers that it owed. */
  attach(language: HelpLanguage, port: MessagePort): void {
    const isNew = !this.ports.has(language);
    this.ports.set(language, port);
    port.on("message", ({ id, content }: ToIo & { kind: "reply" }) => this.settle(id, content));
    for (const request of [...this.waiting.values()]) {
      const { id, type, content } = request;
      if (languageOf(content) !== language) continue;
      if (isNew) port.postMessage(request);
      else this.settle(id, emptyReply(type, content));
    }
  }

  /** Whether the request was one for help with code, and has been sent on. */
  takes(request: Request): boolean {
    if (!helped.has(request.type)) return false;
    this.waiting.set(request.id, request);
    this.ports.get(languageOf(request.content))?.postMessage(request);
    return true;
  }

  private settle(id: number, content: object): void {
    if (this.waiting.delete(id)) this.reply(id, content);
  }
}

function languageOf(content: Content): HelpLanguage {
  return readSpecCell(String(content["code"] ?? "")) === undefined ? "typescript" : "spec";
}

/** Both ends of a way to a thread that helps: the I/O thread's and that thread's own. */
export function newRoute(): { readonly io: MessagePort; readonly helper: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  return { io: port1, helper: port2 };
}

/** On the thread that helps: answer what comes. Help that fails is no help, not an error. */
export function answerFrom(
  port: MessagePort,
  answer: (type: string, content: Content) => Promise<object>,
): void {
  port.on("message", async ({ id, type, content }: Request) => {
    // What the main thread said before this was asked has arrived by the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    const said = await answer(type, content).catch(() => emptyReply(type, content));
    port.postMessage({ kind: "reply", id, content: said } satisfies ToIo);
  });
}
