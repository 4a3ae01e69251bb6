/** A notebook as it stands in a file, nbformat 4.5 (nbformat.readthedocs.io). */
export interface Notebook {
  readonly nbformat: number;
  readonly nbformat_minor: number;
  readonly metadata: Record<string, unknown>;
  readonly cells: readonly NotebookCell[];
}

export interface NotebookCell {
  readonly cell_type: "code" | "markdown" | "raw";
  readonly id?: string;
  readonly source: string | readonly string[];
  readonly metadata: Record<string, unknown>;
  readonly outputs?: readonly NotebookOutput[];
  readonly execution_count?: number | null;
}

export type NotebookOutput = Readonly<Record<string, unknown>> & { readonly output_type: string };

/** The text of a cell. */
export function sourceOf(cell: NotebookCell): string {
  return typeof cell.source === "string" ? cell.source : cell.source.join("");
}

/** A published message as an output of the cell, or undefined when it is none. */
export function outputOf(
  type: string,
  content: Readonly<Record<string, unknown>>,
): NotebookOutput | undefined {
  switch (type) {
    case "stream":
      return { output_type: type, name: content["name"], text: content["text"] };
    case "display_data":
      return { output_type: type, data: content["data"], metadata: content["metadata"] ?? {} };
    case "execute_result":
      return {
        output_type: type,
        data: content["data"],
        metadata: content["metadata"] ?? {},
        execution_count: content["execution_count"],
      };
    case "error":
      return {
        output_type: type,
        ename: content["ename"],
        evalue: content["evalue"],
        traceback: content["traceback"],
      };
    default:
      return undefined;
  }
}
