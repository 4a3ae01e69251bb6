import type { CheckedTable } from "../ir/checked.js";
import type { RowModel } from "./synthesizer.js";

type Rules = CheckedTable["rules"];

/**
 * What is worked out once for a model under a table's rules, however many outputs are drawn from it. It must depend on
 * nothing else, so that an output's bytes are the same with and without the others.
 */
export class OnceForRules<T> {
  private readonly found = new WeakMap<RowModel, WeakMap<Rules, Map<string, T>>>();

  async get(model: RowModel, table: CheckedTable, make: () => T | Promise<T>): Promise<T> {
    const key = table.columns.map(({ name, origin }) => `${name}: ${origin.kind}`).join("\n");
    const known = this.found.get(model)?.get(table.rules)?.get(key);
    if (known !== undefined) return known;
    const made = await make();
    const ofModel = this.found.get(model) ?? new WeakMap<Rules, Map<string, T>>();
    const ofRules = ofModel.get(table.rules) ?? new Map<string, T>();
    this.found.set(model, ofModel.set(table.rules, ofRules.set(key, made)));
    return made;
  }
}
