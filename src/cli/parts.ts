import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Script } from "node:vm";

/**
 * What stands around the text of a part: CommonJS; where tsc put a module that is now in it; and `import`, which a
 * script has only with a warning.
 */
const AROUND = [
  "(function (exports, require, module, __filename, __dirname, __place, __import) {",
  "\n})",
];

type Exports = Record<string, unknown>;
type Require = (id: string) => unknown;
type Part = (
  exports: Exports,
  require: Require,
  module: { exports: Exports },
  filename: string,
  dirname: string,
  place: (path: string) => string,
  bring: (id: string) => Promise<unknown>,
) => void;

interface Compiled {
  readonly script: Script;
  readonly file: string;
}

/**
 * Loads the parts that the build puts the command line together into. V8's compiled code of them is kept beside them,
 * for each command apart, when a process ends that found none: Node 20 has no cache of its own for modules
 * (docs/decisions/0008). Where nothing can be written there, nothing is kept.
 */
export class Parts {
  readonly #folder: string;
  readonly #kept: string;
  readonly #loaded = new Map<string, { exports: Exports }>();
  readonly #fresh: Compiled[] = [];

  /** @param home the URL of the module beside whose folder `parts` lies */
  constructor(home: string, command: string | undefined) {
    this.#folder = join(dirname(fileURLToPath(home)), "parts");
    const known = command !== undefined && /^[a-z]{1,20}$/.test(command) ? command : "any";
    this.#kept = join(this.#folder, "compiled", `${process.version}-${process.arch}`, known);
    process.once("exit", () => this.#keep());
  }

  load(name: string): Exports {
    const known = this.#loaded.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    this.#loaded.set(name, module);
    const filename = join(this.#folder, name);
    const place = (path: string): string => pathToFileURL(join(this.#folder, path)).href;
    const bring = (id: string): Promise<unknown> => import(id);
    const part = this.#compile(name, filename).runInThisContext() as Part;
    const require = this.#requireFrom(filename);
    part(module.exports, require, module, filename, this.#folder, place, bring);
    return module.exports;
  }

  #requireFrom(filename: string): Require {
    const outside = createRequire(filename);
    const inside = (id: string): unknown =>
      /^\.\/.*\.cjs$/.test(id) ? this.load(id.slice(2)) : outside(id);
    return Object.assign(inside, { resolve: outside.resolve });
  }

  #compile(name: string, filename: string): Script {
    const text = readFileSync(filename, "utf8");
    const { size, mtimeMs } = statSync(filename);
    const file = join(this.#kept, `${name}-${size}-${mtimeMs}`);
    const cachedData = existsSync(file) ? readFileSync(file) : undefined;
    const script = new Script(AROUND.join(text), {
      filename,
      ...(cachedData === undefined ? {} : { cachedData }),
    });
    if (cachedData === undefined || script.cachedDataRejected) this.#fresh.push({ script, file });
    return script;
  }

  /** Keep what was compiled, with every function that was called. */
  #keep(): void {
    if (this.#fresh.length === 0 || (process.exitCode ?? 0) !== 0) return;
    try {
      mkdirSync(this.#kept, { recursive: true });
    } catch {
      return;
    }
    for (const { script, file } of this.#fresh) {
      const aside = `${file}.${process.pid}`;
      try {
        writeFileSync(aside, script.createCachedData());
        renameSync(aside, file);
      } catch {
        rmSync(aside, { force: true });
        return;
      }
    }
  }
}
