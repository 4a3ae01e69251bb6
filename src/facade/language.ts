import { type Block, blocksOf, type SourceBlock, type Spec } from "../ir/spec.js";
import type { Completion } from "../parse/completion.js";
import type { Inspection } from "../parse/inspect.js";
import { type Completeness, isComplete } from "../parse/is-complete.js";
import type { FrameInScope, LanguageFacts } from "../parse/known-names.js";
import { parse } from "../parse/parse.js";
import { type Signature, signature } from "../parse/signature.js";
import { lookAtHeaders, type Place, sourceSpecOf } from "../pipeline.js";
import { learnerNames } from "../synth/registry.js";
import { examples } from "../table/examples.js";
import { framesInScope } from "./frames-in-scope.js";

/** How long help waits for the headers of a source before it goes without, in milliseconds. */
const patience = 400;

/**
 * What may be typed at an offset (in UTF-16 code units): words that fit, and the columns, tables,
 * values, units, learners and headers of the sources that make sense there. Never throws.
 *
 * `place.frames` holds the variables of the session by name, of any kind: those that can be a source
 * are offered after `frame`, and their headers as columns.
 */
export async function completeSpec(
  text: string,
  offset: number,
  place: Place = {},
): Promise<Completion> {
  const { complete } = await import("../parse/complete.js");
  return complete(text, offset, await factsOf(text, place));
}

/** What is known of the word at an offset; undefined where there is nothing to say. */
export async function inspectSpec(
  text: string,
  offset: number,
  place: Place = {},
): Promise<Inspection | undefined> {
  const { inspect } = await import("../parse/inspect.js");
  return inspect(text, offset, await factsOf(text, place));
}

/** The call around an offset, with its parameters; undefined outside of calls. */
export function signatureOf(text: string, offset: number): Signature | undefined {
  return signature(text, offset);
}

/** Whether a text is a whole spec, may become one, or can't any more. */
export async function isCompleteSpec(text: string): Promise<Completeness> {
  return isComplete(text);
}

async function factsOf(text: string, place: Place): Promise<LanguageFacts> {
  const { spec } = parse(text, "cell");
  const frames = framesInScope(place.frames ?? new Map());
  const [headers, types] = await Promise.all([headersOf(spec, place), typesOf(spec, place)]);
  const framed = headersOfFrames(spec, frames);
  return {
    learners: learnerNames,
    examples,
    frames,
    headers: new Map([...headers, ...framed]),
    types,
  };
}

const isFrame = (block: SourceBlock): boolean => block.format.text === "frame";

/** Variables change with every cell: their headers are looked at anew each time. */
function headersOfFrames(spec: Spec, frames: readonly FrameInScope[]): Headers {
  return new Map(
    blocksOf(spec, "source").flatMap((block) => {
      const frame = frames.find(({ name }) => name === sourceSpecOf(block).where);
      return isFrame(block) && frame !== undefined ? [[block.name.text, frame.headers]] : [];
    }),
  );
}

type Types = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What is known of the columns of public sources, by what the spec says of them; read once. */
const knownTypes = new Map<string, Promise<readonly [string, ReadonlyMap<string, string>]>>();

/**
 * Types of the columns of sources that may be read freely: those marked `public`, and the examples. A
 * source that takes longer than the patience is left out until it has been read.
 */
async function typesOf(spec: Spec, place: Place): Promise<Types> {
  const wanted = blocksOf(spec, "table").flatMap(({ source }) => {
    const block = blocksOf(spec, "source").find(({ name }) => name.text === source?.name.text);
    if (source === undefined || block === undefined) return [];
    if (!block.isPublic && block.format.text !== "example") return [];
    return [{ block, table: source.table?.text }];
  });
  const found = await Promise.all(
    wanted.map(({ block, table }) => {
      const said = spec.text.slice(block.span.start, block.span.end);
      const key = JSON.stringify([place.folder, said, table]);
      const known = knownTypes.get(key) ?? readTypes(block, table, place);
      if (!isFrame(block)) knownTypes.set(key, known);
      if (knownTypes.size > 20) knownTypes.delete(knownTypes.keys().next().value as string);
      return within(patience, known, undefined);
    }),
  );
  return new Map(found.filter((each) => each !== undefined));
}

async function readTypes(
  block: SourceBlock,
  table: string | undefined,
  place: Place,
): Promise<readonly [string, ReadonlyMap<string, string>]> {
  const key = table === undefined ? block.name.text : `${block.name.text}.${table}`;
  const { publicTypes } = await import("../draft/draft-table.js");
  const context = {
    folder: place.folder ?? process.cwd(),
    ...(place.frames === undefined ? {} : { frames: place.frames }),
  };
  const types = publicTypes(sourceSpecOf(block), table, context).catch(
    () => new Map<string, string>(),
  );
  return [key, await types];
}

/** What a promise gives within some milliseconds, else something instead. */
async function within<T, U>(milliseconds: number, work: Promise<T>, instead: U): Promise<T | U> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<U>((resolve) => {
    timer = setTimeout(() => resolve(instead), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

type Headers = ReadonlyMap<string, readonly string[]>;

const isOnDisk = (block: Block): boolean => block.kind !== "source" || !isFrame(block);

/** Headers already read, by what the spec says of its sources; a source is read once a minute at most. */
const known = new Map<string, { readonly at: number; readonly headers: Promise<Headers> }>();

async function headersOf(spec: Spec, place: Place): Promise<Headers> {
  const none: Headers = new Map();
  const used = blocksOf(spec, "table").flatMap(({ source }) => (source ? [source.name.text] : []));
  const sources = blocksOf(spec, "source").filter(
    (source) => used.includes(source.name.text) && !isFrame(source),
  );
  if (sources.length === 0) return none;
  const said = sources.map(({ span }) => spec.text.slice(span.start, span.end));
  const tables = blocksOf(spec, "table").map(({ source }) => source?.table?.text);
  const key = JSON.stringify([place.folder, said, tables]);
  const before = known.get(key);
  const fresh = before !== undefined && Date.now() - before.at < 60_000;
  const headers = fresh
    ? before.headers
    : lookAtHeaders({ ...spec, blocks: spec.blocks.filter(isOnDisk) }, place).then(
        (looked) => looked.headers,
        () => none,
      );
  if (!fresh) known.set(key, { at: Date.now(), headers });
  if (known.size > 50) known.delete(known.keys().next().value as string);
  return within(patience, headers, none);
}
