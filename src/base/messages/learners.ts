import { lesson } from "./lesson.js";
import { error, warning } from "./message.js";

const SOURCE = 'source census = csv "census.csv"\n';

const CALLS = `${SOURCE}source calls = csv "calls.csv"
table people from census { person: id
  age: int 0..99 }
table talks from calls { caller: ref people, 0..9 per people
  minutes: int 0..99 }
`;

/** Messages P09xx: learners and writers. */
export const learners = {
  P0901: error<{ columns: readonly string[]; cells: number; limit: number }>(
    ({ columns, cells, limit }) =>
      `relate ${columns.join(", ")}: ${cells >= 1e6 ? `${Math.round(cells / 1e6).toLocaleString("en-US")} million` : cells.toLocaleString("en-US")} cells; the limit is ${limit.toLocaleString("en-US")}`,
    lesson({
      what: "A marginal model keeps one cell for each combination of the related columns. The number of combinations is the product of the columns' sizes, which soon outgrows any memory and any budget. Relate fewer columns at once, or raise `cells`.",
      broken: `${SOURCE}table people from census {\n  age: int 0..99\n  hours: int 0..99\n  gain: int 0..999\n  loss: int 0..999\n}\nprivacy {\n  protect each row of people\n  budget epsilon 1, delta 1e-6\n}\nlearn with aim {\n  relate age, hours, gain, loss\n  cells <= 2_000_000\n}\ngenerate 10 rows`,
      mended: `${SOURCE}table people from census {\n  age: int 0..99\n  hours: int 0..99\n  gain: int 0..999\n}\nprivacy {\n  protect each row of people\n  budget epsilon 1, delta 1e-6\n}\nlearn with aim {\n  relate age, hours\n  cells <= 2_000_000\n}\ngenerate 10 rows`,
    }),
  ),
  P0902: warning<{ learner: string; rows: number; epsilon: number; better: string }>(
    ({ learner, rows, epsilon, better }) =>
      `${learner} with about ${rows.toLocaleString("en-US")} rows and epsilon ${epsilon} will learn nothing; ${better} is recommended`,
    lesson({
      what: "Neural learners need many rows and much budget before they are better than counting. With little of either, a marginal model gives far better data.",
      broken: `${SOURCE}table people from census { age: int 0..99 }\nprivacy {\n  protect each row of people\n  budget epsilon 0.5, delta 1e-6\n}\nlearn with language {}\ngenerate 900 rows`,
      mended: `${SOURCE}table people from census { age: int 0..99 }\nprivacy {\n  protect each row of people\n  budget epsilon 0.5, delta 1e-6\n}\nlearn with aim {}\ngenerate 900 rows`,
    }),
  ),
  P0903: error<{ learner: string; better: string }>(
    ({ learner, better }) =>
      `${learner} keeps no privacy promise, and this spec makes one; say \`learn with ${better}\``,
    lesson({
      what: "This learner looks at the rows themselves. Under `privacy` only learners that receive noisy counts or noisy gradients are allowed, so that the promise holds whatever the learner does.",
      broken: `${SOURCE}table people from census { age: int 0..99 }\nprivacy {\n  protect each row of people\n  budget epsilon 1, delta 1e-6\n}\nlearn with trees {}\ngenerate 900 rows`,
      mended: `${SOURCE}table people from census { age: int 0..99 }\nprivacy {\n  protect each row of people\n  budget epsilon 1, delta 1e-6\n}\nlearn with auto {}\ngenerate 900 rows`,
    }),
  ),
  P0904: warning<{ learner: string; table: string }>(
    ({ learner, table }) => `there is nothing to learn for ${learner}: ${table} has no source`,
    lesson({
      what: "A learner takes a model from data, and this table is made up from the spec alone. The block has no effect.",
      broken: "table people { age: int 0..99 }\nlearn with trees {}\ngenerate 10 rows",
      mended: `${SOURCE}table people from census { age: int 0..99 }\nlearn with trees {}\ngenerate 10 rows`,
    }),
  ),
  P0905: warning<{ column: string }>(
    ({ column }) =>
      `the prompt of \`${column}\` uses no column of the row, so every row gets the same one`,
    lesson({
      what: "`{column}` in a prompt is replaced by the row's value. Without one, every row asks the same question, and the answers have nothing to do with the rest of the row.",
      broken:
        'table sales {\n  flavor: "mint" | "vanilla"\n  slogan: text written "A slogan for ice cream"\n}\ngenerate 10 rows',
      mended:
        'table sales {\n  flavor: "mint" | "vanilla"\n  slogan: text written "A slogan for {flavor} ice cream"\n}\ngenerate 10 rows',
    }),
  ),
  P0906: error<{
    writer: string;
    backend: string;
    problem: "backend" | "where" | "model" | "parallel";
  }>(
    ({ writer, backend, problem }) => {
      if (problem === "parallel")
        return "`parallel` is how many questions are open at once: a whole number from 1";
      if (problem === "where")
        return backend === "openai"
          ? `\`openai\` needs the address of a server: \`writer ${writer} = openai "https://…/v1" model "…"\``
          : `\`${backend}\` needs to know where: \`writer ${writer} = ${backend} "…"\``;
      if (problem === "model")
        return `\`openai\` needs a model: \`writer ${writer} = openai "base url" model "…"\``;
      return `\`${backend}\` is no writer that Parable knows; there are openai, llama and offline`;
    },
    lesson({
      what: 'A writer is a language model behind one of three doors: `openai "base url" model "…"` for any server that speaks that protocol, `llama "file.gguf"` for a model file on this machine, `offline` for a small built-in one that needs neither. Keys come from the environment.',
      broken:
        'writer w = oracle "http://localhost"\ntable t {\n  kind: "a" | "b"\n  note: text written "About {kind}" by w\n}\ngenerate 10 rows',
      mended:
        'writer w = offline\ntable t {\n  kind: "a" | "b"\n  note: text written "About {kind}" by w\n}\ngenerate 10 rows',
    }),
  ),
  P0907: error<{ what: string; writer: string; where: string; columns: readonly string[] }>(
    ({ what, writer, where, columns }) =>
      `\`${what}\` would send ${columns.join(", ")} of real rows to ${writer} at ${where}`,
    lesson({
      what: "A writer that is not on this machine is told whatever its prompt names. Columns that come from a source, learned or as they are, are sent nowhere unless the author says so by name: `may see city` after the writer. A source that is `public` may be sent, a writer on this machine (`llama`, `offline`, a server at localhost) may be told anything, and what was sent where is in the release and in `.parable/sent.jsonl`.",
      broken: `${SOURCE}writer far = openai "https://llm.example/v1" model "m"\ntable people from census {\n  city: category learned\n  climate: "cold" | "hot" written "the climate of {city}" by far\n}\ngenerate 10 rows`,
      mended: `${SOURCE}writer far = openai "https://llm.example/v1" model "m" may see city\ntable people from census {\n  city: category learned\n  climate: "cold" | "hot" written "the climate of {city}" by far\n}\ngenerate 10 rows`,
    }),
  ),
  P0908: error<{ column: string; by: "given" | "fairness" }>(
    ({ column, by }) =>
      `\`${by}\` can't ask for \`${column}\`: it is written after the row is drawn`,
    lesson({
      what: "`given` conditions the model that draws the rows. What a writer writes comes afterwards, so no probability of it is known, and no model can be changed to make it fair. A rule (`require`) holds for written columns too: the writer is asked until it does.",
      broken:
        'table t {\n  city: "Oslo" | "Rome"\n  climate: "cold" | "hot" written "the climate of {city}"\n}\ngenerate 10 rows given climate = "cold"',
      mended:
        'table t {\n  city: "Oslo" | "Rome"\n  climate: "cold" | "hot" written "the climate of {city}"\n}\ngenerate 10 rows given city = "Oslo"',
    }),
  ),
  P0909: error<{ output: string; problem: "related" | "real" | "fair" }>(
    ({ output, problem }) =>
      problem === "related"
        ? `\`${output}\` can't be written from a prompt: its table belongs with other tables`
        : problem === "real"
          ? `\`${output}\` can't be both written from a prompt and made of real rows`
          : `\`${output}\` can't be written from a prompt: its table has a fairness goal, and a writer meets none`,
    lesson({
      what: "`like` has a writer make up whole rows of one table. It knows nothing of the rows of other tables, of real rows, or of how often an outcome should come.",
      broken:
        'table towns { town: id }\ntable people {\n  home: ref towns, 0..3 per towns\n  age: int 0..99\n}\ngenerate 10 people like "sailors"',
      mended: 'table people { age: int 0..99 }\ngenerate 10 rows like "sailors"',
    }),
  ),
  P0919: error<{ learner: string }>(
    ({ learner }) =>
      `${learner} learns from noisy counts, and without a budget there are none; say \`learn with auto\``,
    lesson({
      what: "This learner never sees rows: it is made for a `privacy` block, whose budget pays for noisy counts. Without one, learners that look at the rows themselves come nearer to them. Take one of those, or add a `privacy` block.",
      broken: `${SOURCE}table people from census { age: int 0..99 }\nlearn with mst {}\ngenerate 900 rows`,
      mended: `${SOURCE}table people from census { age: int 0..99 }\nlearn with trees {}\ngenerate 900 rows`,
    }),
  ),
  P0921: error<{ learner: string; problem: "privacy" | "offline" | "learner" | "child" }>(
    ({ learner, problem }) =>
      problem === "privacy"
        ? "`with prior` looks at real rows to weigh the prior, and this spec protects them"
        : problem === "offline"
          ? "the offline writer expects nothing, so it is no prior"
          : problem === "learner"
            ? `a prior can be mixed into trees and independent, not into ${learner}`
            : "a prior can't be mixed into rows that belong to rows of another table",
    lesson({
      what: "A prior is what a language model expects of categories, mixed with what the rows tell. How much of it is right is found by how likely it makes rows that were kept apart. That needs a model that tells probabilities, a learner that does, and rows that may be looked at.",
      broken: `${SOURCE}writer pen = offline\ntable people from census { job: "nurse" | "smith" }\nlearn with trees with prior pen\ngenerate 10 rows`,
      mended: `${SOURCE}writer pen = llama "model.gguf"\ntable people from census { job: "nurse" | "smith" }\nlearn with trees with prior pen\ngenerate 10 rows`,
    }),
  ),
  P0910: error<{ name: string }>(
    ({ name }) => `${name} is not a whole Parable model.`,
    `A saved model ends in a checksum of everything before it. This one doesn't match, or the file was
never a model. Copy the file again from where it was saved, or fit the model anew.`,
  ),
  P0911: error<{ name: string; found: number; known: number }>(
    ({ name, found, known }) =>
      `${name} is a model in format ${found}; this Parable reads formats up to ${known}.`,
    `The model was saved by a newer Parable. Update this one, or save the model again from the older.`,
  ),
  P0912: error<{ name: string; known: readonly string[] }>(
    ({ name, known }) => `There is no learner \`${name}\` for rows; there are ${known.join(", ")}.`,
    `\`learn with NAME\` needs one of the learners that this version has. Leave the block out, and the
plan chooses one and says why.`,
  ),
  P0913: error<{ table: string }>(
    ({ table }) => `There are no rows of ${table} to learn from.`,
    `Learning needs at least one row. Look at what was read: a filter, a \`missing\` word or a narrow
domain may have left every row out.`,
  ),
  P0916: error<{ table: string }>(
    ({ table }) => `${table} may hold no copies of real rows, and the real rows are not here.`,
    `\`forbid exact copies\` compares what is made with the real rows. A model file doesn't hold them, on purpose.
Run the spec where its source is, or leave the \`forbid\` out before the model is saved.`,
    "run the spec where its source is, or save the model of a spec without `forbid exact copies`",
  ),
  P0918: error<{ backend: string }>(
    ({ backend }) => `The tensor library \`${backend}\` that was asked for is not here.`,
    `PARABLE_TENSORS names what \`learn with language\` computes with: \`node\` (the package @tensorflow/tfjs-node,
beside Parable or in a node_modules at or above the working folder), \`wasm\`, \`relaxed\` (WebAssembly with relaxed
instructions) or \`cpu\`. Install it there, or leave the
variable out: then the fastest that is there is taken.`,
  ),
  P0914: error<{ table: string; ref: string }>(
    ({ table, ref }) => `No row of ${table} names a known parent in \`${ref}\`.`,
    `Children are learned together with their parents, so the values of the \`ref\` column must occur in
the parents' key. Look for ids that are written differently in the two files: blanks, leading zeros.`,
  ),
  P0930: error<{ option: string; takes?: string; known?: readonly string[] }>(
    ({ option, takes, known }) =>
      takes === undefined
        ? `\`language\` has no option \`${option}\`; it has ${(known ?? []).join(", ")}`
        : `\`${option}\` takes ${takes}`,
    lesson({
      what: "`learn with language` takes numbers that say how the network is made and trained: `epochs 20`, `rate 1e-3 cosine`, `batch 128`, `clip 1`, `dropout 0.1`, `patience 5`, `width 64`, `layers 2`, `heads 4`, `bins 100`; under a budget `noise auto`; and `base SOURCE` to train on public rows first. All may be left out.",
      broken: `${SOURCE}table people from census { age: int 0..99 }\nlearn with language { epochs 0 }\ngenerate 10 rows`,
      mended: `${SOURCE}table people from census { age: int 0..99 }\nlearn with language { epochs 20 }\ngenerate 10 rows`,
    }),
  ),
  P0931: error<{ name: string; problem: "unknown" | "protected"; known: readonly string[] }>(
    ({ name, problem, known }) =>
      problem === "unknown"
        ? `\`base\` names a source to train on first; there ${known.length === 1 ? "is" : "are"} ${known.join(", ")}`
        : `\`base ${name}\`: under a budget only a source that is declared \`public\` may be read freely`,
    lesson({
      what: "A row language model may be trained on public rows first and then, for the budget, on the protected ones. The public source has the same headers; it is read in full and without noise, so it must be declared `public`.",
      broken: `${SOURCE}source old = csv "census-1990.csv"\ntable people from census { age: int 0..99 }\nprivacy {\n  protect each row of people\n  budget epsilon 3, delta 1e-6\n}\nlearn with language { base old }\ngenerate 9_000 rows`,
      mended: `${SOURCE}source old = csv "census-1990.csv" public\ntable people from census { age: int 0..99 }\nprivacy {\n  protect each row of people\n  budget epsilon 3, delta 1e-6\n}\nlearn with language { base old }\ngenerate 9_000 rows`,
    }),
  ),
  P0932: error<{ tables: readonly string[] }>(
    ({ tables }) =>
      `under a budget \`language\` learns all tables or none, and ${tables.join(", ")} would be learned in another way`,
    lesson({
      what: "Under a privacy budget `language` is trained by noisy gradients, whose price adds up with that of other tables in plain ε and δ; counts of other learners are added up in ρ. So all tables of such a spec are learned with `language`, each for its share of the budget. Otherwise learn them with `swift` or `aim`, or write a spec for each part with a part of the budget.",
      broken: `${SOURCE}source town = csv "towns.csv"\ntable people from census { age: int 0..99 }\ntable towns from town { size: int 0..99 }\nprivacy {\n  protect each row of people\n  budget epsilon 3, delta 1e-6\n}\nlearn people with language {}\ngenerate 9_000 people`,
      mended: `${SOURCE}source town = csv "towns.csv"\ntable people from census { age: int 0..99 }\ntable towns from town { size: int 0..99 }\nprivacy {\n  protect each row of people\n  budget epsilon 3, delta 1e-6\n}\nlearn with language {}\ngenerate 9_000 people`,
    }),
  ),
  P0933: warning<{ option: string }>(
    ({ option }) => `\`${option}\` has no effect: this spec has no privacy budget`,
    lesson({
      what: "Noise is added to gradients under `privacy`, where it is paid for and accounted. Noise without an account would protect nobody and look as if it did.",
      broken: `${SOURCE}table people from census { age: int 0..99 }\nlearn with language { noise auto }\ngenerate 10 rows`,
      mended: `${SOURCE}table people from census { age: int 0..99 }\nlearn with language {}\ngenerate 10 rows`,
    }),
  ),
  P0934: error<{ learner: string; table: string; parent: string }>(
    ({ learner, table, parent }) =>
      `${learner} can't learn ${table}: its rows belong to rows of ${parent}, and those are learned with trees`,
    lesson({
      what: "What a person's calls look like depends on the person, on how many there are and on the call before. Without a budget only `trees` learn that. Say which table another learner is for; tables that no `learn` names are left to `auto`.",
      broken: `${CALLS}learn with language\ngenerate 100 people`,
      mended: `${CALLS}learn people with language\ngenerate 100 people`,
    }),
  ),
  P0915: error<{ table: string; slots: number; most: number }>(
    ({ table, slots, most }) =>
      `A row of ${table} takes ${slots} tokens; language learns up to ${most}.`,
    `\`language\` looks at all pairs of a row's tokens: one a column, and one a letter of a text. Leave out
columns or cut the texts, or learn the table with \`trees\`.`,
  ),
} as const;
