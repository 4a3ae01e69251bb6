// NIST's ACS excerpt of Massachusetts under ε = 1: raw columns through a whole `parable run`, domains
// and bins paid for, scored by NIST's k-marginal, and rows that break a rule counted a second time here.
// Needs a build. Usage: PARABLE_DATA=folder node bench/nist.mjs [--epsilon 1] [--learner swift] [--runs 3] [--made FILE.csv]
// --made scores a file of another tool (peers/nist.py writes them) and runs nothing.
// The folder holds ma2019.csv and its schema ma2019.json, as NIST publishes them.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { kMarginal } from "../dist/src/evaluate/k-marginal.js";

const { values: flags } = parseArgs({
  options: {
    epsilon: { type: "string", default: "1" },
    learner: { type: "string", default: "swift" },
    runs: { type: "string", default: "3" },
    options: { type: "string", default: "" },
    made: { type: "string" },
  },
});
const source = process.env.PARABLE_DATA;
if (source === undefined) throw new Error("PARABLE_DATA: the folder of ma2019.csv and ma2019.json");
const { schema } = JSON.parse(readFileSync(join(source, "ma2019.json"), "utf8"));

/** The industry category of a code, by the ranges of the Census Bureau's list of 2019. */
const upTo = [
  290, 370, 690, 770, 3990, 4590, 5790, 6390, 6770, 7190, 7790, 7890, 8290, 8470, 8690, 9290, 9590,
  9780, 9920,
];
const categoryOf = (code) => String(upTo.findIndex((last) => Number(code) <= last));

const cut = ["AGEP", "PINCP", "POVPIP", "PWGTP", "WGTP"];
const bounds = { NOC: [0, 5], NPF: [2, 9] };
const numbers = new Set([...cut, ...Object.keys(bounds)]);
const density = {
  "25-00503": "2872.7",
  "25-00703": "2195.3",
  "25-01300": "1457.2",
  "25-01000": "2447.1",
  "25-02800": "3683.9",
};
const inOrder = new Set(["EDU", "PINCP_DECILE"]);
const quoted = (values) => values.map((value) => `"${value}"`);

function columnLine([name, { values, min, max, has_null: optional }]) {
  const [low, high] = bounds[name] ?? [min, max];
  const missing = optional === true ? " or missing" : "";
  if (numbers.has(name)) return `  ${name}: int ${low}..${high}${missing}`;
  const levels =
    name === "DENSITY" ? Object.values(density) : values.filter((value) => value !== "N");
  return `  ${name}: ${quoted(levels).join(inOrder.has(name) ? " < " : " | ")}${missing}`;
}

const codes = schema.INDP.values.filter((code) => code !== "N");
const industries = upTo.map((_, category) => {
  const members = quoted(codes.filter((code) => categoryOf(code) === String(category)));
  const rule = members.length === 1 ? `INDP = ${members[0]}` : `INDP in (${members.join(", ")})`;
  return `  when INDP_CAT is present and INDP_CAT = "${category}" then INDP is present and ${rule}`;
});
const spec = `spec excerpt "Massachusetts 2019"
source acs = csv "ma2019.csv" missing "N"
table people from acs {
${Object.entries(schema).map(columnLine).join("\n")}

  when NPF is present and NOC is present then NPF > NOC
  OWN_RENT = "0" exactly when HOUSING_TYPE in ("2", "3")
  PINCP is missing exactly when AGEP < 15
  MSP is missing exactly when AGEP < 15
  PINCP_DECILE is missing exactly when AGEP < 15
  EDU is missing exactly when AGEP < 3
  DREM is missing exactly when AGEP < 5
  DPHY is missing exactly when AGEP < 5
  INDP is missing exactly when INDP_CAT is missing
${industries.join("\n")}
  NOC is missing exactly when HOUSING_TYPE != "1"
  when HOUSING_TYPE != "1" then WGTP = 0
${Object.entries(density)
  .map(([puma, value]) => `  when PUMA = "${puma}" then DENSITY = "${value}"`)
  .join("\n")}
}
privacy {
  protect each row of people
  budget epsilon ${flags.epsilon}, delta 1e-9
}
learn with ${flags.learner} ${flags.options}
generate made: 7_634 rows seed 1
`;

function readRows(path) {
  const [head, ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const names = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",").map((cell) => (cell === "" ? "N" : cell));
    return Object.fromEntries(names.map((name, i) => [name, cells[i]]));
  });
}

function tableOf(name, rows, levels) {
  const columns = Object.keys(schema).map((column) => {
    if (numbers.has(column)) {
      const values = Float64Array.from(rows, (row) =>
        row[column] === "N" ? NaN : Number(row[column]),
      );
      return { kind: "number", name: column, type: { kind: "int", learned: true }, values };
    }
    const known = levels.get(column);
    const cells = rows.map((row) => known.indexOf(row[column]));
    return {
      kind: "code",
      name: column,
      type: { kind: "category" },
      levels: known,
      codes: Int32Array.from(cells),
    };
  });
  return { name, rows: rows.length, columns };
}

const isMissing = (row, ...names) => names.every((name) => row[name] === "N");
const isYoung = (row, years) => Number(row.AGEP) < years;
const rules = [
  (r) => isMissing(r, "NPF") || isMissing(r, "NOC") || Number(r.NPF) > Number(r.NOC),
  (r) => (r.OWN_RENT === "0") === (r.HOUSING_TYPE !== "1"),
  (r) => isMissing(r, "PINCP") === isYoung(r, 15),
  (r) => isMissing(r, "MSP") === isYoung(r, 15),
  (r) => isMissing(r, "EDU") === isYoung(r, 3),
  (r) => isMissing(r, "DREM") === isYoung(r, 5) && isMissing(r, "DPHY") === isYoung(r, 5),
  (r) => isMissing(r, "INDP") === isMissing(r, "INDP_CAT"),
  (r) => isMissing(r, "INDP") || categoryOf(r.INDP) === r.INDP_CAT,
  (r) => isMissing(r, "NOC") === (r.HOUSING_TYPE !== "1"),
  (r) => isMissing(r, "PINCP_DECILE") === isYoung(r, 15),
  (r) => r.HOUSING_TYPE === "1" || Number(r.WGTP) === 0,
  (r) => density[r.PUMA] === r.DENSITY,
];

const real = readRows(join(source, "ma2019.csv"));
const main = fileURLToPath(new URL("../dist/src/cli/main.js", import.meta.url));
const demographic = [
  "AGEP",
  "SEX",
  "MSP",
  "RAC1P",
  "HOUSING_TYPE",
  "OWN_RENT",
  "EDU",
  "PINCP_DECILE",
  "DVET",
  "DEYE",
];

function show(title, made, seconds) {
  const levels = new Map(
    Object.keys(schema).map((name) => [
      name,
      [...new Set([...real, ...made].map((row) => row[name]))],
    ]),
  );
  const [target, synthetic] = [tableOf("target", real, levels), tableOf("made", made, levels)];
  const score = (keep) => {
    const pick = (table) => ({ ...table, columns: table.columns.filter(({ name }) => keep(name)) });
    return kMarginal(pick(target), pick(synthetic), { cut, third: "PUMA" }).toFixed(1);
  };
  const broken = made.filter((row) => !rules.every((rule) => rule(row))).length;
  const scores = `k-marginal ${score(() => true)} on 24 columns, ${score((name) => demographic.includes(name))} on ten`;
  console.log(`${title}: ${scores}; ${broken} of ${made.length} rows break a rule${seconds}`);
}

if (flags.made !== undefined) show(flags.made, readRows(flags.made), "");
for (let run = 0; flags.made === undefined && run < Number(flags.runs); run++) {
  const folder = mkdtempSync(join(tmpdir(), "parable-nist-"));
  copyFileSync(join(source, "ma2019.csv"), join(folder, "ma2019.csv"));
  writeFileSync(join(folder, "nist.parable"), spec);
  const start = performance.now();
  const done = spawnSync(process.execPath, [main, "run", "nist.parable", "--out", "made"], {
    cwd: folder,
  });
  const seconds = (performance.now() - start) / 1000;
  if (done.status !== 0) throw new Error(`${done.stdout}${done.stderr}`);
  const made = readRows(join(folder, "made", "made.csv"));
  const title = `${flags.learner} ε ${flags.epsilon}`;
  show(title, made, `; ${seconds.toFixed(1)} s, file to file`);
  if (run === 0 && process.env.PARABLE_SHOW !== undefined) console.log(String(done.stdout));
  rmSync(folder, { recursive: true });
}
