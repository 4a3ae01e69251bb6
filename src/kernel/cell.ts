import type { MimeBundle } from "./protocol.js";
import type { JupyterError } from "./traceback.js";

/** How a cell ended, whatever language it was in. */
export type CellOutcome =
  | {
      readonly kind: "ok";
      readonly result?: MimeBundle;
      /** A text that takes the place of the cell's own. */
      readonly rewritten?: string;
    }
  | { readonly kind: "error"; readonly error: JupyterError };

/** Where a running cell shows things. */
export interface CellOutput {
  /** The I/O thread's number of the request. */
  readonly id: number;
  readonly display: (data: MimeBundle, displayId?: string) => void;
  /** Replace what was shown under the display id, wherever it stands. */
  readonly update: (data: MimeBundle, displayId: string) => void;
  /**
   * The interrupt was obeyed by ending a part of the work early; the rest goes on. Gives what says that the
   * next interrupt came. Absent where an interrupt ends everything.
   */
  readonly goesOn?: () => AbortSignal;
}
