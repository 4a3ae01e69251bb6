import { lesson } from "./lesson.js";
import { error, warning } from "./message.js";

/** Messages P06xx: keys, counts and the rows they tie together. */
export const keys = {
  P0601: error<{ table: string }>(
    ({ table }) => `${table} has no id column, so nothing can refer to it`,
    lesson({
      what: "A `ref` holds the id of a row in another table. That table needs a column of type `id` for it.",
      broken:
        "table patients { age: int 0..99 }\ntable stays { patient: ref patients, 0..3 per patient }\ngenerate 10 patients",
      mended:
        "table patients {\n  patient_id: id\n  age: int 0..99\n}\ntable stays { patient: ref patients, 0..3 per patient }\ngenerate 10 patients",
    }),
  ),
  P0602: error<{ circle: readonly string[] }>(
    ({ circle }) =>
      circle.length === 1
        ? `a row of ${circle[0]} needs another row of ${circle[0]} before it: there can be no first one`
        : `${circle.map((name, i) => `${name} refers to ${circle[(i + 1) % circle.length]}`).join(" and ")}: none of them can be made first`,
    lesson({
      what: "Parents are generated before their children. If two tables each refer to the other, neither can come first: keep the ref of the one that has many rows for each of the other, and let those rows say which of them is meant.",
      broken:
        "table patients {\n  patient_id: id\n  first_stay: ref stays, 1..1 per stay\n}\ntable stays {\n  stay_id: id\n  patient: ref patients, 1..3 per patient\n}\ngenerate 10 patients",
      mended:
        "table patients { patient_id: id }\ntable stays {\n  stay_id: id\n  patient: ref patients, 1..3 per patient\n  is_first_stay: bool\n}\ngenerate 10 patients",
    }),
  ),
  P0603: error<{ columns: readonly string[]; size: number; rows: number; ruled: boolean }>(
    ({ columns, size, rows, ruled }) =>
      `${size.toLocaleString("en-US")} ${size === 1 ? "value" : "values"} of ${columns.join(", ")}${ruled ? " that the rules leave" : ""} cannot give ${rows.toLocaleString("en-US")} different rows`,
    lesson({
      what: "`unique` asks that no two rows agree in these columns, but together, and under the rules and what is `given`, they have fewer possible values than rows are asked for.",
      broken: 'table wards {\n  ward: "north" | "south"\n  unique ward\n}\ngenerate 10 rows',
      mended:
        'table wards {\n  ward: "north" | "south"\n  bed: int 1..99\n  unique ward, bed\n}\ngenerate 10 rows',
    }),
  ),
  P0604: error<{
    parents: number;
    parent: string;
    min: number;
    max: number;
    child: string;
    asked: number;
    least: number;
    most: number;
  }>(
    ({ parents, parent, min, max, child, asked, least, most }) => {
      const n = (value: number): string => value.toLocaleString("en-US");
      const limit = asked > most ? `at most ${n(most)}` : `at least ${n(least)}`;
      return `${n(parents)} ${parent} × ${min}..${max} ${child} is ${limit}; ${n(asked)} ${asked === 1 ? "is" : "are"} asked for`;
    },
    lesson({
      what: "Each parent has between so many and so many children. Two `generate` lines that ask for parents and for children must agree with that; usually one line is enough, since the children follow by their cardinality.",
      broken:
        "table patients { patient_id: id }\ntable stays { patient: ref patients, 0..12 per patient }\ngenerate twin: 50_000 patients\ngenerate more: 900_000 stays",
      mended:
        "table patients { patient_id: id }\ntable stays { patient: ref patients, 0..12 per patient }\ngenerate twin: 50_000 patients",
    }),
  ),
  P0605: warning<{ child: string; parent: string; childDomain: string; parentDomain: string }>(
    ({ child, parent, childDomain, parentDomain }) =>
      `${child} is ${childDomain}, and ${parent} only ${parentDomain}: the rule between them leaves little or nothing`,
    lesson({
      what: "A rule ties a column to its parent's column, but their ranges hardly meet, so some parents could have no children at all. Widen one of the ranges.",
      broken:
        "table stays {\n  stay_id: id\n  discharged: date 2015-01-01..2020-12-31\n}\ntable labs {\n  stay: ref stays, 0..9 per stay\n  taken: date 2019-01-01..2026-12-31\n  require taken <= stay.discharged\n}\ngenerate 10 stays",
      mended:
        "table stays {\n  stay_id: id\n  discharged: date 2015-01-01..2020-12-31\n}\ntable labs {\n  stay: ref stays, 0..9 per stay\n  taken: date 2014-01-01..2020-12-31\n  require taken <= stay.discharged\n}\ngenerate 10 stays",
    }),
  ),
  P0606: error<{ child: string; parent: string }>(
    ({ child, parent }) =>
      `how many rows of ${child} belong to one row of ${parent} is neither stated nor learned`,
    lesson({
      what: "Rows of a table bring along those that refer to them, so it must be known how many. Numbers are learned where both tables have a source; under `privacy`, where `protect each … , at most n …` bounds them below 500. Elsewhere state them behind the `ref`.",
      broken:
        "table patients { patient_id: id }\ntable stays { patient: ref patients }\ngenerate 10 patients",
      mended:
        "table patients { patient_id: id }\ntable stays { patient: ref patients, 0..12 per patient }\ngenerate 10 patients",
    }),
    "say how many behind the `ref`, as in `ref patients, 0..12 per patient`",
  ),
} as const;
