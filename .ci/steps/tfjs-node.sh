#!/usr/bin/env bash
# The native TensorFlow behind the row language model: tfjs-node (an optional peer) is built aside from a wheel's
# library, its gradients are checked, and a spec is run with it. Says loudly where it could not be had.
set -euo pipefail
aside=$(mktemp -d)
trap 'rm -rf "$aside"' EXIT
echo '{"private":true}' >"$aside/package.json"
scripts/tfjs-node-from-wheel.sh "$aside" || { [ $? = 3 ] && exit 0; exit 1; }
export NODE_PATH=$aside/node_modules PARABLE_TENSORS=node
npx vitest run test/synth/neural
node bench/language.mjs 5
