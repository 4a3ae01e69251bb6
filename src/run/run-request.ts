import type { Progress } from "../base/progress.js";
import type { ReleasedModel } from "../ir/release.js";
import type { Files } from "./stream.js";

/** Where a run happens and who watches it. */
export interface RunRequest {
  readonly folder: string;
  readonly frames?: ReadonlyMap<string, unknown>;
  readonly progress: Progress;
  /** Draw with this seed instead of the spec's. */
  readonly seed?: number;
  /** Draw privacy noise from this seed: for teaching, where nothing need be private. */
  readonly noiseSeed?: number;
  /** Models that were learned before: their sources are not read. */
  readonly models?: readonly ReleasedModel[];
  /** Outputs with many rows go straight to their files. */
  readonly files?: Files;
}
