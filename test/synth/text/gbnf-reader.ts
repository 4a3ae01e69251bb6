/**
 * Whether a GBNF grammar takes a text in full: a small reader of the form, written apart from what makes
 * it. Backtracks by sets of positions.
 */
export function accepts(grammar: string, text: string): boolean {
  const rules = new Map<string, Node>();
  for (const line of grammar.split("\n")) {
    const match = /^([a-z]+\d*) ::= (.*)$/s.exec(line);
    if (match !== null)
      rules.set(match[1] as string, new Reader(match[2] as string).alternatives());
  }
  const characters = [...text];
  const ends = run({ kind: "name", name: "root" }, rules, characters, new Set([0]), new Map());
  return ends.has(characters.length);
}

type Node =
  | { readonly kind: "text"; readonly text: readonly string[] }
  | { readonly kind: "set"; readonly negated: boolean; readonly ranges: [number, number][] }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Node[] }
  | { readonly kind: "repeat"; readonly part: Node; readonly least: number; readonly most: number };

function run(
  node: Node,
  rules: ReadonlyMap<string, Node>,
  text: readonly string[],
  from: ReadonlySet<number>,
  known: Map<string, Set<number>>,
): Set<number> {
  const step = (part: Node, starts: ReadonlySet<number>) => run(part, rules, text, starts, known);
  const found = new Set<number>();
  switch (node.kind) {
    case "text":
      for (const at of from) {
        if (node.text.every((one, i) => text[at + i] === one)) found.add(at + node.text.length);
      }
      return found;
    case "set":
      for (const at of from) {
        const code = text[at]?.codePointAt(0);
        if (code === undefined) continue;
        if (node.ranges.some(([a, b]) => code >= a && code <= b) !== node.negated)
          found.add(at + 1);
      }
      return found;
    case "name": {
      for (const at of from) {
        const key = `${node.name} ${at}`;
        const ends = known.get(key) ?? step(rules.get(node.name) as Node, new Set([at]));
        known.set(key, ends);
        for (const end of ends) found.add(end);
      }
      return found;
    }
    case "sequence":
      return node.parts.reduce((ends, part) => step(part, ends), new Set(from));
    case "choice":
      for (const part of node.parts) for (const end of step(part, from)) found.add(end);
      return found;
    case "repeat": {
      let ends = new Set(from);
      if (node.least === 0) for (const end of ends) found.add(end);
      for (let i = 1; i <= node.most && ends.size > 0; i++) {
        ends = step(node.part, ends);
        if (i >= node.least) {
          const before = found.size;
          for (const end of ends) found.add(end);
          if (found.size === before && i > node.least) break;
        }
      }
      return found;
    }
  }
}

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  alternatives(): Node {
    const parts = [this.sequence()];
    while (this.skip("|")) parts.push(this.sequence());
    return parts.length === 1 ? (parts[0] as Node) : { kind: "choice", parts };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    for (;;) {
      this.blank();
      const next = this.text[this.at];
      if (next === undefined || next === "|" || next === ")") break;
      parts.push(this.repeated());
    }
    return { kind: "sequence", parts };
  }

  private repeated(): Node {
    const part = this.one();
    const counts = /^\{(\d*),?(\d*)\}/.exec(this.text.slice(this.at));
    if (counts === null) return part;
    this.at += counts[0].length;
    const least = Number(counts[1]);
    const most = counts[0].includes(",") ? (counts[2] === "" ? 1000 : Number(counts[2])) : least;
    return { kind: "repeat", part, least, most };
  }

  private one(): Node {
    const next = this.text[this.at];
    if (next === "(") {
      this.at++;
      const inner = this.alternatives();
      if (!this.skip(")")) throw new Error(`no ) at ${this.at} of ${this.text}`);
      return inner;
    }
    if (next === '"') {
      this.at++;
      const text: string[] = [];
      while (this.text[this.at] !== '"') text.push(this.character());
      this.at++;
      return { kind: "text", text };
    }
    if (next === "[") return this.set();
    const name = /^[a-z]+\d*/.exec(this.text.slice(this.at))?.[0];
    if (name === undefined) throw new Error(`what is this at ${this.at} of ${this.text}`);
    this.at += name.length;
    return { kind: "name", name };
  }

  private set(): Node {
    this.at++;
    const negated = this.text[this.at] === "^";
    if (negated) this.at++;
    const ranges: [number, number][] = [];
    while (this.text[this.at] !== "]") {
      const first = this.character().codePointAt(0) as number;
      if (this.text[this.at] === "-" && this.text[this.at + 1] !== "]") {
        this.at++;
        ranges.push([first, this.character().codePointAt(0) as number]);
      } else ranges.push([first, first]);
    }
    this.at++;
    return { kind: "set", negated, ranges };
  }

  private character(): string {
    const rest = this.text.slice(this.at);
    const coded = /^\\(x[\dA-F]{2}|u[\dA-F]{4}|U[\dA-F]{8})/.exec(rest);
    if (coded !== null) {
      this.at += coded[0].length;
      return String.fromCodePoint(Number.parseInt(coded[1]?.slice(1) ?? "", 16));
    }
    if (rest[0] === "\\") {
      this.at += 2;
      return rest[1] as string;
    }
    const one = String.fromCodePoint(rest.codePointAt(0) as number);
    this.at += one.length;
    return one;
  }

  private skip(sign: string): boolean {
    this.blank();
    if (this.text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  private blank(): void {
    while (this.text[this.at] === " ") this.at++;
  }
}
