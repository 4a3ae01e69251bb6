import { createRequire } from "node:module";
import type { Content } from "./replies.js";

/** The parts of a running stock tslab kernel that the notebook extension needs. */
export interface TslabJupyter {
  readonly JupyterHandlerImpl: { readonly prototype: TslabHandler };
  readonly ZmqServer: { readonly prototype: TslabServer };
  lastWriteDisplayData: ((content: object, update: boolean) => void) | null;
}

export interface TslabReply {
  readonly status: string;
  readonly execution_count?: number | undefined;
}

type WriteStream = (name: string, text: string) => void;
type WriteDisplay = (content: object, update: boolean) => void;

export interface TslabHandler {
  execCount: number;
  readonly execQueue: {
    readonly add: <T>(task: () => Promise<T>) => Promise<T>;
    readonly reset: (milliseconds: number) => void;
  };
  readonly executor: {
    readonly locals: Readonly<Record<string, unknown>>;
    readonly execute: (code: string) => Promise<boolean>;
  };
  handleExecute(
    request: { readonly code: string },
    writeStream: WriteStream,
    writeDisplay: WriteDisplay,
  ): Promise<TslabReply>;
}

/** A message as tslab holds it. */
export interface TslabMessage {
  readonly content: Content;
  createReply(): {
    header: { msg_type: string };
    content: object;
    signAndSend(key: string, socket: unknown): void;
  };
}

export interface TslabServer {
  readonly connInfo: { readonly key: string };
  handleComplete(socket: unknown, message: TslabMessage): void;
  handleInspect(socket: unknown, message: TslabMessage): void;
  handleIsComplete(socket: unknown, message: TslabMessage): void;
}

/** tslab's methods that answer questions about code, by the request that they answer. */
export const helpMethods = {
  handleComplete: "complete_request",
  handleInspect: "inspect_request",
  handleIsComplete: "is_complete_request",
} as const;

/**
 * tslab's own module in this process, when this is a tslab kernel at work. A tslab installed globally
 * and one beside the notebook are two modules; the one that has shown something is the live one.
 */
export function liveTslab(): TslabJupyter | undefined {
  const { cache } = createRequire(import.meta.url);
  for (const module of Object.values(cache)) {
    if (module === undefined || !/tslab[\\/]dist[\\/]jupyter\.js$/.test(module.filename)) continue;
    const found = module.exports as TslabJupyter;
    if (found.lastWriteDisplayData && hasShape(found)) return found;
  }
  return undefined;
}

function hasShape({ JupyterHandlerImpl, ZmqServer }: TslabJupyter): boolean {
  return (
    typeof JupyterHandlerImpl?.prototype?.handleExecute === "function" &&
    Object.keys(helpMethods).every(
      (name) => typeof ZmqServer?.prototype?.[name as keyof typeof helpMethods] === "function",
    )
  );
}
