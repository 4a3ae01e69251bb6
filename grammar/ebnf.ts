import type { IProduction, Rule } from "chevrotain";
import { chevrotain } from "./chevrotain.js";
import { specParser } from "./parser.js";
import { spellingOf } from "./tokens.js";

/** How blocks are made of lines: this part is read by the outline, not by the rules. */
const prelude = `spec          = { block newline } ;
block         = head | tableHead "{" { tableLine newline } "}"
              | privacyHead "{" { privacyLine newline } "}" | fairnessHead "{" { fairnessLine newline } "}"
              | learnHead "{" { learnLine newline } "}"
              | ( reportHead | sweepHead ) "{" { reportLine ( newline | "," ) } "}" ;
`;

/** The grammar in EBNF (ISO 14977), made from the rules of the parser. */
export function ebnf(): string {
  const rules = Object.values(specParser().getGAstProductions());
  const lines = rules.map((rule) => `${rule.name.padEnd(13)} = ${sequence(rule)} ;`);
  return `${prelude}\n${lines.join("\n")}\n`;
}

type Holder = { readonly definition: readonly IProduction[] };

function sequence(holder: Holder): string {
  return holder.definition.map(one).join(" , ");
}

function one(part: IProduction): string {
  if (part instanceof chevrotain.Terminal) {
    const spelling = spellingOf(part.terminalType);
    return spelling === undefined ? part.terminalType.name.toLowerCase() : `"${spelling}"`;
  }
  if (part instanceof chevrotain.NonTerminal) return part.nonTerminalName;
  const holder = part as unknown as Holder;
  if (part instanceof chevrotain.Alternation) {
    const branches = holder.definition.map((branch) => sequence(branch as unknown as Holder));
    return branches.length === 1 ? (branches[0] as string) : `( ${branches.join(" | ")} )`;
  }
  if (part instanceof chevrotain.Option) return `[ ${sequence(holder)} ]`;
  if (part instanceof chevrotain.Repetition) return `{ ${sequence(holder)} }`;
  if (part instanceof chevrotain.RepetitionMandatory)
    return `${sequence(holder)} , { ${sequence(holder)} }`;
  return sequence(holder);
}

/** The rules by name, for drawings. */
export function grammarRules(): readonly Rule[] {
  return Object.values(specParser().getGAstProductions());
}
