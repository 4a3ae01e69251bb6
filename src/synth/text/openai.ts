import { failure } from "../../base/failure.js";
import { stream } from "../../base/random.js";
import { staysHere } from "../../base/writer-place.js";
import {
  type Completion,
  completionOf,
  countedOr,
  isSpent,
  type Reply,
  saidIn,
  type Trouble,
  textOf,
  trouble,
  waitOf,
} from "./completion.js";
import { conversation } from "./conversation.js";
import { probabilityWriter } from "./probabilities.js";
import { answerSchema } from "./schema.js";
import type { Answer, Question, Writer } from "./writer.js";

/** A server that speaks OpenAI's chat completions. */
export interface OpenAiPlace {
  readonly name: string;
  /** The base URL, usually ending in `/v1`. */
  readonly where: string;
  readonly model: string;
  readonly atOnce?: number;
  /** Sent as a bearer token; never shown. */
  readonly key?: string;
  /** What the key's environment variable is called, for messages. */
  readonly keyName: string;
}

/** How patient the client is; times in milliseconds. */
export interface Patience {
  /** One request, until its last byte. */
  readonly timeout: number;
  /** Requests for one answer, the first included. */
  readonly tries: number;
  /** The first pause; it doubles each time. A server's `Retry-After` comes first. */
  readonly pause: number;
  readonly longestPause: number;
}

const usual: Patience = { timeout: 120_000, tries: 6, pause: 500, longestPause: 60_000 };

/** What a server understands of `response_format`; each is tried until one is not refused. */
const formats = ["json_schema", "json_object", "none"] as const;

/**
 * A writer behind any OpenAI-compatible server (OpenAI, Ollama, LM Studio, vLLM, llama.cpp's server …).
 * Requests that fail for a passing reason (429, 5xx, a broken connection, a cut-off or unreadable
 * body, silence) are sent again, later and later; a refused key or request fails at once.
 */
export function openAiWriter(place: OpenAiPlace, patience: Partial<Patience> = {}): Writer {
  return new OpenAiWriter(place, { ...usual, ...patience });
}

class OpenAiWriter implements Writer {
  readonly name: string;
  readonly local: boolean;
  readonly mark: string;
  readonly identity: string;
  readonly atOnce: number;
  private readonly place: OpenAiPlace;
  private readonly patience: Patience;
  private readonly url: string;
  private format = 0;

  constructor(place: OpenAiPlace, patience: Patience) {
    this.place = place;
    this.patience = patience;
    this.name = place.name;
    this.local = staysHere("openai", place.where, place.model);
    this.mark = `written by ${place.model} at ${place.where}`;
    this.identity = `openai ${place.where} ${place.model}`;
    this.atOnce = place.atOnce ?? 4;
    this.url = `${place.where.replace(/\/+$/, "")}/chat/completions`;
  }

  async ask(question: Question, signal: AbortSignal): Promise<Answer> {
    const { completion, retries } = await this.request(
      () => this.bodyOf(question),
      question.seed,
      signal,
    );
    const { message } = completion.choices[0];
    const text = message.content ?? message.refusal ?? "";
    const asked = conversation(question)
      .map(({ content }) => content)
      .join("\n");
    return {
      text,
      tokensRead: countedOr(completion.usage?.prompt_tokens, asked),
      tokensWritten: countedOr(completion.usage?.completion_tokens, text),
      retries,
    };
  }

  probabilities(): Writer {
    return probabilityWriter(this, async (messages, letters, signal) => {
      const { model } = this.place;
      const few = { max_tokens: 1, logprobs: true, top_logprobs: 20 };
      const { completion, retries } = await this.request(
        () => ({ model, messages, seed: 1, ...few }),
        1,
        signal,
      );
      const likely = completion.choices[0].logprobs?.content?.[0]?.top_logprobs;
      if (likely === undefined) return undefined;
      const shares = letters.map((letter) =>
        likely.reduce(
          (sum, { token, logprob }) => sum + (token.trim() === letter ? Math.exp(logprob) : 0),
          0,
        ),
      );
      const text = messages.map(({ content }) => content).join("\n");
      return { shares, read: countedOr(completion.usage?.prompt_tokens, text), retries };
    });
  }

  private async request(
    body: () => object,
    seed: number,
    signal: AbortSignal,
  ): Promise<{ readonly completion: Completion; readonly retries: number }> {
    const { tries } = this.patience;
    let last = "";
    for (let attempt = 0; attempt < tries; attempt++) {
      signal.throwIfAborted();
      const reply = await this.send(body(), signal);
      if (reply.kind === "completion") return { completion: reply.completion, retries: attempt };
      last = reply.reason;
      if (attempt + 1 < tries) await sleep(this.pauseAfter(attempt, seed, reply), signal);
    }
    const { name, where } = this.place;
    throw failure("P1471", { writer: name, where, reason: last, tries });
  }

  async close(): Promise<void> {}

  /** A little chance spreads requests that failed together; it is seeded like everything else. */
  private pauseAfter(attempt: number, seed: number, reply: Trouble): number {
    const { pause, longestPause } = this.patience;
    if (reply.wait !== undefined) return Math.min(reply.wait, longestPause);
    const spread = 0.5 + stream(seed, "pause", attempt).uniform();
    return Math.min(longestPause, pause * 2 ** attempt * spread);
  }

  private async send(asked: object, signal: AbortSignal): Promise<Reply> {
    const limit = AbortSignal.timeout(this.patience.timeout);
    const either = AbortSignal.any([signal, limit]);
    let response: Response;
    let body: string;
    try {
      response = await fetch(this.url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json",
          ...(this.place.key === undefined ? {} : { authorization: `Bearer ${this.place.key}` }),
        },
        body: JSON.stringify(asked),
        redirect: "error",
        signal: either,
      });
      body = await textOf(response);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RangeError) return trouble(error.message);
      if (limit.aborted) {
        return trouble(`no answer within ${Math.round(this.patience.timeout / 1000)} s`);
      }
      return trouble(`the connection failed: ${causeOf(error)}`);
    }
    if (response.status === 402 || (response.status === 429 && isSpent(body))) {
      const { name, where } = this.place;
      const reason = `HTTP ${response.status}${saidIn(body)}`;
      throw failure("P1478", { writer: name, where, reason });
    }
    if (response.status === 429 || response.status >= 500 || response.status === 408) {
      return trouble(`HTTP ${response.status}${saidIn(body)}`, waitOf(response.headers));
    }
    if (!response.ok) return this.refusal(response.status, body);
    return completionOf(body, response.headers.get("content-type") ?? "");
  }

  private bodyOf(question: Question): object {
    const format = formats[this.format];
    const wanted =
      format === "json_schema"
        ? {
            type: "json_schema",
            json_schema: { name: "answer", strict: true, schema: answerSchema(question.shape) },
          }
        : format === "json_object"
          ? { type: "json_object" }
          : undefined;
    return {
      model: this.place.model,
      messages: conversation(question),
      seed: question.seed,
      ...(wanted === undefined ? {} : { response_format: wanted }),
    };
  }

  /** A 4xx: a lesser format is tried where that is what the server minds; the rest is final. */
  private refusal(status: number, body: string): Trouble {
    const { name, where, model, keyName, key } = this.place;
    const reason = `HTTP ${status}${saidIn(body)}`;
    const minds = status === 400 || status === 422 || status === 501;
    if (minds && /response_format|json_schema|schema|json_object/i.test(body)) {
      if (this.format < formats.length - 1) {
        this.format++;
        return { kind: "trouble", reason, wait: 0 };
      }
    }
    if (status === 401 || status === 403) {
      throw failure("P1472", { writer: name, where, keyName, given: key !== undefined, reason });
    }
    throw failure("P1473", { writer: name, where, model, reason });
  }
}

function causeOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : String(error));
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(done, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    function done(): void {
      signal.removeEventListener("abort", stop);
      resolve();
    }
    signal.addEventListener("abort", stop, { once: true });
  });
}
