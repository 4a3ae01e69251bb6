import type { CheckedOutput, CheckedTable } from "../ir/checked.js";
import type { Plan } from "../ir/plan.js";
import { NEUTRAL_INK, SERIES } from "./palette.js";
import { fitted, letters, picture, tag } from "./svg.js";
import { percent } from "./ticks.js";

interface Node {
  readonly id: string;
  readonly name: string;
  /** What is done there, in a few words. */
  readonly words: string;
  /** Column of the picture, from 0. */
  readonly level: number;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly dashed?: boolean;
}

/** What a plan does as a graph: sources, then tables (parents before children), then outputs. */
interface PlanGraph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** The graph of a plan. Edges go from where data come from; those of `ref` columns are dashed. */
export function planGraph(plan: Plan): PlanGraph {
  const { sources, tables, outputs } = plan.checked;
  const used = sources.filter(({ name }) => tables.some((table) => table.source?.name === name));
  const depth = depths(tables);
  const first = used.length > 0 ? 1 : 0;
  const last = first + Math.max(0, ...depth.values()) + 1;
  const nodes: Node[] = [
    ...used.map(({ name, format, where }) => ({
      id: `source ${name}`,
      name,
      words: `${format} ${where.split(/[\\/]/).at(-1)}`,
      level: 0,
    })),
    ...tables.map((table) => ({
      id: `table ${table.name}`,
      name: table.name,
      words: tableWords(plan, table),
      level: first + (depth.get(table.name) ?? 0),
    })),
    ...outputs.map((output) => ({
      id: `output ${output.name}`,
      name: output.name,
      words: outputWords(output),
      level: last,
    })),
  ];
  const edges: Edge[] = [
    ...tables.flatMap(({ name, source }) =>
      source === undefined ? [] : [{ from: `source ${source.name}`, to: `table ${name}` }],
    ),
    ...tables.flatMap(({ name, columns }) =>
      parentsOf(columns).map((parent) => ({
        from: `table ${parent}`,
        to: `table ${name}`,
        dashed: true,
      })),
    ),
    ...outputs.map(({ name, table }) => ({ from: `table ${table}`, to: `output ${name}` })),
  ];
  const known = new Set(nodes.map(({ id }) => id));
  return { nodes, edges: edges.filter(({ from, to }) => known.has(from) && known.has(to)) };
}

function parentsOf(columns: CheckedTable["columns"]): readonly string[] {
  return [...new Set(columns.flatMap(({ type }) => (type.kind === "ref" ? [type.table] : [])))];
}

/** How many parents stand above each table; a circle of references counts as none. */
function depths(tables: readonly CheckedTable[]): ReadonlyMap<string, number> {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const known = new Map<string, number>();
  const depth = (name: string, path: readonly string[]): number => {
    const table = byName.get(name);
    if (table === undefined || path.includes(name)) return -1;
    const before = known.get(name);
    if (before !== undefined) return before;
    const above = parentsOf(table.columns).map((parent) => depth(parent, [...path, name]));
    const found = 1 + Math.max(-1, ...above);
    known.set(name, found);
    return found;
  };
  for (const { name } of tables) depth(name, []);
  return known;
}

function tableWords(plan: Plan, table: CheckedTable): string {
  const learner = plan.learners.find((choice) => choice.table === table.name)?.name;
  const rules = plan.rules.filter((rule) => rule.table === table.name).length;
  const share = plan.budget?.shares.find(({ on }) => on === table.name)?.share;
  return [
    learner ?? "declared",
    ...(rules === 0 ? [] : [`${rules} rule${rules === 1 ? "" : "s"}`]),
    ...(share === undefined ? [] : [`${percent(share)} of the budget`]),
  ].join(", ");
}

function outputWords({ rows, givenText }: CheckedOutput): string {
  const count = `${rows.toLocaleString("en")} rows`;
  return givenText === undefined ? count : `${count} given ${givenText}`;
}

const WIDTH = 190;
const HEIGHT = 42;
const GAP = { x: 46, y: 14 };

/** The graph as SVG text; undefined where there is nothing to see that the table does not say. */
export function planGraphSvg(plan: Plan, ink: string = NEUTRAL_INK): string | undefined {
  const { nodes, edges } = planGraph(plan);
  if (nodes.length < 3) return undefined;
  const places = placed(nodes);
  const right = Math.max(...[...places.values()].map(({ x }) => x)) + WIDTH;
  const below = Math.max(...[...places.values()].map(({ y }) => y)) + HEIGHT;
  const about = { title: "Plan", summary: summaryOf(nodes, edges) };
  const lines = edges.map(({ from, to, dashed }) => {
    const start = places.get(from) as Place;
    const end = places.get(to) as Place;
    const [x1, y1] = [start.x + WIDTH, start.y + HEIGHT / 2];
    const [x2, y2] = [end.x - 5, end.y + HEIGHT / 2];
    const bend = (x2 - x1) / 2;
    const path = { fill: "none", stroke: ink, "stroke-width": 1.4 };
    return (
      tag("path", {
        ...path,
        d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`,
        "stroke-dasharray": dashed ? "4 3" : undefined,
      }) + tag("path", { ...path, d: `M${x2 - 5} ${y2 - 4}L${x2 + 3} ${y2}L${x2 - 5} ${y2 + 4}` })
    );
  });
  const boxes = nodes.map((node) => box(node, places.get(node.id) as Place));
  return picture({ width: right + 8, height: below + 8 }, about, ink, [...lines, ...boxes]);
}

function box({ id, name, words }: Node, { x, y }: Place): string {
  const kinds = ["source", "table", "output"];
  const colour = SERIES[kinds.indexOf(id.split(" ")[0] as string)];
  return (
    tag("rect", {
      ...{ x, y, width: WIDTH, height: HEIGHT, rx: 5, stroke: colour, "stroke-width": 1.6 },
      fill: colour,
      "fill-opacity": 0.08,
    }) +
    letters(x + 10, y + 18, fitted(name, WIDTH - 20, 12), { bold: true, size: 12 }) +
    letters(x + 10, y + 34, fitted(words, WIDTH - 20, 11), { size: 11 })
  );
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Columns by level, each centred beside the tallest. */
function placed(nodes: readonly Node[]): ReadonlyMap<string, Place> {
  const levels = [...new Set(nodes.map(({ level }) => level))].sort((a, b) => a - b);
  const columns = levels.map((level) => nodes.filter((node) => node.level === level));
  const tallest = Math.max(...columns.map((column) => column.length));
  const step = HEIGHT + GAP.y;
  return new Map(
    columns.flatMap((column, at) =>
      column.map(({ id }, place) => [
        id,
        { x: 8 + at * (WIDTH + GAP.x), y: 8 + (place + (tallest - column.length) / 2) * step },
      ]),
    ),
  );
}

function summaryOf(nodes: readonly Node[], edges: readonly Edge[]): string {
  const name = new Map(nodes.map((node) => [node.id, node.name]));
  return edges.map(({ from, to }) => `${name.get(from)} to ${name.get(to)}`).join(", ");
}
