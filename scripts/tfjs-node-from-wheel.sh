#!/usr/bin/env bash
# Install @tensorflow/tfjs-node where its own downloads can't be reached: TensorFlow's library and headers come
# from the wheel of tensorflow-cpu (through pip), the addon is built with the headers of this Node. Linux on x64.
# usage: scripts/tfjs-node-from-wheel.sh FOLDER   (the package comes into FOLDER/node_modules)
# Ends with 3 and says why where it can't be had.
set -euo pipefail
[ -d "${1:?usage: tfjs-node-from-wheel.sh FOLDER}" ] || { echo "there is no folder $1" >&2; exit 2; }
folder=$(cd "$1" && pwd)
package=4.22.0 wheel=${TENSORFLOW_WHEEL:-2.15.1}
aside=$(mktemp -d)
trap 'rm -rf "$aside"' EXIT
skip() {
  [ ! -e "$aside/log" ] || tail -n 8 "$aside/log" >&2
  echo "SKIPPED: tfjs-node can't be had here: $1" >&2
  exit 3
}
[ "$(uname -sm)" = "Linux x86_64" ] || skip "the wheel is for Linux on x64"
command -v g++ >/dev/null && command -v make >/dev/null || skip "there is no C++ compiler (g++ and make)"
headers=$(node -p 'require("node:path").dirname(require("node:path").dirname(process.execPath))')
[ -e "$headers/include/node/node_api.h" ] || skip "this Node has no headers beside it ($headers/include/node)"
{ python3 -m venv "$aside/python" && "$aside/python/bin/pip" download -q --no-deps --only-binary=:all: \
  --python-version 3.11 --platform manylinux_2_17_x86_64 "tensorflow-cpu==$wheel" -d "$aside"; } >"$aside/log" 2>&1 ||
  skip "no wheel of tensorflow-cpu $wheel (python3 -m venv, pip)"
npm install --prefix "$folder" --no-save --ignore-scripts --no-audit --no-fund "@tensorflow/tfjs-node@$package" \
  >"$aside/log" 2>&1 || skip "npm could not install it"
home=$folder/node_modules/@tensorflow/tfjs-node
mkdir -p "$home/deps/lib"
python3 - "$aside" "$home/deps" <<'PY'
import glob, os, shutil, sys, zipfile
aside, deps = sys.argv[1:]
with zipfile.ZipFile(glob.glob(f"{aside}/tensorflow_cpu-*.whl")[0]) as wheel:
    for name in wheel.namelist():
        if name.startswith(("tensorflow/include/", "tensorflow/libtensorflow_")):
            wheel.extract(name, aside)
shutil.rmtree(f"{deps}/include", ignore_errors=True)
shutil.move(f"{aside}/tensorflow/include", f"{deps}/include")
for path in glob.glob(f"{aside}/tensorflow/libtensorflow_*"):
    shutil.move(path, f"{deps}/lib/{os.path.basename(path)}")
PY
(
  cd "$home/deps/lib"
  for name in libtensorflow.so libtensorflow.so.2; do ln -sf libtensorflow_cc.so.2 "$name"; done
  ln -sf libtensorflow_framework.so.2 libtensorflow_framework.so
)
build=$(cd "$home" && node -p 'require.resolve("@mapbox/node-pre-gyp/bin/node-pre-gyp")')
(cd "$home" && npm_config_nodedir="$headers" CXXFLAGS=-std=c++17 node "$build" install --build-from-source) \
  >"$aside/log" 2>&1 || skip "the addon could not be built"
node -e '
  const tf = require(process.argv[1]);
  if (tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync()[0] !== 3) process.exit(1);
' "$home" >"$aside/log" 2>&1 || skip "it was built, but does not load"
echo "tfjs-node $package, with the library of TensorFlow $wheel, is in $folder/node_modules"
