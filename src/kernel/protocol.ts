import type { MessagePort } from "node:worker_threads";
import type { ConnectionInfo } from "./wire.js";

/** A MIME bundle: one value in several forms. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** What the I/O thread hands to the main thread: a request that needs TypeScript or a spec. */
export interface Request {
  /** The I/O thread's own number for the request; everything said about it carries that number. */
  readonly id: number;
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export type FromIo =
  | { readonly kind: "ready" }
  | { readonly kind: "request"; readonly request: Request }
  | { readonly kind: "interrupt" }
  | { readonly kind: "shutdown" }
  | { readonly kind: "closed" };

export type ToIo =
  | { readonly kind: "busy"; readonly id: number }
  | { readonly kind: "reply"; readonly id: number; readonly content: object }
  | {
      readonly kind: "iopub";
      readonly id: number;
      readonly type: string;
      readonly content: object;
    }
  | {
      readonly kind: "stream";
      readonly id: number;
      readonly name: "stdout" | "stderr";
      readonly text: string;
    }
  | { readonly kind: "remember"; readonly line: number; readonly input: string }
  | { readonly kind: "attach"; readonly port: MessagePort }
  | { readonly kind: "versions"; readonly language: string }
  | { readonly kind: "close" };

/** Cells of the Int32Array that main thread, I/O thread and spec worker share. */
export const shared = {
  /** How many interrupts the main thread has acted on. */
  acknowledged: 0,
  /** Above zero while the main thread must not be stopped (the compiler is at work). */
  delicate: 1,
  /** UTF-16 code units of output that the I/O thread has not sent yet. */
  unsent: 2,
  /** Counts interrupts, for the spec worker to see in the middle of a long loop. */
  interrupts: 3,
  /** Above zero while the main thread loads or converts something of the kernel's own, piece by piece. */
  loading: 4,
  /** One as soon as the main thread has heard that it should end. */
  closing: 5,
  /** Counts the beginnings and ends of cells: odd while one runs. */
  cell: 6,
  size: 7,
} as const;

/** What the I/O thread is started with. */
export interface IoStart {
  readonly connection: ConnectionInfo;
  readonly shared: Int32Array;
  readonly parentPid: number;
  readonly version: string;
}
