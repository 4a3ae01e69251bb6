import type { Random } from "../../base/random.js";
import type { ColumnType } from "../../table/column-type.js";

/** One value to be written. */
export interface WriteTask {
  /** The prompt with the row's values in place of `{column}`. */
  readonly prompt: string;
  /** The row's values that the prompt speaks of, in the order in which it names them. */
  readonly facts: readonly string[];
  readonly type: ColumnType;
  /** A stream of its own for each row, so that the order of writing changes nothing. */
  readonly random: Random;
}

/** Who writes `written` columns. */
export interface Writer {
  readonly name: string;
  /** True where nothing leaves this machine. */
  readonly local: boolean;
  /** How the release marks its texts. */
  readonly mark: string;
  write(task: WriteTask): Promise<string>;
}
