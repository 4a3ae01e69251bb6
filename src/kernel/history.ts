export interface HistoryEntry {
  readonly line: number;
  readonly input: string;
}

type Content = Readonly<Record<string, unknown>>;

function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, "[\\s\\S]*")
    .replace(/\?/g, "[\\s\\S]");
  return new RegExp(`^${source}$`);
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

/** The inputs of this session, as `history_request` asks for them. */
export class History {
  private readonly entries: HistoryEntry[] = [];

  add(line: number, input: string): void {
    this.entries.push({ line, input });
  }

  /** The content of a `history_reply`: (session, line, input) triples, with outputs always empty. */
  answer(content: Content): object {
    const chosen = this.choose(content);
    const withOutput = content["output"] === true;
    const history = chosen.map(({ line, input }) => [1, line, withOutput ? [input, null] : input]);
    return { status: "ok", history };
  }

  private choose(content: Content): readonly HistoryEntry[] {
    switch (content["hist_access_type"]) {
      case "range":
        return this.range(content);
      case "search":
        return this.search(content);
      default: {
        const n = numberOf(content["n"], this.entries.length);
        return n <= 0 ? [] : this.entries.slice(-n);
      }
    }
  }

  private range(content: Content): readonly HistoryEntry[] {
    const session = numberOf(content["session"], 0);
    if (session !== 0 && session !== 1) return [];
    const start = numberOf(content["start"], 0);
    const stop = numberOf(content["stop"], Number.POSITIVE_INFINITY);
    return this.entries.filter(({ line }) => line >= start && line < stop);
  }

  private search(content: Content): readonly HistoryEntry[] {
    const pattern = glob(typeof content["pattern"] === "string" ? content["pattern"] : "*");
    const matching = this.entries.filter(({ input }) => pattern.test(input));
    const found =
      content["unique"] === true
        ? [...new Map(matching.map((entry) => [entry.input, entry])).values()]
        : matching;
    const n = numberOf(content["n"], found.length);
    return n <= 0 ? [] : found.slice(-n);
  }
}
