import { here, there } from "../base/diagnose.js";
import type { Name } from "../ir/expression.js";
import { blocksOf, type ColumnNode, type PlaceTypeNode, type TableBlock } from "../ir/spec.js";
import type { ColumnType } from "../table/column-type.js";
import { knownType } from "./column-kind.js";
import { rangeOf, stepOf } from "./range.js";
import type { ColumnEntry, Scope, TableEntry } from "./scope.js";
import { parseUnit } from "./unit.js";

/** Every table by name, without its columns yet: types may refer to tables further down. */
export function knownTables(base: Omit<Scope, "tables">): Map<string, TableEntry> {
  const tables = new Map<string, TableEntry>();
  for (const node of blocksOf(base.desk.spec, "table")) {
    const name = node.name.text;
    const first = tables.get(name);
    if (first !== undefined) {
      sayTwice("table", node.name, first.node.name, base);
      continue;
    }
    tables.set(name, { name, node, columns: new Map() });
  }
  if (tables.size === 0) {
    const { text } = base.desk.spec;
    base.desk.say(
      "P0209",
      { reason: "no-table" },
      {
        spans: [here({ start: 0, end: Math.min(1, text.length) })],
        try: [{ label: "begin with `table t { x: int 1..6 }`", edits: [] }],
      },
    );
  }
  return tables;
}

/** Fill in the columns of a table: names and types, not yet formulas. */
export function fillColumns(entry: TableEntry, base: Scope): void {
  for (const node of entry.node.columns) {
    const scope: Scope = { ...base, table: entry };
    const made =
      node.type.kind === "place"
        ? placeColumns(node, node.type, scope)
        : [plainColumn(node, scope)];
    for (const column of made) {
      const first = entry.columns.get(column.name);
      if (first === undefined) entry.columns.set(column.name, column);
      else sayTwice("column", node.name, first.node.name, scope, entry.name);
    }
  }
}

function sayTwice(
  what: string,
  name: Name,
  first: Name,
  scope: Pick<Scope, "desk">,
  of?: string,
): void {
  const parameters = {
    what,
    name: name.text,
    line: scope.desk.line(first.span),
    ...(of === undefined ? {} : { of }),
  };
  scope.desk.say("P0201", parameters, {
    spans: [here(name.span, "here again"), there(first.span, "first here")],
  });
}

function plainColumn(node: ColumnNode, scope: Scope): ColumnEntry {
  const type = node.type as Exclude<ColumnNode["type"], { kind: "place" }>;
  const name = node.name.text;
  const known = knownType(type, name, scope);
  return {
    name,
    kind: known.kind,
    type: bareIsLearned(known.type, node, scope.table?.node),
    optional: node.missing !== undefined,
    span: node.name.span,
    node,
    header: node.headers[0]?.value ?? name,
    sound: known.sound,
  };
}

/** A number or date without bounds takes them from the data, where there are data and no other origin. */
function bareIsLearned(
  type: ColumnType,
  node: ColumnNode,
  table: TableBlock | undefined,
): ColumnType {
  if (table?.source === undefined || node.origin !== undefined) return type;
  if (!("learned" in type) || type.kind === "category") return type;
  return type.min === undefined && type.max === undefined ? { ...type, learned: true } : type;
}

const ANGLES = [
  { half: "lat", angle: "latitude", limit: 90 },
  { half: "lon", angle: "longitude", limit: 180 },
] as const;

/** The two columns of a `place`: NAME_lat and NAME_lon, in degrees on a grid. */
function placeColumns(node: ColumnNode, place: PlaceTypeNode, scope: Scope): ColumnEntry[] {
  return ANGLES.map(({ half, angle, limit }, i) => {
    const range = i === 0 ? place.latitude : place.longitude;
    const shape = {
      what: `the ${angle}`,
      wants: "a number of degrees",
      kind: { kind: "number", whole: false } as const,
      say: String,
    };
    const bounds = range === undefined ? { min: -limit, max: limit } : rangeOf(range, shape, scope);
    const step = stepOf(place.step, undefined, place.span, scope);
    const name = `${node.name.text}_${half}`;
    const type: ColumnType = {
      kind: "real",
      ...(bounds ?? {}),
      ...(step === undefined ? {} : { step }),
      unit: "degrees",
      learned: false,
      angle,
    };
    return {
      name,
      kind: { kind: "number", unit: parseUnit("degrees"), whole: false },
      type,
      optional: node.missing !== undefined,
      span: node.name.span,
      node,
      header: node.headers[i]?.value ?? name,
      sound: bounds !== undefined,
    };
  });
}
