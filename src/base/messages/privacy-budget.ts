import { lesson } from "./lesson.js";
import { error, warning } from "./message.js";

/** Messages P075x and P076x: what happens to the budget while a spec runs. */
export const privacyBudget = {
  P0750: error<{
    what: string;
    limit: string;
    requested: string;
    remaining: string;
    difference: string;
  }>(
    (p) =>
      `Spending on ${p.what} would exceed ${p.limit}. Requested: ${p.requested}. Remaining: ${p.remaining}. Difference: ${p.difference}.`,
    "Every look at protected data has a price, and the prices add up. Nothing was read and no noise was drawn for this request. Raise the budget in the `privacy` block, or ask for less: fewer columns, fewer runs, a re-run of the unchanged spec (which is free).",
  ),
  P0751: error<{ path: string; line: number; reason: string }>(
    (p) => `The privacy ledger ${p.path} is damaged at line ${p.line}: ${p.reason}.`,
    "The ledger is a chain: each line holds a checksum of the line before it, so an edit, a missing line or a cut is seen. While it is damaged, what has been spent is unknown and nothing more may be spent. Restore the file from a backup or from version control. If you are the data holder and know what was spent, start a new ledger and lower the budget by hand.",
  ),
  P0752: error<{ path: string; reason: string }>(
    (p) => `The privacy ledger ${p.path} can't be written: ${p.reason}.`,
    "A charge is written and flushed to disk before any noise is drawn. Where that fails, the data are not touched. Free some space or make the folder writable, and run again.",
  ),
  P0753: error<{ column: string; unit: string; contributions: number }>(
    (p) =>
      `Parts by ${p.column} can't share one price: ${p.unit} may have ${p.contributions} rows, in several parts.`,
    "Splitting data into disjoint parts costs only as much as the dearest part when every protected unit lies in one part. With several rows per unit it may lie in several.",
  ),
  P0754: error<{ path: string; seconds: number }>(
    (p) => `The privacy ledger ${p.path} has been locked by another run for ${p.seconds} seconds.`,
    "Two runs on the same data take turns at the ledger. If no other notebook or command is running, remove the `.lock` folder beside the file.",
  ),
  P0755: error<{ path: string; version: number }>(
    (p) =>
      `The privacy ledger ${p.path} has format ${p.version}, which this version of Parable can't read.`,
    "A newer Parable wrote this ledger. What it holds can't be guessed at, since a charge that is misread is privacy that is lost: update Parable.",
  ),
  P0756: error<{ what: string; value: string }>(
    (p) => `The price of ${p.what} must be a positive number, not ${p.value}.`,
    "A price of nothing would mean noise without end; a negative one has no meaning.",
  ),
  P0757: warning<{ what: string }>(
    (p) => `The noise of ${p.what} was drawn from a seed: seeded, not private.`,
    "A seed makes noise repeatable, so anybody who knows the seed can take the noise away again. Use it to teach or to test, never to release.",
  ),
  P0758: error<{ column: string; size: number }>(
    (p) => `Counting ${p.column} needs ${p.size} cells, more than can be held.`,
    "A set of columns has as many cells as the product of their domains. Ask for fewer columns at once, or for coarser domains.",
  ),
  P0760: error<{ table: string; unit: string }>(
    (p) => `No ref leads from ${p.table} to what is protected, ${p.unit}.`,
    lesson({
      what: "To protect a unit with all its rows, each learned table must say whose its rows are: by a `ref` column to the protected table, or to a table that has one. A list that is nobody's (doctors, goods) can be read from a source that is declared `public`, at no charge, or made up from the spec: leave out `from`.",
      broken:
        'source ehr = duckdb "ehr.duckdb"\ntable patients from ehr.patients { patient_id: id }\ntable doctors from ehr.doctors {\n  doctor_id: id\n  field: "heart" | "skin"\n}\ntable stays from ehr.stays {\n  patient: ref patients, 0..12 per patient\n  doctor: ref doctors\n  ward: "a" | "b"\n}\nprivacy {\n  protect each patient, at most 12 stays\n  budget epsilon 1, delta 1e-6\n}\ngenerate 1_000 patients',
      mended:
        'source ehr = duckdb "ehr.duckdb"\ntable patients from ehr.patients { patient_id: id }\ntable doctors {\n  doctor_id: id\n  field: "heart" | "skin"\n}\ntable stays from ehr.stays {\n  patient: ref patients, 0..12 per patient\n  doctor: ref doctors\n  ward: "a" | "b"\n}\nprivacy {\n  protect each patient, at most 12 stays\n  budget epsilon 1, delta 1e-6\n}\ngenerate 1_000 patients',
    }),
  ),
  P0761: error<{ source: string; unit: string; other: string }>(
    (p) =>
      `The cap of source ${p.source} is already spent on for ${p.other}; a charge for ${p.unit} can't be added to it.`,
    "What a charge costs depends on whom it protects: one that hides a single row hides a person with twelve rows far less well. So losses for different units don't add up to any promise, and a cap counts one kind of unit only. Protect the unit of the earlier runs, or take the cap out and count by hand.",
  ),
  P0762: error<{ seed: number }>(
    (p) => `What was learned with noise from the seed ${p.seed} is not kept in a model file.`,
    "Noise from a seed protects nobody. Ledger, release and report of such a run say so; a model file would carry it on to where nobody knows. Run the spec without a seed for its noise, and keep that.",
  ),
  P0759: error<{ column: string; threshold?: number }>(
    (p) =>
      `${p.threshold === undefined ? "Nothing" : "No value"} of ${p.column} is common enough to be learned privately at this price${p.threshold === undefined ? "" : `; one is told from ${p.threshold} rows on, give or take the noise`}.`,
    "A value that few units have can't be told without telling about them. Declare the values or bounds in the spec, which is free, or spend more on domains.",
    "state its values or bounds in the spec, which is free, or leave the column out; or give domains more of the budget: `spend 40% on domains, 60% on model`",
  ),
} as const;
