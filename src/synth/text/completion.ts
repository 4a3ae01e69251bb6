import { roughTokens } from "../../base/prompt.js";

/** Bytes of a body, at most. */
const mostBytes = 8e6;

/** What came of a request: a completion, or trouble that may pass. */
export type Reply = Trouble | { readonly kind: "completion"; readonly completion: Completion };

export interface Trouble {
  readonly kind: "trouble";
  readonly reason: string;
  /** Milliseconds that the server asked for. */
  readonly wait?: number;
}

export function trouble(reason: string, wait?: number): Trouble {
  return { kind: "trouble", reason, ...(wait === undefined ? {} : { wait }) };
}

/** A completion. A body that is none is passing trouble: proxies and restarts give such. */
export function completionOf(body: string, contentType: string): Reply {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    const what = contentType === "" ? "" : ` (${contentType.split(";")[0]})`;
    return trouble(`the body is not JSON${what}: ${oneLine(body)}`);
  }
  const { choices } = (json ?? {}) as Partial<Completion>;
  const message = Array.isArray(choices) ? choices[0]?.message : undefined;
  if (typeof (message?.content ?? message?.refusal) !== "string") {
    return trouble(`the body is no chat completion: ${oneLine(body)}`);
  }
  return { kind: "completion", completion: json as Completion };
}

/** As much of a completion as is used; a body that has no message is none. */
export interface Completion {
  readonly choices: readonly [
    {
      readonly message: { readonly content?: string | null; readonly refusal?: string | null };
      readonly logprobs?: {
        readonly content?: readonly {
          readonly top_logprobs?: readonly { readonly token: string; readonly logprob: number }[];
        }[];
      } | null;
    },
  ];
  readonly usage?: {
    readonly prompt_tokens?: unknown;
    readonly completion_tokens?: unknown;
  } | null;
}

/** A server's count of tokens, or a rough one where what it says is no count. */
export function countedOr(said: unknown, text: string): number {
  const isCount = typeof said === "number" && Number.isSafeInteger(said) && said >= 0;
  return isCount ? said : roughTokens(text);
}

/** A body as text; a longer one than any answer is given up while it comes, before it fills the memory. */
export async function textOf(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels what is still to come.
  for await (const piece of response.body ?? []) {
    size += piece.length;
    if (size > mostBytes) throw new RangeError("the body is longer than 8 MB");
    pieces.push(piece);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}

/** Milliseconds of a `Retry-After`: seconds, or a date. */
export function waitOf(headers: Headers): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? undefined : Math.max(0, moment - Date.now());
}

/** A quota that no waiting fills again: OpenAI's `insufficient_quota`, sent as a 429 like that of a busy server. */
export function isSpent(body: string): boolean {
  try {
    const { error } = JSON.parse(body) as { error?: { code?: unknown; type?: unknown } };
    return [error?.code, error?.type].includes("insufficient_quota");
  } catch {
    return false;
  }
}

/** What an error body says of itself, after a colon. */
export function saidIn(body: string): string {
  let said = body;
  try {
    const json = JSON.parse(body) as { error?: { message?: string } | string; message?: string };
    said =
      (typeof json.error === "string" ? json.error : json.error?.message) ?? json.message ?? "";
  } catch {
    // It is no JSON: its first words say as much.
  }
  const line = oneLine(said);
  return line === "" ? "" : `: ${line}`;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
