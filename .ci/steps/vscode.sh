#!/usr/bin/env bash
# The VS Code package as its users get it: packed by vsce (installed aside, it is large), and looked into.
set -euo pipefail
aside=$(mktemp -d)
trap 'rm -rf "$aside"' EXIT
echo '{"private":true}' >"$aside/package.json"
if ! npm install --prefix "$aside" --no-audit --no-fund --ignore-scripts @vscode/vsce@3.9.2 >"$aside/npm.log" 2>&1; then
  tail -n 5 "$aside/npm.log" >&2
  echo "SKIPPED: @vscode/vsce can't be had here (npm), so the VS Code package was not packed" >&2
  exit 0
fi
[ -d editors/vscode/syntaxes ] || node scripts/build.mjs
vsix=${ARTEFACTS:-$aside}/parable-language.vsix
(cd editors/vscode && "$aside/node_modules/.bin/vsce" package --allow-missing-repository --out "$vsix")
node - "$vsix" <<'JS'
const names = require("node:fs").readFileSync(process.argv[2]).toString("latin1");
const { contributes } = require("./editors/vscode/package.json");
const needed = [...contributes.grammars.map(({ path }) => path), contributes.languages[0].configuration];
const missing = needed.filter((path) => !names.includes(`extension/${path.replace("./", "")}`));
if (missing.length > 0) throw new Error(`the package lacks ${missing.join(", ")}`);
JS
echo "packed, with its $(grep -c '"scopeName"' editors/vscode/package.json) grammars"
