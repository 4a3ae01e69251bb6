import type { MessagePort } from "node:worker_threads";
import type { ConnectionInfo } from "./wire.js";

/** A MIME bundle: one value in several forms. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** What the I/O thread hands to the main thread: a request to run something. */
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
  /** All that came before a mark (marks.ts) has been sent. */
  | { readonly kind: "passed"; readonly mark: number }
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
  /** `end` is the mark that stands behind all that comes through the port. */
  | {
      readonly kind: "attach";
      readonly port: MessagePort;
      readonly helps?: HelpLanguage;
      readonly end?: number;
    }
  | { readonly kind: "mark"; readonly mark: number }
  | { readonly kind: "versions"; readonly language: string }
  | { readonly kind: "close" };

/** The two languages of cells. */
export type HelpLanguage = "typescript" | "spec";

/** Hands the I/O thread's end of a way to a thread that helps with a language. */
export type AttachHelp = (language: HelpLanguage, port: MessagePort) => void;

/** What the thread that helps with specs knows of the session. */
export interface SpecFacts {
  /** The text that each name stands for, for cells that add to it. */
  readonly texts: ReadonlyMap<string, string>;
  /** The TypeScript variables that can be a source: the names of their columns. */
  readonly frames: ReadonlyMap<string, readonly string[]>;
}

export interface SpecHelpStart {
  readonly folder: string;
  readonly io: MessagePort;
  readonly facts: SpecFacts;
}

/** Cells of the Int32Array that main thread, I/O thread and spec worker share. */
export const shared = {
  /** How many interrupts the main thread has acted on. */
  acknowledged: 0,
  /** UTF-16 code units of output that the I/O thread has not sent yet. */
  unsent: 1,
  /** Counts interrupts, for the spec worker to see in the middle of a long loop. */
  interrupts: 2,
  /** Above zero while the main thread loads or converts something of the kernel's own, piece by piece. */
  loading: 3,
  /** One as soon as the main thread has heard that it should end. */
  closing: 4,
  /** Counts the beginnings and ends of cells: odd while one runs. */
  cell: 5,
  /** Counts the interrupts after which the cell goes on with what it has. */
  heeded: 6,
  size: 7,
} as const;

/** What the I/O thread is started with. */
export interface IoStart {
  readonly connection: ConnectionInfo;
  readonly shared: Int32Array;
  readonly parentPid: number;
  readonly version: string;
}
