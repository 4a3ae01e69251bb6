#!/usr/bin/env bash
# Jupyter itself against the kernel: its own kernel tests, nbclient and nbconvert on every notebook, and
# JupyterLab in a browser. Says loudly what could not be had and was left out.
set -euo pipefail
home=$PWD/.jupyter
python=$home/bin/python
if ! "$python" -c 'import jupyterlab, nbclient, nbconvert, jupyter_kernel_test' 2>/dev/null; then
  if ! { python3 -m venv "$home" && "$python" -m pip install -q jupyterlab nbclient nbconvert jupyter_kernel_test; }; then
    echo "SKIPPED: no Jupyter can be had here (python3 -m venv and pip), so nothing of it was tested" >&2
    exit 0
  fi
fi
node dist/src/cli/main.js install --prefix "$home"
export JUPYTER_PATH=$home/share/jupyter
(cd test/jupyter && "$python" -m unittest -v test_kernel)
out=$(mktemp -d)
for notebook in notebooks/*.ipynb; do
  "$python" -m nbconvert --to notebook --execute "$notebook" --output-dir "$out"
  "$python" -m nbconvert --to html "$out/$(basename "$notebook")" --output-dir "$out"
done
if ! command -v chromium >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium) >"$out/apt.log" 2>&1 || true
fi
if command -v chromium >/dev/null; then
  CHROMIUM=$(command -v chromium) node test/jupyter/lab.mjs "$python" "${ARTEFACTS:-$out}"
  # In a CI without a browser `npm test` has skipped it.
  CHROMIUM=$(command -v chromium) npx vitest run test/show/accessible.test.ts
else
  echo "SKIPPED: no chromium here, and apt-get could not install it, so JupyterLab was not looked at" >&2
fi
