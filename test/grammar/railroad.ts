import type { IProduction } from "chevrotain";
// @ts-expect-error the package has no types
import rr from "railroad-diagrams";
import { chevrotain } from "../../grammar/chevrotain.js";
import { grammarRules } from "../../grammar/ebnf.js";
import { spellingOf } from "../../grammar/tokens.js";

type Holder = { readonly definition: readonly IProduction[] };

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
h2{font:600 1rem ui-monospace,monospace;margin:2rem 0 .5rem}
svg.railroad-diagram path{stroke-width:2;stroke:#555;fill:none}
svg.railroad-diagram text{font:14px ui-monospace,monospace;text-anchor:middle;fill:#222}
svg.railroad-diagram rect{stroke-width:1.5;stroke:#555;fill:#f2f5ff}
svg.railroad-diagram g.terminal rect{fill:#eaf7ea}
svg.railroad-diagram a text{text-decoration:underline}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}svg.railroad-diagram path,svg.railroad-diagram rect{stroke:#999}
svg.railroad-diagram text{fill:#ddd}svg.railroad-diagram rect{fill:#26304a}svg.railroad-diagram g.terminal rect{fill:#21402a}}`;

function all(parts: readonly IProduction[]): unknown {
  return rr.Sequence(...parts.map(one));
}

function one(part: IProduction): unknown {
  if (part instanceof chevrotain.Terminal) {
    const { terminalType } = part;
    return rr.Terminal(spellingOf(terminalType) ?? terminalType.name.toLowerCase());
  }
  if (part instanceof chevrotain.NonTerminal)
    return rr.NonTerminal(part.nonTerminalName, `#${part.nonTerminalName}`);
  const { definition } = part as unknown as Holder;
  if (part instanceof chevrotain.Alternation) return rr.Choice(0, ...definition.map(one));
  if (part instanceof chevrotain.Option) return rr.Optional(all(definition));
  if (part instanceof chevrotain.Repetition) return rr.ZeroOrMore(all(definition));
  if (part instanceof chevrotain.RepetitionMandatory) return rr.OneOrMore(all(definition));
  return all(definition);
}

/** A page of railroad diagrams, one a rule: plain SVG, no script, nothing from the network. */
export function railroadPage(): string {
  const drawings = grammarRules().map(
    (rule) =>
      `<h2 id="${rule.name}">${rule.name}</h2>\n${rr.Diagram(all(rule.definition)).toString()}`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Parable: the grammar in pictures</title>
<style>${style}</style>
<h1>The grammar of Parable</h1>
<p>Made from the rules of the parser. Green is written as it stands; blue is another rule.</p>
${drawings.join("\n")}
</html>
`;
}
