// JupyterLab in a real browser: colours, completion, diagnostics, a run with its progress, interrupt,
// restart, an untrusted notebook, the dark theme. Usage: node lab.mjs PYTHON ARTEFACTS
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { blocksOf, judge } from "./compare.mjs";

const [python, artefacts] = process.argv.slice(2);
mkdirSync(artefacts, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), "parable-lab-"));

const dice = `%%parable dice
table throws {
  ## What lies on top
  eyes:  int 1..6
  color: "red" 50% | "blue" 50%
}
generate thrown: 200 rows seed 1`;
const cells = [
  dice,
  "dice.thrown",
  dice.replace("1..6", "6..1"),
  dice.replace("200 rows", "3_000_000 rows"),
  "dice.thrown.rows.length",
  `%%parable knobs --plan
param share: real 0.1..0.9 = 0.5
param many: int 1..100 = 10
table t { x: real 0..10 ~ normal(many, share) }
generate g: 5 rows seed 1`,
  "",
];
const notebook = {
  cells: cells.map((source, at) => ({
    cell_type: "code",
    id: `cell-${at}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  })),
  metadata: {
    kernelspec: { display_name: "TypeScript + Parable", language: "typescript", name: "parable" },
  },
  nbformat: 4,
  nbformat_minor: 5,
};
writeFileSync(join(folder, "lab.ipynb"), JSON.stringify(notebook));

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port: free } = server.address();
    server.close(() => resolve(free));
  });
});
const options = ["--no-browser", `--port=${port}`, "--IdentityProvider.token=", "--allow-root"];
const preferences = mkdtempSync(join(tmpdir(), "parable-lab-settings-"));
const settings = join(preferences, "@jupyterlab", "apputils-extension");
mkdirSync(settings, { recursive: true });
writeFileSync(join(settings, "notification.jupyterlab-settings"), '{"fetchNews": "false"}');
const lab = spawn(
  python,
  [
    "-m",
    "jupyterlab",
    ...options,
    `--LabApp.user_settings_dir=${preferences}`,
    `--ServerApp.root_dir=${folder}`,
  ],
  { stdio: ["ignore", "ignore", "pipe"] },
);
const address = `http://127.0.0.1:${port}`;
await new Promise((resolve) => {
  lab.stderr.on("data", (data) => {
    if (String(data).includes(`${port}/lab`)) resolve();
  });
});

const flags =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: flags.split(" "),
});
const page = await browser.newPage({ viewport: { width: 1200, height: 1500 } });
const faults = [];
page.on("pageerror", (error) => faults.push(String(error)));

page.setDefaultTimeout(120_000);

let shots = 0;
/** Blocks of the pictures whose content does not depend on the clock. */
const seen = {};
const shoot = async (name, settled = false) => {
  const path = join(artefacts, `${String(++shots).padStart(2, "0")}-${name}.png`);
  const png = await page.screenshot({ path });
  if (settled) seen[name] = await blocksOf(page, png);
};
const step = (text) => console.log(`  ${text}`);
const cell = (at) => page.locator(".jp-CodeCell").nth(at);
const output = (at) => cell(at).locator(".jp-OutputArea-output");
const select = async (at) => {
  await cell(at).locator(".cm-content").click();
};
const run = async (at) => {
  await select(at);
  await page.keyboard.press("Control+Enter");
};
const done = (at) =>
  page.waitForFunction(
    (index) => {
      const prompt = document
        .querySelectorAll(".jp-CodeCell")
        [index]?.querySelector(".jp-InputPrompt");
      return /\[\d+\]/.test(prompt?.textContent ?? "");
    },
    at,
    { timeout: 120_000 },
  );
const menu = async (name, entry) => {
  await page.click(`.lm-MenuBar-itemLabel:text-is("${name}")`);
  await page.click(`.lm-Menu-itemLabel:text-is("${entry}")`);
};

try {
  await page.goto(`${address}/lab/tree/lab.ipynb?reset`);
  await cell(0).waitFor({ timeout: 90_000 });

  step("colours a spec cell, and a TypeScript cell as before");
  await page.waitForSelector('.jp-CodeCell .cm-content[data-language="parable"]');
  assert.notEqual(await cell(1).locator(".cm-content").getAttribute("data-language"), "parable");

  await page.getByText("TypeScript + Parable | Idle").waitFor({ timeout: 60_000 });

  step("runs a spec: plan, rows, columns, ledger");
  await run(0);
  await done(0);
  await output(0).getByText("No privacy budget was spent").waitFor();
  await cell(0).locator(".js-plotly-plot").first().waitFor({ timeout: 20_000 });
  await shoot("run", true);

  step("shows a value of the next cell as a table");
  await run(1);
  await output(1).locator("table").waitFor();

  step("completes the columns of the spec in TypeScript");
  await select(1);
  await page.keyboard.press("Control+End");
  await page.keyboard.type(".rows[0].");
  await page.keyboard.press("Tab");
  await page.locator(".jp-Completer-item", { hasText: "eyes" }).waitFor();
  await shoot("completion", true);
  await page.keyboard.press("Escape");

  step("says what is wrong with a spec");
  await run(2);
  await cell(2).getByText("error P0304").waitFor();
  await shoot("diagnostic", true);

  step("shows progress, and stops when told to");
  await run(3);
  await output(3).locator("progress").waitFor();
  await shoot("progress");
  await page.keyboard.press("Escape");
  await page.keyboard.press("i");
  await page.keyboard.press("i");
  await cell(3).getByText("Interrupted").waitFor();
  await run(4);
  await output(4).getByText("200").waitFor();
  await shoot("interrupted");

  step("starts again");
  await menu("Kernel", "Restart Kernel…");
  await page.click('.jp-Dialog-button:has-text("Restart")');
  await page.waitForTimeout(2_000);
  await run(4);
  await cell(4)
    .getByText("TypeScriptError")
    .or(cell(4).getByText("Cannot find name"))
    .first()
    .waitFor();

  step("plans again as a slider moves");
  await run(5);
  const slider = output(5).locator('input[type="range"]').last();
  await slider.waitFor();
  await slider.fill("42");
  await cell(5).getByText("42", { exact: true }).waitFor();
  await cell(5).locator("label ~ .jp-RenderedHTMLCommon table").waitFor();
  await shoot("params", true);

  step("takes a spec as it is typed: colours, a column completed, a run");
  await select(6);
  await page.keyboard.type("%%parable coins\ntable flips {\nup: bool\n");
  await page.keyboard.type("}\n");
  await page.keyboard.press("Home");
  await page.keyboard.type("generate some: 5 rows seed 1\nshow ");
  await cell(6).locator('.cm-content[data-language="parable"]').waitFor();
  await page.keyboard.press("Tab");
  await page.locator(".jp-Completer-item", { hasText: "up" }).first().click();
  await shoot("typed");
  await page.keyboard.press("Control+Enter");
  await output(6).getByText("some: 5 rows").first().waitFor();

  step("formats a spec cell in its place");
  await select(6);
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("End");
  await page.keyboard.type(" --format");
  await page.keyboard.press("Control+Enter");
  await cell(6)
    .locator(".cm-line", { hasText: /^ {2}up: bool$/ })
    .waitFor();

  step("in the dark");
  await run(0);
  await output(0).getByText("No privacy budget was spent").waitFor();
  await page.click('.lm-MenuBar-itemLabel:text-is("Settings")');
  await page.hover('.lm-Menu-itemLabel:text-is("Theme")');
  await page.click('.lm-Menu-itemLabel:text-is("JupyterLab Dark")');
  await page.waitForTimeout(1_500);
  await select(0);
  await shoot("dark", true);

  step("keeps its pictures in a notebook that is not trusted");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+s");
  await page.waitForTimeout(1_500);
  const { default: fs } = await import("node:fs");
  const saved = fs.readFileSync(join(folder, "lab.ipynb"), "utf8");
  const stranger = saved.replaceAll(
    /application\/vnd\.plotly\.v1\+json/g,
    "application/x-unknown+json",
  );
  fs.writeFileSync(
    join(folder, "stranger.ipynb"),
    stranger.replace("What lies on top", "What lies below"),
  );
  await page.goto(`${address}/lab/tree/stranger.ipynb?reset`);
  const picture = page.locator(".jp-OutputArea-output img").first();
  await picture.waitFor({ timeout: 60_000 });
  assert.ok((await picture.evaluate((image) => image.naturalWidth)) > 100);
  await shoot("untrusted", true);

  step("looks as it looked when it was found good");
  assert.deepEqual(judge(seen), []);
  assert.deepEqual(faults, []);
  console.log(`JupyterLab behaves; ${shots} pictures in ${artefacts}`);
} catch (error) {
  await shoot("failed");
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.close();
  lab.kill("SIGTERM");
}
