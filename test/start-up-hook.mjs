// Tells every module that is loaded, on standard error: ESM through a loader hook, CommonJS through Module._load,
// parts of the command line as scripts.
import Module, { register, syncBuiltinESMExports } from "node:module";
import vm from "node:vm";

const hooks = `
export async function load(url, context, next) {
  process._rawDebug("load:" + url);
  return next(url, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function traced(...args) {
  const file = resolveFilename.apply(this, args);
  process._rawDebug(`load:${file}`);
  return file;
};
const { Script } = vm;
vm.Script = class extends Script {
  constructor(code, options) {
    process._rawDebug(`load:${options?.filename}`);
    super(code, options);
  }
};
syncBuiltinESMExports();
