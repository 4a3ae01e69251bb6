import { Name, Percent, StringToken, symbols, words } from "./tokens.js";
import { TypeParser } from "./type-parser.js";

/** The lines of a table: columns and rules, and whether they were guessed from the data. */
export class TableParser extends TypeParser {
  readonly tableLine = this.RULE("tableLine", () => {
    this.OR({
      MAX_LOOKAHEAD: 2,
      DEF: [
        { ALT: () => this.SUBRULE(this.column) },
        { ALT: () => this.SUBRULE(this.unique) },
        { ALT: () => this.SUBRULE(this.correlate) },
        { ALT: () => this.SUBRULE(this.when) },
        { ALT: () => this.SUBRULE(this.expect) },
        { ALT: () => this.SUBRULE(this.require), IGNORE_AMBIGUITIES: true },
        { ALT: () => this.SUBRULE(this.relationship), IGNORE_AMBIGUITIES: true },
      ],
    });
    this.OPTION(() => this.CONSUME(words.Guessed));
  });

  readonly column = this.RULE("column", () => {
    this.CONSUME(Name);
    this.CONSUME(symbols.Colon);
    this.SUBRULE(this.type);
    this.OPTION(() => this.SUBRULE(this.orMissing));
    this.OPTION2(() => this.SUBRULE(this.origin));
    this.OPTION3(() => this.SUBRULE2(this.orMissing));
    this.OPTION4(() => this.SUBRULE(this.headers));
  });

  readonly orMissing = this.RULE("orMissing", () => {
    this.CONSUME(words.Or);
    this.CONSUME(words.Missing);
    this.OPTION(() => this.CONSUME(Percent));
  });

  /** `~ normal(24, 5)`, `:= gain - loss`, `written "A slogan for {flavor}"`. */
  readonly origin = this.RULE("origin", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(symbols.Tilde);
          this.SUBRULE(this.expression);
        },
      },
      {
        ALT: () => {
          this.CONSUME(symbols.Define);
          this.SUBRULE2(this.expression);
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.Written);
          this.CONSUME(StringToken);
          this.OPTION(() => {
            this.CONSUME(words.By);
            this.CONSUME(Name);
          });
        },
      },
    ]);
  });

  readonly headers = this.RULE("headers", () => {
    this.CONSUME(words.From);
    this.CONSUME(StringToken);
    this.MANY(() => {
      this.CONSUME(symbols.Comma);
      this.CONSUME2(StringToken);
    });
  });

  readonly require = this.RULE("require", () => {
    this.CONSUME(words.Require);
    this.SUBRULE(this.expression);
    this.OPTION(() => this.SUBRULE(this.relationshipTail));
  });

  readonly when = this.RULE("when", () => {
    this.CONSUME(words.When);
    this.SUBRULE(this.expression);
    this.CONSUME(words.Then);
    this.SUBRULE2(this.expression);
  });

  readonly expect = this.RULE("expect", () => {
    this.CONSUME(words.Expect);
    this.SUBRULE(this.expression);
    this.OPTION(() => this.CONSUME(words.Enforced));
  });

  readonly unique = this.RULE("unique", () => {
    this.CONSUME(words.Unique);
    this.SUBRULE(this.names);
  });

  readonly correlate = this.RULE("correlate", () => {
    this.CONSUME(words.Correlate);
    this.CONSUME(Name);
    this.CONSUME(words.With);
    this.CONSUME2(Name);
    this.SUBRULE(this.sum);
  });

  /** `EXPR exactly when EXPR`, `A, B determines C`, `NAME of each PARENT increases`. */
  readonly relationship = this.RULE("relationship", () => {
    this.SUBRULE(this.expression);
    this.SUBRULE(this.relationshipTail);
  });

  readonly relationshipTail = this.RULE("relationshipTail", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(words.Exactly);
          this.CONSUME(words.When);
          this.SUBRULE(this.expression);
        },
      },
      {
        ALT: () => {
          this.MANY(() => {
            this.CONSUME(symbols.Comma);
            this.CONSUME(Name);
          });
          this.CONSUME(words.Determines);
          this.SUBRULE(this.names);
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.Of);
          this.CONSUME(words.Each);
          this.CONSUME2(Name);
          this.CONSUME(words.Increases);
        },
      },
    ]);
  });
}
