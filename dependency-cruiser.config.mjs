// The layering of src/, from the ground up. The same rules in words: ARCHITECTURE.md.
const uses = {
  base: [],
  kernels: ["base"],
  table: ["base", "kernels"],
  privacy: ["base", "kernels", "table"],
  ir: ["base", "table"],
  constraint: ["base", "table", "ir"],
  synth: ["base", "kernels", "table", "privacy", "ir", "constraint"],
  parse: ["base", "ir"],
  check: ["base", "table", "ir", "constraint"],
  plan: ["base", "table", "ir", "privacy", "constraint", "synth"],
  run: ["base", "table", "ir", "privacy", "constraint", "synth"],
  evaluate: ["base", "kernels", "table", "ir", "constraint"],
  show: ["base", "table", "ir"],
  draft: ["base", "table", "ir"],
  exchange: ["base", "table", "ir"],
};
const layers = Object.entries(uses).map(([folder, mayUse]) => ({
  name: `${folder}-uses-only-what-lies-below`,
  severity: "error",
  comment: `src/${folder} may import from: ${mayUse.join(", ") || "nothing"}`,
  from: { path: `^src/${folder}/` },
  to: { path: "^src/", pathNot: `^src/(${[folder, ...mayUse].join("|")})(/|\\.ts)` },
}));
const home = (name, what, where) => ({
  name,
  severity: "error",
  from: { path: "^(src|grammar)/", pathNot: where },
  to: { path: what },
});
export default {
  forbidden: [
    ...layers,
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "grammar-stands-alone",
      severity: "error",
      from: { path: "^grammar/" },
      to: { path: "^src/" },
    },
    home("grammar-is-for-parse", "^grammar/", "^(grammar/|src/parse/)"),
    {
      name: "shells-use-the-front-door",
      severity: "error",
      from: { path: "^src/(kernel|cli)/" },
      to: { path: "^src/", pathNot: "^src/(index\\.ts|kernel/|cli/)" },
    },
    home("nobody-imports-a-shell", "^src/(kernel|cli)/", "^src/(kernel|cli)/"),
    home(
      "nobody-imports-the-front-door",
      "^src/(index|pipeline)\\.ts$",
      "^src/(index\\.ts|facade/|kernel/|cli/|pipeline)",
    ),
    home("the-facade-is-behind-the-front-door", "^src/facade/", "^src/(index\\.ts|facade/)"),
    home("noise-is-always-charged", "^src/privacy/(noise|entropy)", "^src/privacy/"),
    {
      name: "marginal-models-see-no-rows",
      severity: "error",
      from: { path: "^src/synth/marginal/" },
      to: { path: "^src/table/", pathNot: "^src/table/(domain|column-type)" },
    },
    {
      name: "heavy-models-load-on-demand",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/synth/(neural|text)/" },
      to: { path: "^src/synth/(neural|text)/", dynamic: false, dependencyTypesNot: ["type-only"] },
    },
    home("chevrotain-at-home", "node_modules/chevrotain", "^(grammar|src/parse)/"),
    home("duckdb-at-home", "node_modules/@duckdb", "^src/table/duckdb"),
    home("arrow-at-home", "node_modules/apache-arrow", "^src/table/arrow"),
    home("danfo-at-home", "node_modules/danfojs", "^src/table/danfo"),
    home("tensors-at-home", "node_modules/@tensorflow", "^src/synth/neural/"),
    home("plotly-at-home", "node_modules/plotly", "^src/show/"),
    home("tslab-at-home", "node_modules/tslab", "^src/kernel/"),
    home("zeromq-at-home", "node_modules/zeromq", "^src/kernel/"),
    home(
      "files-are-touched-by-few",
      "^(node:)?fs(/promises)?$",
      "^src/(table|kernel|cli)/|^src/kernels/|^src/privacy/ledger|^src/show/report-page|^src/show/assets|^src/synth/text/(cache|model-file)|^src/run/(cache|store)",
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};
