import { TableParser } from "./table-parser.js";
import { Name, NumberToken, Numeral, Percent, StringToken, symbols, words } from "./tokens.js";

/** The lines of `privacy`, `fairness`, `learn` and `report`. */
export class BlockParser extends TableParser {
  readonly privacyLine = this.RULE("privacyLine", () => {
    this.OR({
      MAX_LOOKAHEAD: 2,
      DEF: [
        { ALT: () => this.SUBRULE(this.protect) },
        { ALT: () => this.SUBRULE(this.budget) },
        { ALT: () => this.SUBRULE(this.spend) },
        { ALT: () => this.SUBRULE(this.forbidCopies) },
        { ALT: () => this.SUBRULE(this.partition) },
      ],
    });
  });

  readonly protect = this.RULE("protect", () => {
    this.CONSUME(words.Protect);
    this.CONSUME(words.Each);
    this.OR({
      MAX_LOOKAHEAD: 2,
      DEF: [
        {
          IGNORE_AMBIGUITIES: true,
          ALT: () => {
            this.CONSUME(words.Row);
            this.CONSUME(words.Of);
            this.CONSUME(Name);
          },
        },
        { ALT: () => this.CONSUME2(Name) },
      ],
    });
    this.OPTION(() => this.SUBRULE(this.atMost));
  });

  /** `, at most 12 stays, 200 labs`. */
  readonly atMost = this.RULE("atMost", () => {
    this.OPTION(() => this.CONSUME(symbols.Comma));
    this.CONSUME(words.At);
    this.CONSUME(words.Most);
    this.SUBRULE(this.counted);
    this.MANY(() => {
      this.CONSUME2(symbols.Comma);
      this.SUBRULE2(this.counted);
    });
  });

  readonly counted = this.RULE("counted", () => {
    this.CONSUME(NumberToken);
    this.CONSUME(Name);
  });

  readonly budget = this.RULE("budget", () => {
    this.CONSUME(words.Budget);
    this.CONSUME(words.Epsilon);
    this.SUBRULE(this.sum);
    this.OPTION(() => {
      this.OPTION2(() => this.CONSUME(symbols.Comma));
      this.CONSUME(words.Delta);
      this.SUBRULE2(this.sum);
    });
  });

  readonly spend = this.RULE("spend", () => {
    this.CONSUME(words.Spend);
    this.SUBRULE(this.shareOn);
    this.MANY(() => {
      this.CONSUME(symbols.Comma);
      this.SUBRULE2(this.shareOn);
    });
  });

  readonly shareOn = this.RULE("shareOn", () => {
    this.CONSUME(Percent);
    this.CONSUME(words.On);
    this.CONSUME(Name);
  });

  readonly forbidCopies = this.RULE("forbidCopies", () => {
    this.CONSUME(words.Forbid);
    this.CONSUME(words.Exact);
    this.CONSUME(words.Copies);
    this.CONSUME(words.Of);
    this.SUBRULE(this.names);
  });

  readonly partition = this.RULE("partition", () => {
    this.CONSUME(words.Partition);
    this.CONSUME(words.By);
    this.CONSUME(Name);
  });

  readonly fairnessLine = this.RULE("fairnessLine", () => {
    this.OR({
      MAX_LOOKAHEAD: 2,
      DEF: [
        { ALT: () => this.SUBRULE(this.across) },
        { ALT: () => this.SUBRULE(this.outcome) },
        { ALT: () => this.SUBRULE(this.goal) },
        { ALT: () => this.SUBRULE(this.keep) },
        { ALT: () => this.SUBRULE(this.rebalance) },
        { ALT: () => this.SUBRULE(this.forbidEdge) },
      ],
    });
  });

  readonly across = this.RULE("across", () => {
    this.CONSUME(words.Across);
    this.SUBRULE(this.names);
  });

  readonly outcome = this.RULE("outcome", () => {
    this.CONSUME(words.Outcome);
    this.SUBRULE(this.expression);
  });

  /** `require parity given education, hours <= 0.03`. */
  readonly goal = this.RULE("goal", () => {
    this.CONSUME(words.Require);
    this.CONSUME(Name);
    this.OPTION(() => {
      this.CONSUME(words.Given);
      this.SUBRULE(this.names);
    });
    this.either(symbols.LessEqual, symbols.GreaterEqual);
    this.SUBRULE(this.sum);
  });

  /** `keep education, hours` · `keep relation 50%`. */
  readonly keep = this.RULE("keep", () => {
    this.CONSUME(words.Keep);
    this.OR({
      MAX_LOOKAHEAD: 2,
      DEF: [
        {
          ALT: () => {
            this.CONSUME(words.Relation);
            this.CONSUME(Percent);
          },
        },
        { ALT: () => this.SUBRULE(this.names) },
      ],
    });
  });

  readonly rebalance = this.RULE("rebalance", () => {
    this.CONSUME(words.Rebalance);
    this.CONSUME(Name);
    this.CONSUME(words.To);
    this.SUBRULE(this.shareOf);
    this.MANY(() => {
      this.CONSUME(symbols.Comma);
      this.SUBRULE2(this.shareOf);
    });
  });

  readonly shareOf = this.RULE("shareOf", () => {
    this.CONSUME(Percent);
    this.CONSUME(StringToken);
  });

  readonly forbidEdge = this.RULE("forbidEdge", () => {
    this.CONSUME(words.Forbid);
    this.CONSUME(Name);
    this.CONSUME(symbols.Arrow);
    this.CONSUME2(Name);
    this.OPTION(() => {
      this.CONSUME(words.Except);
      this.CONSUME(words.Through);
      this.SUBRULE(this.names);
    });
  });

  /** `relate age, hours`, `cells <= 2_000_000`, `rate 1e-3 cosine`. */
  readonly learnLine = this.RULE("learnLine", () => {
    this.CONSUME(Name);
    this.OPTION(() => this.either(symbols.LessEqual, symbols.Equal));
    this.SUBRULE(this.operand);
    this.MANY(() => {
      this.OPTION2(() => this.CONSUME(symbols.Comma));
      this.SUBRULE2(this.operand);
    });
  });

  readonly operand = this.RULE("operand", () => {
    this.OPTION(() => this.CONSUME(symbols.Minus));
    this.OR([
      { ALT: () => this.CONSUME(Name) },
      { ALT: () => this.CONSUME(Numeral) },
      { ALT: () => this.CONSUME(StringToken) },
    ]);
  });

  /** `fidelity marginals, pairs`, `utility predict income`, `holdout 20%`. */
  readonly reportLine = this.RULE("reportLine", () => {
    this.CONSUME(Name);
    this.OR([
      { ALT: () => this.CONSUME(Percent) },
      {
        ALT: () => {
          this.SUBRULE(this.reportItem);
          this.MANY(() => {
            this.CONSUME(symbols.Comma);
            this.SUBRULE2(this.reportItem);
          });
        },
      },
    ]);
  });

  readonly reportItem = this.RULE("reportItem", () => {
    this.AT_LEAST_ONE(() => this.CONSUME(Name));
  });
}
