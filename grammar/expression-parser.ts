import type { TokenType } from "chevrotain";
import { chevrotain } from "./chevrotain.js";
import { LazyLookahead } from "./lazy-lookahead.js";
import { DateToken, Name, Numeral, StringToken, symbols, vocabulary, words } from "./tokens.js";

const { CstParser } = chevrotain;

/** Names, numbers and expressions, from `or` (loosest) down to `^` and single values. */
export class ExpressionParser extends CstParser {
  constructor(skipValidations: boolean) {
    super(vocabulary, {
      maxLookahead: 1,
      lookaheadStrategy: new LazyLookahead({ maxLookahead: 1 }),
      recoveryEnabled: false,
      nodeLocationTracking: "onlyOffset",
      skipValidations,
    });
  }

  readonly names = this.RULE("names", () => {
    this.CONSUME(Name);
    this.MANY(() => {
      this.CONSUME(symbols.Comma);
      this.CONSUME2(Name);
    });
  });

  readonly expression = this.RULE("expression", () => {
    this.SUBRULE(this.conjunction);
    this.MANY({
      GATE: () => this.LA(2).tokenType !== words.Missing,
      DEF: () => {
        this.CONSUME(words.Or);
        this.SUBRULE2(this.conjunction);
      },
    });
  });

  readonly conjunction = this.RULE("conjunction", () => {
    this.SUBRULE(this.negation);
    this.MANY(() => {
      this.CONSUME(words.And);
      this.SUBRULE2(this.negation);
    });
  });

  readonly negation = this.RULE("negation", () => {
    this.MANY(() => this.CONSUME(words.Not));
    this.SUBRULE(this.comparison);
  });

  readonly comparison = this.RULE("comparison", () => {
    this.SUBRULE(this.sum);
    this.OPTION(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.membership) },
        { ALT: () => this.SUBRULE(this.presence) },
        {
          ALT: () =>
            this.AT_LEAST_ONE(() => {
              this.SUBRULE(this.relation);
              this.SUBRULE2(this.sum);
            }),
        },
      ]),
    );
  });

  readonly relation = this.RULE("relation", () => {
    this.OR([
      { ALT: () => this.CONSUME(symbols.Equal) },
      { ALT: () => this.CONSUME(symbols.NotEqual) },
      { ALT: () => this.CONSUME(symbols.Less) },
      { ALT: () => this.CONSUME(symbols.LessEqual) },
      { ALT: () => this.CONSUME(symbols.Greater) },
      { ALT: () => this.CONSUME(symbols.GreaterEqual) },
    ]);
  });

  /** `in a..b`, `not in ("x", "y")`. */
  readonly membership = this.RULE("membership", () => {
    this.OPTION(() => this.CONSUME(words.Not));
    this.CONSUME(words.In);
    this.OR([
      {
        IGNORE_AMBIGUITIES: true,
        ALT: () => {
          this.CONSUME(symbols.LParen);
          this.SUBRULE(this.expression);
          this.MANY(() => {
            this.CONSUME(symbols.Comma);
            this.SUBRULE2(this.expression);
          });
          this.CONSUME(symbols.RParen);
          this.OPTION2(() => {
            this.CONSUME(symbols.DotDot);
            this.SUBRULE(this.sum);
          });
        },
      },
      {
        ALT: () => {
          this.SUBRULE2(this.sum);
          this.CONSUME2(symbols.DotDot);
          this.SUBRULE3(this.sum);
        },
      },
    ]);
  });

  /** `is missing`, `is not missing`, `is present`. */
  readonly presence = this.RULE("presence", () => {
    this.CONSUME(words.Is);
    this.OPTION(() => this.CONSUME(words.Not));
    this.OR([
      { ALT: () => this.CONSUME(words.Missing) },
      { ALT: () => this.CONSUME(words.Present) },
    ]);
  });

  readonly sum = this.RULE("sum", () => {
    this.SUBRULE(this.product);
    this.MANY(() => {
      this.SUBRULE(this.addition);
      this.SUBRULE2(this.product);
    });
  });

  readonly addition = this.RULE("addition", () => this.either(symbols.Plus, symbols.Minus));

  readonly product = this.RULE("product", () => {
    this.SUBRULE(this.signed);
    this.MANY(() => {
      this.SUBRULE(this.multiplication);
      this.SUBRULE2(this.signed);
    });
  });

  readonly multiplication = this.RULE("multiplication", () =>
    this.either(symbols.Star, symbols.Slash),
  );

  readonly signed = this.RULE("signed", () => {
    this.MANY(() => this.CONSUME(symbols.Minus));
    this.SUBRULE(this.power);
  });

  readonly power = this.RULE("power", () => {
    this.SUBRULE(this.value);
    this.OPTION(() => {
      this.CONSUME(symbols.Caret);
      this.SUBRULE(this.signed);
    });
  });

  readonly value = this.RULE("value", () => {
    this.OR([
      { ALT: () => this.CONSUME(Numeral) },
      { ALT: () => this.CONSUME(StringToken) },
      { ALT: () => this.CONSUME(DateToken) },
      { ALT: () => this.CONSUME(words.True) },
      { ALT: () => this.CONSUME(words.False) },
      { ALT: () => this.SUBRULE(this.reference) },
      { ALT: () => this.SUBRULE(this.group) },
    ]);
  });

  readonly group = this.RULE("group", () => {
    this.CONSUME(symbols.LParen);
    this.SUBRULE(this.expression);
    this.CONSUME(symbols.RParen);
  });

  /** `age`, `patient.birth`, `mean(hours)`. */
  readonly reference = this.RULE("reference", () => {
    this.CONSUME(Name);
    this.OPTION(() =>
      this.OR([
        {
          ALT: () =>
            this.AT_LEAST_ONE(() => {
              this.CONSUME(symbols.Dot);
              this.CONSUME2(Name);
            }),
        },
        { ALT: () => this.SUBRULE(this.callArguments) },
      ]),
    );
  });

  readonly callArguments = this.RULE("callArguments", () => {
    this.CONSUME(symbols.LParen);
    this.OPTION(() => {
      this.SUBRULE(this.expression);
      this.MANY(() => {
        this.CONSUME(symbols.Comma);
        this.SUBRULE2(this.expression);
      });
    });
    this.CONSUME(symbols.RParen);
  });

  /** One end of a range in a type: a value or a param, with its sign. */
  readonly bound = this.RULE("bound", () => {
    this.OPTION(() => this.CONSUME(symbols.Minus));
    this.OR([
      { ALT: () => this.CONSUME(Numeral) },
      { ALT: () => this.CONSUME(DateToken) },
      {
        ALT: () => {
          this.CONSUME(Name);
          this.OPTION2(() => this.SUBRULE(this.callArguments));
        },
      },
      { ALT: () => this.SUBRULE(this.group) },
    ]);
  });

  readonly range = this.RULE("range", () => {
    this.SUBRULE(this.bound);
    this.CONSUME(symbols.DotDot);
    this.SUBRULE2(this.bound);
  });

  protected either(left: TokenType, right: TokenType): void {
    this.OR([{ ALT: () => this.CONSUME(left) }, { ALT: () => this.CONSUME(right) }]);
  }
}
