// Tells every module that is loaded, on standard error: ESM through a loader hook, CommonJS through Module._load.
import Module, { register } from "node:module";

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
