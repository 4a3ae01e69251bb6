import { createHash } from "node:crypto";
import { failure } from "../base/failure.js";
import type { SavedModel } from "./synthesizer.js";

const magic = "parable-model\n";
const formatVersion = 1;
const digestBytes = 32;

interface Header {
  readonly format: number;
  readonly learner: string;
  readonly version: number;
  readonly json: unknown;
  readonly arrays: readonly {
    readonly name: string;
    readonly type: "f64" | "i32" | "u8";
    readonly length: number;
  }[];
}

/**
 * A model as bytes: a magic line, the length of the header (32 bits, little-endian), the header as JSON,
 * the arrays one after the other (each from a multiple of 8), and the SHA-256 of all before it. Data
 * only: opening a file runs nothing in it.
 */
export function encodeModel(saved: SavedModel): Uint8Array {
  const names = Object.keys(saved.arrays).sort();
  const arrays = names.map((name) => {
    const values = arrayOf(saved, name);
    return { name, type: typeOf(values), length: values.length };
  });
  const { learner, version, json } = saved;
  const header: Header = { format: formatVersion, learner, version, json, arrays };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = magic.length + 4;
  let size = aligned(start + text.length);
  for (const name of names) size = aligned(size + arrayOf(saved, name).byteLength);
  const bytes = new Uint8Array(size + digestBytes);
  bytes.set(new TextEncoder().encode(magic));
  new DataView(bytes.buffer).setUint32(magic.length, text.length, true);
  bytes.set(text, start);
  let at = aligned(start + text.length);
  for (const name of names) {
    const values = arrayOf(saved, name);
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at = aligned(at + values.byteLength);
  }
  bytes.set(digest(bytes.subarray(0, size)), size);
  return bytes;
}

/** The model in `bytes`. Throws P0910 for anything that is not a whole model, P0911 for a newer format. */
export function decodeModel(bytes: Uint8Array, name: string): SavedModel {
  const start = magic.length + 4;
  const damaged = (because: string) => failure("P0910", { name }, { because: [because] });
  if (new TextDecoder().decode(bytes.subarray(0, magic.length)) !== magic) {
    throw damaged("it doesn't begin as a model does");
  }
  const size = bytes.length - digestBytes;
  if (size < start || !same(digest(bytes.subarray(0, size)), bytes.subarray(size))) {
    throw damaged("its checksum doesn't match: it was cut short or changed");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(magic.length, true);
  const text = new TextDecoder().decode(bytes.subarray(start, start + length));
  const header = headerIn(text);
  if (header === undefined) throw damaged("what it says of itself can't be read");
  if (header.format > formatVersion) {
    throw failure("P0911", { name, found: header.format, known: formatVersion });
  }
  const arrays: Record<string, SavedArray> = Object.create(null);
  let at = aligned(start + length);
  for (const entry of header.arrays) {
    const end = at + entry.length * widths[entry.type];
    if (end > size) throw damaged(`it ends before its ${entry.name}`);
    // A copy of its own: a Buffer's `slice` would share the memory, and the offset, of the whole file.
    arrays[entry.name] = viewOf(new Uint8Array(bytes.subarray(at, end)).buffer, entry.type);
    at = aligned(end);
  }
  return { learner: header.learner, version: header.version, json: header.json, arrays };
}

const widths = { f64: 8, i32: 4, u8: 1 };

/** Undefined for a text that is none: a right checksum says that nothing was changed, not who wrote it. */
function headerIn(text: string): Header | undefined {
  try {
    const { format, learner, version, json, arrays } = JSON.parse(text) as Header;
    const isWhole = [format, version].every(Number.isInteger) && typeof learner === "string";
    const isSound = ({ name, type, length }: Header["arrays"][number]): boolean =>
      typeof name === "string" && type in widths && Number.isInteger(length) && length >= 0;
    if (!isWhole || !arrays.every(isSound)) return undefined;
    return { format, learner, version, json, arrays };
  } catch {
    return undefined;
  }
}

type SavedArray = SavedModel["arrays"][string];

function arrayOf(saved: SavedModel, name: string): SavedArray {
  return saved.arrays[name] as SavedArray;
}

function typeOf(values: SavedArray): "f64" | "i32" | "u8" {
  if (values instanceof Float64Array) return "f64";
  return values instanceof Int32Array ? "i32" : "u8";
}

function viewOf(buffer: ArrayBuffer, type: "f64" | "i32" | "u8"): SavedArray {
  if (type === "f64") return new Float64Array(buffer);
  return type === "i32" ? new Int32Array(buffer) : new Uint8Array(buffer);
}

function aligned(offset: number): number {
  return (offset + 7) & ~7;
}

function digest(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
