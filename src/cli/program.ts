import { Command, Option } from "commander";
import type { Outcome, Shell } from "./shell.js";

/** The command line of Parable. Each command is loaded when it is called. */
export function buildProgram(
  shell: Shell,
  version: string,
  done: (code: Outcome) => void,
): Command {
  const program = new Command("parable")
    .description("Made-up data that tells the truth: write a spec, read its plan, run it.")
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => shell.out(text), writeErr: (text) => shell.err(text) })
    .showSuggestionAfterError()
    .addHelpText(
      "after",
      `
A first session:
  $ parable check people.parable              is it right?
  $ parable plan people.parable               what will happen, at what price?
  $ parable run people.parable --out made     make it, with a report

Exit codes: 0 fine, 1 the spec does not compile, 2 the command line is off, 3 the run failed, 130 interrupted.`,
    );
  addSpecCommands(program, shell, done);
  addDraftCommands(program, shell, done);
  addExchangeCommands(program, shell, done);
  addTeachingCommands(program, shell, done);
  addDataCommands(program, shell, done);
  addPlantCommand(program, shell, done);
  addKernelCommands(program, shell, done);
  return program;
}

function addSpecCommands(program: Command, shell: Shell, done: (code: Outcome) => void): void {
  program
    .command("check")
    .description("find every fault of a spec; no data row is read")
    .argument("<file>", "a .parable file, or - for standard input")
    .option("--set <name=value...>", "give a param another value")
    .option("--no-headers", "do not look at the headers of the sources")
    .option("--json", "print the diagnostics as JSON")
    .addHelpText("after", "\nExample:\n  $ parable check people.parable --set eps=1")
    .action(async (file, options) =>
      done(await (await import("./commands/check.js")).checkCommand(shell, file, options)),
    );
  program
    .command("plan")
    .description("show what a spec will do and what it will cost, before it is paid for")
    .argument("<file>", "a .parable file, or - for standard input")
    .option("--set <name=value...>", "give a param another value")
    .option("--json", "print the plan as JSON")
    .addHelpText("after", "\nExample:\n  $ parable plan people.parable --set eps=0.5")
    .action(async (file, options) =>
      done(await (await import("./commands/plan.js")).planCommand(shell, file, options)),
    );
  program
    .command("run")
    .description("make the tables and the report of a spec")
    .argument("<file>", "a .parable file, or - for standard input")
    .option("--set <name=value...>", "give a param another value")
    .option("--out <folder>", "where the files go", ".")
    .option("--seed <number>", "draw with this seed instead of the spec's")
    .option("--format <csv|parquet|arrow|json>", "the form of the tables", "csv")
    .option(
      "--keep <rows>",
      "larger outputs go straight to their files; the report sees this many rows",
      "500000",
    )
    .option("--model <file>", "keep what was learned in a file, for `parable sample`")
    .addOption(
      new Option(
        "--teach <number>",
        "draw privacy noise from this seed, for a lesson: NOTHING that comes out is private",
      ).conflicts("model"),
    )
    .option("--no-report", "make no report: the tables and release.json alone")
    .option("--quiet", "no progress")
    .option("--json", "print what was made as JSON")
    .addHelpText(
      "after",
      "\nWrites NAME.csv for each `generate NAME`, release.json, report.json and report.html.\nFiles appear whole or not at all.",
    )
    .action(async (file, options) =>
      done(await (await import("./commands/run.js")).runCommand(shell, file, options)),
    );
  program
    .command("format")
    .description("lay a spec out the canonical way")
    .argument("<file...>", ".parable files, or - for standard input")
    .option("--check", "only say whether the files are laid out so")
    .option("--json", "print what changed as JSON")
    .action(async (files, options) =>
      done(await (await import("./commands/format.js")).formatCommand(shell, files, options)),
    );
}

function addDraftCommands(program: Command, shell: Shell, done: (code: Outcome) => void): void {
  program
    .command("new")
    .description("draft a spec from data, for their owner to edit")
    .argument(
      "<data...>",
      "files (one table each), a database, or an example with --format example",
    )
    .option("--out <file>", "where the spec goes; default: standard output")
    .option("--force", "replace the file if it exists")
    .option("--format <kind>", "csv, parquet, json, arrow, duckdb, …; default: by the ending")
    .option("--name <name>", "the name of the table")
    .option("--missing <word...>", "words that stand for a missing value, besides those found")
    .option("--delimiter <sign>", "the sign between the fields of a CSV file")
    .option("--encoding <name>", "how the bytes of a CSV file spell letters")
    .option(
      "--decimal <mark>",
      "the mark before fractions in a CSV file, `,` or `.`; default: found",
    )
    .option("--dates <pattern...>", "how a CSV file writes dates, as DD.MM.YYYY; default: found")
    .option("--quiet", "no progress")
    .option("--json", "print the draft as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ parable new people.csv --out people.parable\n  $ parable new patients.csv stays.csv --out hospital.parable\n\nEvery row is read. The draft tells about the data: keep it as you keep them.",
    )
    .action(async (data, options) =>
      done(await (await import("./commands/new.js")).newCommand(shell, data, options)),
    );
}

function addExchangeCommands(program: Command, shell: Shell, done: (code: Outcome) => void): void {
  program
    .command("import")
    .description("make a spec from another tool's schema")
    .argument(
      "<file>",
      "SDV metadata, domain.json, Frictionless, CSVW or JSON Schema; - for standard input",
    )
    .option("--from <format>", "sdv, domain.json, frictionless, csvw, json-schema; default: found")
    .option("--data <file...>", "where the rows lie: a file, or table=file for each table")
    .option("--without-data", "write no source")
    .option("--name <name>", "the name of the spec")
    .option("--out <file>", "where the spec goes; default: standard output")
    .option("--force", "replace the file if it exists")
    .option("--json", "print the spec and what was lost as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  $ parable import metadata.json --data people.csv --out people.parable",
    )
    .action(async (file, options) =>
      done(await (await import("./commands/exchange.js")).importCommand(shell, file, options)),
    );
  program
    .command("export")
    .description("write the columns of a spec as another tool's schema")
    .argument("<file>", "a .parable file, or - for standard input")
    .requiredOption(
      "--to <format>",
      "sdv, domain.json, frictionless, csvw, json-schema, typescript",
    )
    .option("--set <name=value...>", "give a param another value")
    .option("--out <file>", "where the schema goes; default: standard output")
    .option("--force", "replace the file if it exists")
    .option("--json", "print the schema and what was lost as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  $ parable export people.parable --to json-schema --out people.schema.json",
    )
    .action(async (file, options) =>
      done(await (await import("./commands/exchange.js")).exportCommand(shell, file, options)),
    );
}

function addTeachingCommands(program: Command, shell: Shell, done: (code: Outcome) => void): void {
  program
    .command("explain")
    .description("explain a code such as P0501, with an example")
    .argument("<code>", "the code of a message")
    .option("--json", "print it as JSON")
    .action(async (code, options) =>
      done(await (await import("./commands/explain.js")).explainCommand(shell, code, options)),
    );
  program
    .command("why")
    .description("what the rules of a spec leave of the combinations of some columns' values")
    .argument("<file>", "the spec")
    .argument("<columns...>", "the columns to look at")
    .option("--table <name>", "the table of the spec, where it has several")
    .option("--set <name=value...>", "the value of a param")
    .option("--json", "print it as JSON")
    .action(async (file, columns, options) =>
      done(await (await import("./commands/why.js")).whyCommand(shell, file, columns, options)),
    );
}

function addDataCommands(program: Command, shell: Shell, done: (code: Outcome) => void): void {
  program
    .command("sample")
    .description("make rows from what a run has learned, without its source")
    .argument("<file>", "a file that `parable run --model` kept")
    .requiredOption("--rows <number>", "how many rows")
    .option("--table <name>", "the table to count, where the spec has several")
    .option("--given <condition>", "a condition, as after `given`")
    .option("--name <name>", "the name of the output", "made")
    .option("--seed <number>", "the seed of the drawing", "1")
    .option("--out <folder>", "where the files go", ".")
    .option("--format <csv|parquet|arrow|json>", "the form of the tables", "csv")
    .option("--keep <rows>", "larger outputs go straight to their files", "500000")
    .option("--quiet", "no progress")
    .option("--json", "print what was made as JSON")
    .addHelpText(
      "after",
      '\nExample:\n  $ parable sample bank.model --rows 1000 --given "age >= 65"',
    )
    .action(async (file, options) =>
      done(await (await import("./commands/sample.js")).sampleCommand(shell, file, options)),
    );
  program
    .command("evaluate")
    .description("judge the output of any tool against the real data")
    .requiredOption(
      "--spec <file>",
      "the spec that says what the columns mean (`parable new REAL` drafts one)",
    )
    .requiredOption(
      "--real <file...>",
      "the real rows that the tool learned from: a file, a folder with a file for each table, or TABLE=FILE …",
    )
    .requiredOption("--synthetic <file...>", "the rows that it made")
    .option("--holdout <file...>", "real rows that it never saw")
    .option("--table <name>", "one table of a spec that has several")
    .option("--canaries <file>", "what `parable plant` planted before the tool learned")
    .option("--out <folder>", "where report.html and report.json go", ".")
    .option("--quiet", "no progress")
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ parable evaluate --spec people.parable --real people.csv --synthetic made.csv --holdout apart.csv\n  $ parable evaluate --spec hospital.parable --real real/ --synthetic made/     several tables: a file named like each\n  $ parable evaluate --spec hospital.parable --real patients=p.csv stays=s.csv --synthetic patients=mp.csv stays=ms.csv",
    )
    .action(async (options) =>
      done(await (await import("./commands/evaluate.js")).evaluateCommand(shell, options)),
    );
}

function addPlantCommand(program: Command, shell: Shell, done: (code: Outcome) => void): void {
  program
    .command("plant")
    .description("plant secrets among rows that a tool is to learn, to see whether they come out")
    .requiredOption(
      "--spec <file>",
      "the spec that says what the columns mean (`parable new REAL` drafts one)",
    )
    .requiredOption("--real <file>", "the rows that the tool is to learn")
    .requiredOption("--column <name>", "a column of texts: `text` or `category learned`")
    .option("--kind <card|name|code>", "what the secrets look like", "card")
    .option("--count <number>", "how many secrets", "12")
    .option("--copies <number>", "in how many rows each", "1")
    .option("--table <name>", "the table of the spec, where it has several")
    .option("--seed <number>", "which secrets, and where", "1")
    .option("--out <file>", "where the planted rows go", "planted.csv")
    .option("--json", "print what was planted as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  $ parable plant --spec orders.parable --real orders.csv --column note --out planted.csv\n  $ … let the tool learn planted.csv and make made.csv …\n  $ parable evaluate --spec orders.parable --real planted.csv --synthetic made.csv --canaries planted.canaries.json",
    )
    .action(async (options) =>
      done(await (await import("./commands/plant.js")).plantCommand(shell, options)),
    );
}

function addKernelCommands(program: Command, shell: Shell, done: (code: Outcome) => void): void {
  program
    .command("ledger")
    .description("show what has been spent on private sources, and what was sent to writers")
    .option("--folder <folder>", "where the spec lies; the ledger is in its .parable folder", ".")
    .option("--all", "every charge, not only the sums")
    .option("--json", "print the charges as JSON")
    .action(async (options) =>
      done(await (await import("./commands/ledger.js")).ledgerCommand(shell, options)),
    );
  program
    .command("install")
    .description('put the kernel "TypeScript + Parable" where Jupyter finds it')
    .option("--user", "for this user (the default)")
    .option("--prefix <folder>", "below this folder: <folder>/share/jupyter")
    .option("--uninstall", "take it away again")
    .option("--json", "print what was done as JSON")
    .action(async (options) =>
      done(await (await import("./commands/install.js")).installCommand(shell, options)),
    );
  program
    .command("lsp")
    .description("help editors with specs: the language server, on standard input and output")
    .option("--stdio", "the only way there is; editors like to say it")
    .action(async () => done(await (await import("./commands/lsp.js")).lspCommand()));
  program
    .command("doctor")
    .description("say what is wrong when Jupyter doesn't see the kernel")
    .option("--json", "print the findings as JSON")
    .action(async (options) =>
      done(await (await import("./commands/doctor.js")).doctorCommand(shell, options)),
    );
  program
    .command("notebook")
    .description("run a notebook from top to bottom, without Jupyter")
    .argument("<file>", "an .ipynb file")
    .option("--out <file>", "where the executed notebook goes; default: in place")
    .option("--quiet", "no progress")
    .option("--json", "print what happened as JSON")
    .action(async (file, options) =>
      done(await (await import("./commands/notebook.js")).notebookCommand(shell, file, options)),
    );
}
