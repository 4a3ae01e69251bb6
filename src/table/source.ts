import { failure } from "../base/failure.js";
import type { Source, SourceContext, SourceSpec } from "./source-types.js";

export type {
  ColumnRequest,
  Source,
  SourceContext,
  SourceSpec,
} from "./source-types.js";

/**
 * Open a source of a spec. Nothing is read before it is asked for; what is heavy is loaded on demand.
 *
 * @throws Failure P1301 for a format that is not known; the methods of the source throw P13xx for
 *   whatever is wrong with the data.
 */
export async function openSource(spec: SourceSpec, context: SourceContext): Promise<Source> {
  switch (spec.format) {
    case "csv": {
      const { openCsv } = await import("./csv-source.js");
      return openCsv(spec, context);
    }
    case "parquet":
    case "json":
    case "duckdb":
    case "sqlite":
    case "postgres":
    case "mysql": {
      const { openDuckdb } = await import("./duckdb-source.js");
      return openDuckdb(spec, context);
    }
    case "arrow": {
      const { openArrow } = await import("./arrow-source.js");
      return openArrow(spec, context);
    }
    case "frame": {
      const { openFrame } = await import("./frame-source.js");
      return openFrame(spec, context);
    }
    case "example": {
      const { openExample } = await import("./example-source.js");
      return openExample(spec);
    }
    default:
      throw failure("P1301", { source: spec.name, format: spec.format });
  }
}
