import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { failure } from "../../base/failure.js";
import { answerGrammar } from "./answer-grammar.js";
import { conversation, type Message } from "./conversation.js";
import { readModelFile } from "./model-file.js";
import { probabilityWriter } from "./probabilities.js";
import type { Answer, Question, Writer } from "./writer.js";

/** A model file on this machine. */
export interface LlamaPlace {
  readonly name: string;
  /** A GGUF file, from `folder` where it is relative. */
  readonly where: string;
  /** The spec's: `node-llama-cpp` may be installed there. */
  readonly folder: string;
  readonly atOnce?: number;
}

/** As much of node-llama-cpp 3 as is used here. */
interface LlamaPackage {
  getLlama(options: object): Promise<{
    loadModel(options: object): Promise<LlamaModel>;
    createGrammar(options: { grammar: string }): Promise<unknown>;
    dispose(): Promise<void>;
  }>;
  readonly LlamaChatSession: new (options: object) => ChatSession;
}

interface LlamaModel {
  readonly trainContextSize: number;
  createContext(options: object): Promise<{ getSequence(): Sequence }>;
}

interface Sequence {
  clearHistory(): Promise<void>;
  evaluateWithMetadata(
    tokens: readonly number[],
    metadata: { readonly probabilities: true },
    options: object,
  ): AsyncGenerator<{ readonly probabilities: ReadonlyMap<number, number> }>;
  readonly tokenMeter: { readonly usedInputTokens: number; readonly usedOutputTokens: number };
}

interface ChatSession {
  readonly sequence: Sequence;
  readonly model: {
    readonly tokenizer: unknown;
    detokenize(tokens: readonly number[]): string;
  };
  readonly chatWrapper: {
    generateContextState(options: { chatHistory: readonly object[] }): {
      readonly contextText: { tokenize(tokenizer: unknown): readonly number[] };
    };
  };
  setChatHistory(history: readonly object[]): void;
  prompt(text: string, options: object): Promise<string>;
}

/** Tokens that a model may be asked to look at, question and answer together. */
const CONTEXT = 4096;
const TOKENS = 320;
/** Drawn from the model as it is, but for the least likely twentieth. */
const sampling = { temperature: 0.8, topP: 0.95 };
/** A choice is first what the model finds likeliest; after a refusal, drawn. */
const choosing = { temperature: 0 };

/** Every token with its probability as the model has it, the most probable first. */
const whole = { temperature: 1, topK: 0, topP: 1, minP: 0, yieldEogToken: true };

/**
 * A writer in this process: a GGUF file run by node-llama-cpp, an optional package. Answers are drawn
 * under a grammar of the question's shape, so ranges, steps, dates and patterns hold in the first answer.
 *
 * @throws Failure P1474 where the package is not installed or the file can't be loaded.
 */
export async function llamaWriter(place: LlamaPlace): Promise<Writer> {
  const file = resolve(place.folder, place.where);
  const known = await readModelFile(file).catch((cause: Error) => {
    const { name: writer, where } = place;
    throw failure("P1474", { writer, file: where, reason: cause.message }, { cause });
  });
  const library = await load(place);
  const atOnce = place.atOnce ?? 1;
  let llama: Awaited<ReturnType<LlamaPackage["getLlama"]>> | undefined;
  try {
    llama = await library.getLlama({ build: "never", logLevel: "error", skipDownload: true });
    const model = await llama.loadModel({ modelPath: file });
    const threads = Math.max(1, Math.floor(availableParallelism() / 2));
    const contextSize = Math.min(CONTEXT, model.trainContextSize);
    const context = await model.createContext({ contextSize, threads, sequences: atOnce });
    const sessions = Array.from(
      { length: atOnce },
      () => new library.LlamaChatSession({ contextSequence: context.getSequence() }),
    );
    return new LlamaWriter(place, llama, sessions, known.identity);
  } catch (cause) {
    await llama?.dispose();
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw failure("P1474", { writer: place.name, file: place.where, reason }, { cause });
  }
}

class LlamaWriter implements Writer {
  readonly name: string;
  readonly local = true;
  readonly mark: string;
  readonly identity: string;
  readonly atOnce: number;
  private readonly llama: Awaited<ReturnType<LlamaPackage["getLlama"]>>;
  private readonly free: ChatSession[];
  private readonly grammars = new Map<string, Promise<unknown>>();

  constructor(
    place: LlamaPlace,
    llama: Awaited<ReturnType<LlamaPackage["getLlama"]>>,
    sessions: ChatSession[],
    digest: string,
  ) {
    this.name = place.name;
    this.mark = `written by ${basename(place.where)} on this machine`;
    this.identity = `llama ${basename(place.where)} ${digest} ${JSON.stringify([sampling, choosing])}`;
    this.atOnce = sessions.length;
    this.llama = llama;
    this.free = sessions;
  }

  async ask(question: Question, signal: AbortSignal): Promise<Answer> {
    const session = this.free.pop() as ChatSession;
    try {
      const grammar = await this.grammarOf(question);
      const messages = conversation(question, true);
      const last = messages.at(-1) as Message;
      session.setChatHistory(messages.slice(0, -1).map(historyOf));
      const { usedInputTokens, usedOutputTokens } = session.sequence.tokenMeter;
      const { shape } = question;
      const isFirst = shape.kind === "choice" && question.refused.length === 0;
      const rows = shape.kind === "rows" ? shape.count * (1 + shape.fields.length) : 0;
      const text = await session.prompt(last.content, {
        ...{ grammar, signal, seed: question.seed, ...(isFirst ? choosing : sampling) },
        maxTokens: TOKENS + 40 * rows,
      });
      const meter = session.sequence.tokenMeter;
      return {
        text,
        tokensRead: meter.usedInputTokens - usedInputTokens,
        tokensWritten: meter.usedOutputTokens - usedOutputTokens,
        retries: 0,
      };
    } finally {
      this.free.push(session);
    }
  }

  probabilities(): Writer {
    return probabilityWriter(this, async (messages, letters) => {
      const session = this.free.pop() as ChatSession;
      try {
        const history = [...messages.map(historyOf), { type: "model", response: [] }];
        const { contextText } = session.chatWrapper.generateContextState({ chatHistory: history });
        const { model, sequence } = session;
        const tokens = contextText.tokenize(model.tokenizer);
        await sequence.clearHistory();
        const [next] = await first(
          sequence.evaluateWithMetadata(tokens, { probabilities: true }, whole),
        );
        if (next === undefined) return undefined;
        const shares = letters.map(() => 0);
        for (const [token, share] of next.probabilities) {
          if (share < 1e-9) break;
          const at = letters.indexOf(model.detokenize([token]).trim());
          if (at >= 0) shares[at] = (shares[at] as number) + share;
        }
        await sequence.clearHistory();
        return { shares, read: tokens.length, retries: 0 };
      } finally {
        this.free.push(session);
      }
    });
  }

  async close(): Promise<void> {
    await this.llama.dispose();
  }

  private grammarOf({ shape }: Question): Promise<unknown> {
    const key = JSON.stringify(shape);
    const known = this.grammars.get(key);
    if (known !== undefined) return known;
    const made = this.llama.createGrammar({ grammar: answerGrammar(shape) });
    if (this.grammars.size > 500) this.grammars.clear();
    this.grammars.set(key, made);
    return made;
  }
}

/** The first thing that a generator gives; it is asked for no more. */
async function first<T>(all: AsyncGenerator<T>): Promise<readonly T[]> {
  for await (const one of all) return [one];
  return [];
}

function historyOf({ role, content }: Message): object {
  if (role === "assistant") return { type: "model", response: [content] };
  return { type: role, text: content };
}

/** The package: beside Parable, or in a `node_modules` at or above the spec's folder. */
async function load(place: LlamaPlace): Promise<LlamaPackage> {
  const name = "node-llama-cpp";
  const places: string[] = [name];
  for (let at = resolve(place.folder); ; at = dirname(at)) {
    places.push(pathToFileURL(join(at, "node_modules", name, "dist", "index.js")).href);
    if (dirname(at) === at) break;
  }
  for (const where of places) {
    try {
      return (await import(where)) as LlamaPackage;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code === "ERR_MODULE_NOT_FOUND" || /could not resolve/i.test(message)) continue;
      const reason = `node-llama-cpp can't be loaded: ${message}`;
      throw failure("P1474", { writer: place.name, file: place.where, reason }, { cause: error });
    }
  }
  const reason = "node-llama-cpp is not installed (npm install node-llama-cpp)";
  throw failure("P1474", { writer: place.name, file: place.where, reason });
}
