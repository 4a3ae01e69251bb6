// From a fresh clone to a notebook that has run: install, build, find or make a Jupyter, run, open.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const home = join(root, ".jupyter");
const out = join(root, "quickstart-out");
const windows = process.platform === "win32";
const name = "01-first-spec";
const quiet = process.argv.includes("--no-open") || Boolean(process.env.CI);
const began = performance.now();

/** One line a step, so that a slow step is seen to be at work. */
function step(text) {
  const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(6);
  console.log(`${seconds} s  ${text}`);
}

function must(command, args, options = {}) {
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: windows,
    ...options,
  });
  if (done.error) throw done.error;
  if (done.status !== 0) process.exit(done.status ?? 1);
}

function works(command, args) {
  return spawnSync(command, args, { stdio: "ignore", timeout: 120_000 }).status === 0;
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Parable needs Node 20.19 or later; this is ${process.versions.node}.`);
  process.exit(1);
}

function newest(files) {
  return Math.max(
    ...files.filter((file) => existsSync(file)).map((file) => statSync(file).mtimeMs),
  );
}

function install() {
  const lock = join(root, "package-lock.json");
  const mark = join(root, "node_modules", ".package-lock.json");
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(lock).mtimeMs) return;
  step("installing packages (npm ci)");
  must("npm", ["ci", "--no-audit", "--no-fund"]);
}

function sourceFiles() {
  const listed = spawnSync("git", ["ls-files", "src", "grammar", "scripts/build.mjs"], {
    cwd: root,
    encoding: "utf8",
  });
  return (listed.stdout ?? "")
    .split("\n")
    .filter(Boolean)
    .map((file) => join(root, file));
}

function build() {
  const built = join(root, "dist", "src", "index.js");
  const sources = sourceFiles();
  const fresh = existsSync(built) && sources.length > 0 && newest(sources) <= newest([built]);
  if (fresh) return;
  step("building");
  must(process.execPath, [join(root, "scripts", "build.mjs")]);
}

/** A Python with JupyterLab or Notebook: one that is there, a new environment, or Debian's packages. */
async function findPython() {
  const { findJupyter } = await import("../dist/src/kernel/places.js");
  const own = join(home, windows ? "Scripts/python.exe" : "bin/python");
  const find = () =>
    existsSync(own) && works(own, ["-c", "import jupyterlab, nbclient"])
      ? own
      : (findJupyter(["jupyterlab"]) ?? findJupyter(["notebook"]));
  return find() ?? (makeEnvironment(own) ? own : undefined) ?? (useApt() ? find() : undefined);
}

function makeEnvironment(own) {
  const python = ["python3", "python"].find((command) => works(command, ["--version"]));
  if (python === undefined) return false;
  step("making a Jupyter of its own in .jupyter (python3 -m venv, pip install jupyterlab)");
  if (!works(python, ["-m", "venv", home])) return false;
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const packages = ["jupyterlab", "nbclient", "nbconvert"];
  const done = spawnSync(own, [...pip, ...packages], { stdio: ["ignore", "inherit", "inherit"] });
  return done.status === 0;
}

/** Debian's own Jupyter, only where we may install without asking: as root, and nobody at the keys. */
function useApt() {
  if (process.getuid?.() !== 0 || process.stdin.isTTY || !works("apt-get", ["--version"]))
    return false;
  step("installing Debian's Jupyter (apt-get install jupyter-notebook)");
  const apt = (...args) => spawnSync("apt-get", args, { stdio: ["ignore", "ignore", "inherit"] });
  apt("update", "-qq");
  return apt("install", "-y", "-qq", "--no-install-recommends", "jupyter-notebook").status === 0;
}

function withoutJupyter() {
  console.log(`
No Jupyter was found and none could be made, so JupyterLab does not open; all else was done.
To have it later, one of these:
  sudo apt-get install -y python3-venv && npm run quickstart
  pip install jupyterlab && npm run quickstart`);
}

function specOf(notebook) {
  const cell = notebook.cells.find((each) => each.source.join("").startsWith("%%parable"));
  return cell.source.join("").replace(/^[^\n]*\n/, "");
}

async function runTheNotebook(file) {
  const { runNotebook } = await import("../dist/src/kernel/run-notebook.js");
  const notebook = JSON.parse(readFileSync(file, "utf8"));
  const run = await runNotebook(notebook, file, {
    began: (index, count, source) => step(`cell ${index} of ${count}: ${source.split("\n", 1)[0]}`),
  });
  const written = join(out, `${name}.ipynb`);
  writeFileSync(written, `${JSON.stringify(run.notebook, null, 1)}\n`);
  if (run.error === undefined) return written;
  console.error(`\nCell ${run.error.cell} failed: ${run.error.ename}: ${run.error.evalue}`);
  process.exit(1);
}

function runFromTheShell(file) {
  const spec = join(out, `${name}.parable`);
  writeFileSync(spec, specOf(JSON.parse(readFileSync(file, "utf8"))));
  step("the same spec from the shell: parable run, with its report");
  must(process.execPath, [join(root, "dist", "src", "cli", "main.js"), "run", spec, "--out", out]);
}

function openLab(python, data) {
  step("opening JupyterLab; press Ctrl+C twice to end it");
  const app = works(python, ["-c", "import jupyterlab"]) ? "jupyterlab" : "notebook";
  const lab = spawn(python, ["-m", app, join(root, "notebooks", `${name}.ipynb`)], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, JUPYTER_PATH: data },
  });
  process.on("SIGINT", () => {});
  lab.on("exit", (code) => process.exit(code ?? 0));
}

checkNode();
install();
build();
mkdirSync(out, { recursive: true });
const python = process.argv.includes("--no-jupyter") ? undefined : await findPython();
step(python === undefined ? "no Jupyter" : `Jupyter of ${python}`);
const { installKernel } = await import("../dist/src/kernel/install.js");
const { dataFolder, kernelFolder } = installKernel({ prefix: home });
step(`kernel registered inside this project: ${relative(root, kernelFolder)}`);
const file = join(root, "notebooks", `${name}.ipynb`);
const executed = await runTheNotebook(file);
runFromTheShell(file);
step("done");
console.log(`
  the executed notebook   ${relative(process.cwd(), executed)}
  the report              ${relative(process.cwd(), join(out, "report.html"))}`);
if (python === undefined) {
  withoutJupyter();
} else if (!quiet && process.stdin.isTTY && process.stdout.isTTY) {
  openLab(python, dataFolder);
} else {
  const command = `JUPYTER_PATH=${dataFolder} ${python} -m jupyterlab ${relative(process.cwd(), file)}`;
  console.log(`  to open it              ${command}`);
}
