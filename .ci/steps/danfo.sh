#!/usr/bin/env bash
# The real danfojs-node beside the kernel: shown, plotted, read and made. It comes with TensorFlow (hundreds
# of megabytes), so it is installed in a folder of its own; says loudly where it could not be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo '{"private":true}' >"$folder/package.json"
# 1.1.2 needs no other registry; its TensorFlow addon, which wants a download, is not needed by data frames.
if ! (cd "$folder" && timeout 300 npm install danfojs-node@1.1.2 --ignore-scripts --no-audit --no-fund --loglevel=error); then
  echo "SKIPPED: danfojs-node can't be installed here, so the kernel was not tried beside it" >&2
  exit 0
fi
node test/jupyter/danfo.mjs "$folder"
