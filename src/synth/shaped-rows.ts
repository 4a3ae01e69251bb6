import type { Shape } from "./tree/save-parts.js";

/** What every learned row model carries: its columns, their levels and the order of drawing. */
export abstract class ShapedRows implements Shape {
  readonly columns: Shape["columns"];
  readonly levels: Shape["levels"];
  readonly order: Shape["order"];

  constructor({ columns, levels, order }: Shape) {
    this.columns = columns;
    this.levels = levels;
    this.order = order;
  }
}
