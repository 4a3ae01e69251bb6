import { lesson } from "./lesson.js";
import { error, note, warning } from "./message.js";

const private_ = (privacy: string, generate = "generate 1_000 rows"): string =>
  `source census = csv "census.csv"\ntable people from census {\n  sex: "F" | "M"\n  age: int 0..99\n}\nprivacy {\n  ${privacy}\n}\n${generate}`;
const SOUND = private_("protect each row of people\n  budget epsilon 2, delta 1e-6");
const round = (value: number): string => String(Number(value.toPrecision(3)));

/** Messages P07xx: whom the spec protects, and what that costs. */
export const privacy = {
  P0701: error<{ missing: "budget" | "delta" | "unit" | "epsilon" }>(
    ({ missing }) => {
      if (missing === "unit")
        return "this says how much may be spent but not whom to protect: add `protect each row of …`";
      if (missing === "delta") return "the budget has no delta: add `delta 1e-6`";
      if (missing === "epsilon") return "a budget is a number above 0";
      return "this says whom to protect but not how much: add `budget epsilon …, delta …`";
    },
    lesson({
      what: "A privacy promise has three parts: whom it protects (`protect each row of people`, or `each patient`), how much the result may depend on any one of them (`epsilon`), and how small the chance of an exception is (`delta`, far below one over the number of people). None of them has a default, because nobody but the data's owner can choose them.",
      broken: private_("protect each row of people"),
      mended: SOUND,
    }),
  ),
  P0702: error<{ percent: number; shares: readonly number[]; epsilon: number }>(
    ({ percent, epsilon }) =>
      `this spends more than the whole budget (${round((percent / 100) * epsilon)} of ${round(epsilon)})`,
    lesson({
      what: "Parts that read the same people add up: their shares of the budget can be 100% at most. Shares stay right when epsilon changes, which is why they are written in percent.",
      broken: private_(
        "protect each row of people\n  budget epsilon 2, delta 1e-6\n  spend 40% on domains, 90% on model",
      ),
      mended: private_(
        "protect each row of people\n  budget epsilon 2, delta 1e-6\n  spend 10% on domains, 90% on model",
      ),
    }),
  ),
  P0703: error<{ delta: number; people: number }>(
    ({ delta, people }) =>
      delta >= 1
        ? `delta ${delta} promises nothing: it is the chance that the promise does not hold`
        : `delta ${delta} with about ${people.toLocaleString("en-US")} people would allow publishing a few of them outright`,
    lesson({
      what: "Delta is the chance that the promise fails. A method that simply publishes one random person out of n keeps delta = 1/n, so delta has to be well below one over the number of people. The number is judged by the count that the spec asks for.",
      broken: private_(
        "protect each row of people\n  budget epsilon 1, delta 0.01",
        "generate 500 rows",
      ),
      mended: private_(
        "protect each row of people\n  budget epsilon 1, delta 1e-6",
        "generate 500 rows",
      ),
    }),
  ),
  P0704: warning<{ epsilon: number; which: "large" | "tiny" }>(
    ({ epsilon, which }) =>
      which === "large"
        ? `epsilon ${round(epsilon)}: someone reading the result could be e^${round(epsilon)} times surer about a person; results are nearly unprotected`
        : `epsilon ${round(epsilon)} is so small that the result will be mostly noise`,
    lesson({
      what: "Epsilon bounds how much the result may tell about any one person: whoever reads it can change their odds about that person by a factor of e^epsilon at most. Around 1 is strong, up to 10 is common, above 20 the number has little meaning left. Below 0.01 nothing of the data comes through the noise.",
      broken: private_("protect each row of people\n  budget epsilon 40, delta 1e-6"),
      mended: SOUND,
    }),
  ),
  P0705: warning<{ table: string; column: string; parent: string; most: string }>(
    ({ table, parent, most }) =>
      `rows of ${table} are protected, but one of ${parent} has up to ${most}: protect each of ${parent}?`,
    lesson({
      what: "With rows as the unit, each row on its own is hidden. A person who owns twelve rows is then hidden twelve times less well. Where rows belong to someone, protect that someone.",
      broken:
        'source ehr = duckdb "ehr.duckdb"\ntable patients from ehr.patients { patient_id: id }\ntable stays from ehr.stays {\n  patient: ref patients, 0..12 per patient\n  ward: "a" | "b"\n}\nprivacy {\n  protect each row of stays\n  budget epsilon 1, delta 1e-6\n}\ngenerate 1_000 patients',
      mended:
        'source ehr = duckdb "ehr.duckdb"\ntable patients from ehr.patients { patient_id: id }\ntable stays from ehr.stays {\n  patient: ref patients, 0..12 per patient\n  ward: "a" | "b"\n}\nprivacy {\n  protect each patient, at most 12 stays\n  budget epsilon 1, delta 1e-6\n}\ngenerate 1_000 patients',
    }),
  ),
  P0706: warning<{ table: string; limit: number; possible: number; entity: string }>(
    ({ table, limit, possible, entity }) =>
      `\`at most ${limit} ${table}\`, but ${possible.toLocaleString("en-US")} are allowed: some of ${entity} will be cut`,
    lesson({
      what: "The bound in `protect` says how many rows of one person may be used; the ranges after `ref` say how many there may be. Where a person can have more than the bound, rows above it are left out before anything is learned, and the result describes such people less well.",
      broken:
        'source ehr = duckdb "ehr.duckdb"\ntable patients from ehr.patients { patient_id: id }\ntable stays from ehr.stays {\n  patient: ref patients, 0..12 per patient\n  ward: "a" | "b"\n}\nprivacy {\n  protect each patient, at most 5 stays\n  budget epsilon 1, delta 1e-6\n}\ngenerate 1_000 patients',
      mended:
        'source ehr = duckdb "ehr.duckdb"\ntable patients from ehr.patients { patient_id: id }\ntable stays from ehr.stays {\n  patient: ref patients, 0..12 per patient\n  ward: "a" | "b"\n}\nprivacy {\n  protect each patient, at most 12 stays\n  budget epsilon 1, delta 1e-6\n}\ngenerate 1_000 patients',
    }),
  ),
  P0707: error<{ source: string; table: string }>(
    ({ source, table }) =>
      `${source} holds the rows of ${table} that are protected, so it cannot be public`,
    lesson({
      what: "A public source belongs to nobody: a price list, a list of wards. A source whose rows are protected, or lead to protected ones by a `ref`, is the opposite. Writing a column's values in the spec already makes the values public, not who has them.",
      broken:
        'source census = csv "census.csv" public\ntable people from census { age: int 0..99 }\nprivacy {\n  protect each row of people\n  budget epsilon 1, delta 1e-6\n}\ngenerate 1_000 rows',
      mended:
        'source census = csv "census.csv"\ntable people from census { age: int 0..99 }\nprivacy {\n  protect each row of people\n  budget epsilon 1, delta 1e-6\n}\ngenerate 1_000 rows',
    }),
  ),
  P0708: warning<{ what: string }>(
    ({ what }) =>
      `\`${what}\` needs the real rows themselves, so it is left out of a report that is not inside`,
    lesson({
      what: "This number is computed from the protected rows themselves and no budget pays for it, so a report for others goes without. Say `inside` for a report that has it: it is good for the data holder, must not be published, and carries the mark.",
      broken: `${SOUND}\nreport { utility predict sex }`,
      mended: `${SOUND}\nreport inside { utility predict sex }`,
    }),
  ),
  P0709: error<{ source: string; requested: number; cap: number }>(
    ({ source, requested, cap }) =>
      `requested epsilon ${round(requested)}, but all runs together may spend ${round(cap)} on ${source}, ${round(requested - cap)} too little`,
    lesson({
      what: "A source may carry a cap on what all runs together may ever spend on it: `cap epsilon 10`. A spec whose budget is above the cap can never run. Ask for less, or raise the cap. Where earlier runs have used up a part of it, the run itself stops before it spends (P0750); `parable ledger` shows what is left.",
      broken: `source census = csv "census.csv" cap epsilon 1\ntable people from census { sex: "F" | "M" }\nprivacy {\n  protect each row of people\n  budget epsilon 2, delta 1e-6\n}\ngenerate 1_000 rows`,
      mended: `source census = csv "census.csv" cap epsilon 4\ntable people from census { sex: "F" | "M" }\nprivacy {\n  protect each row of people\n  budget epsilon 2, delta 1e-6\n}\ngenerate 1_000 rows`,
    }),
  ),
  P0710: note<{ learner: string; entity: string }>(
    ({ learner, entity }) =>
      `${learner} works row by row; for each of ${entity} the plan bounds and weighs their rows`,
    lesson({
      what: "The learner counts rows, and the promise is about people with several rows. The plan keeps at most the stated number of rows of each person and scales the noise to it.",
      broken:
        'source ehr = duckdb "ehr.duckdb"\ntable patients from ehr.patients { patient_id: id }\ntable stays from ehr.stays {\n  patient: ref patients, 0..2 per patient\n  ward: "a" | "b"\n}\nprivacy {\n  protect each patient, at most 2 stays\n  budget epsilon 1, delta 1e-6\n}\nlearn with aim {}\ngenerate 1_000 patients',
      mended: SOUND,
    }),
  ),
  P0711: error<{ column: string; table: string }>(
    ({ column, table }) =>
      `${table} may have any number of rows for each ${column}: a promise needs a bound`,
    lesson({
      what: "How much one person can change the result depends on how many rows they have. Without a bound the noise would have to be without end. Write the count after the `ref`, or `at most N` in `protect`.",
      broken:
        'source ehr = duckdb "ehr.duckdb"\ntable patients from ehr.patients { patient_id: id }\ntable stays from ehr.stays {\n  patient: ref patients\n  ward: "a" | "b"\n}\nprivacy {\n  protect each patient\n  budget epsilon 1, delta 1e-6\n}\ngenerate 1_000 patients',
      mended:
        'source ehr = duckdb "ehr.duckdb"\ntable patients from ehr.patients { patient_id: id }\ntable stays from ehr.stays {\n  patient: ref patients, 0..12 per patient\n  ward: "a" | "b"\n}\nprivacy {\n  protect each patient, at most 12 stays\n  budget epsilon 1, delta 1e-6\n}\ngenerate 1_000 patients',
    }),
  ),
  P0712: error<{ output: string; word: "beside" | "completed"; table: string }>(
    ({ output, word, table }) =>
      `${output} would hand out real rows of ${table}, which are protected: \`${word}\` can't be`,
    lesson({
      what: "`beside` returns the real rows with the new ones, and `completed` fills in the gaps of real rows. A privacy budget promises that no one row can be told from the result, so under a budget only new rows can be made.",
      broken: private_(
        "protect each row of people\n  budget epsilon 2, delta 1e-6",
        "generate more: 100 rows beside census",
      ),
      mended: private_(
        "protect each row of people\n  budget epsilon 2, delta 1e-6",
        "generate more: 100 rows",
      ),
    }),
  ),
  P0713: warning<{ table: string; first: string; second: string; parent: string }>(
    ({ table, first, second, parent }) =>
      `each of ${parent} is protected, so a row of ${table} is left out where ${first} and ${second} differ`,
    lesson({
      what: "A row that belongs to two people would change with either, and the promise is about one. Such rows are left out before anything is learned, which may leave next to none. Keep the ref to the one whose row it is, and describe the other by columns of its own.",
      broken:
        'source bank = duckdb "bank.duckdb"\ntable people from bank.people { person_id: id }\ntable transfers from bank.transfers {\n  sender: ref people, 0..12 per person\n  receiver: ref people, 0..12 per person\n  kind: "rent" | "gift"\n}\nprivacy {\n  protect each person, at most 24 transfers\n  budget epsilon 1, delta 1e-6\n}\ngenerate 1_000 people',
      mended:
        'source bank = duckdb "bank.duckdb"\ntable people from bank.people { person_id: id }\ntable transfers from bank.transfers {\n  sender: ref people, 0..12 per person\n  receiver: "a person" | "a shop"\n  kind: "rent" | "gift"\n}\nprivacy {\n  protect each person, at most 24 transfers\n  budget epsilon 1, delta 1e-6\n}\ngenerate 1_000 people',
    }),
  ),
  P0714: error<{ column: string; problem: "values" | "language" }>(
    ({ column, problem }) =>
      problem === "language"
        ? `language counts nothing within parts, so it can't \`partition by ${column}\``
        : `rows can't be parted by ${column}: it is not learned as a column of values`,
    lesson({
      what: "`partition by region` asks for every relation within each region. Each row lies in one region, so all of them together cost what one costs. That needs a learned column of categories, numbers or dates, and a learner that counts: `aim`, `swift`, `mst` or `independent`. Keys, texts and computed columns are made anew and part nothing.",
      broken: private_(
        "protect each row of people\n  budget epsilon 2, delta 1e-6\n  partition by sex",
        "learn with language\ngenerate 1_000 rows",
      ),
      mended: private_(
        "protect each row of people\n  budget epsilon 2, delta 1e-6\n  partition by sex",
        "learn with aim\ngenerate 1_000 rows",
      ),
    }),
  ),
} as const;
