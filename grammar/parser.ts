import { BlockParser } from "./block-parser.js";
import { Name, NumberToken, StringToken, symbols, words } from "./tokens.js";

/** The whole language: blocks and their first lines; `file` is a spec from end to end. */
export class SpecParser extends BlockParser {
  readonly header = this.RULE("header", () => {
    this.CONSUME(words.Spec);
    this.CONSUME(Name);
    this.OPTION(() => this.CONSUME(StringToken));
  });

  readonly source = this.RULE("source", () => {
    this.CONSUME(words.Source);
    this.CONSUME(Name);
    this.CONSUME(symbols.Equal);
    this.CONSUME2(Name);
    this.OR([{ ALT: () => this.CONSUME(StringToken) }, { ALT: () => this.CONSUME3(Name) }]);
    this.MANY(() => this.SUBRULE(this.sourceOption));
  });

  readonly sourceOption = this.RULE("sourceOption", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(words.Missing);
          this.CONSUME(StringToken);
          this.MANY(() => {
            this.CONSUME(symbols.Comma);
            this.CONSUME2(StringToken);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.Delimiter);
          this.CONSUME3(StringToken);
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.Encoding);
          this.CONSUME4(StringToken);
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.Decimal);
          this.CONSUME5(StringToken);
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.Dates);
          this.CONSUME6(StringToken);
          this.MANY2(() => {
            this.CONSUME2(symbols.Comma);
            this.CONSUME7(StringToken);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.Cap);
          this.CONSUME(words.Epsilon);
          this.CONSUME(NumberToken);
        },
      },
      { ALT: () => this.CONSUME(words.Public) },
    ]);
  });

  readonly param = this.RULE("param", () => {
    this.CONSUME(words.Param);
    this.CONSUME(Name);
    this.CONSUME(symbols.Colon);
    this.SUBRULE(this.type);
    this.CONSUME(symbols.Equal);
    this.SUBRULE(this.expression);
  });

  readonly tableHead = this.RULE("tableHead", () => {
    this.CONSUME(words.Table);
    this.CONSUME(Name);
    this.OPTION(() => {
      this.CONSUME(words.From);
      this.CONSUME2(Name);
      this.OPTION2(() => {
        this.CONSUME(symbols.Dot);
        this.CONSUME3(Name);
      });
    });
  });

  readonly privacyHead = this.RULE("privacyHead", () => this.CONSUME(words.Privacy));

  readonly fairnessHead = this.RULE("fairnessHead", () => this.CONSUME(words.Fairness));

  /** `learn with aim`, `learn stays with language with prior gemma`. */
  readonly learnHead = this.RULE("learnHead", () => {
    this.CONSUME(words.Learn);
    this.OPTION(() => this.CONSUME(Name));
    this.CONSUME(words.With);
    this.OR({
      MAX_LOOKAHEAD: 2,
      DEF: [
        {
          IGNORE_AMBIGUITIES: true,
          ALT: () => {
            this.CONSUME(words.Prior);
            this.CONSUME2(Name);
          },
        },
        {
          ALT: () => {
            this.CONSUME3(Name);
            this.OPTION2(() => {
              this.OPTION3(() => this.CONSUME(symbols.Comma));
              this.CONSUME2(words.With);
              this.CONSUME2(words.Prior);
              this.CONSUME4(Name);
            });
          },
        },
      ],
    });
  });

  readonly writer = this.RULE("writer", () => {
    this.CONSUME(words.Writer);
    this.CONSUME(Name);
    this.CONSUME(symbols.Equal);
    this.CONSUME2(Name);
    this.OPTION(() => this.CONSUME(StringToken));
    this.MANY(() => this.SUBRULE(this.writerOption));
  });

  /** `model "gemma-3"`, `parallel 8`, `price 0.15, 0.60`, `may see age, city`. */
  readonly writerOption = this.RULE("writerOption", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(words.Model);
          this.CONSUME(StringToken);
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.Parallel);
          this.CONSUME(NumberToken);
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.Price);
          this.CONSUME2(NumberToken);
          this.CONSUME(symbols.Comma);
          this.CONSUME3(NumberToken);
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.May);
          this.CONSUME(words.See);
          this.SUBRULE(this.names);
        },
      },
    ]);
  });

  /** `generate seniors: 2_000 rows given age >= 65 seed 1`. */
  readonly generate = this.RULE("generate", () => {
    this.CONSUME(words.Generate);
    this.OPTION({
      MAX_LOOKAHEAD: 2,
      DEF: () => {
        this.CONSUME(Name);
        this.CONSUME(symbols.Colon);
      },
    });
    this.OR({
      MAX_LOOKAHEAD: 2,
      DEF: [
        {
          IGNORE_AMBIGUITIES: true,
          ALT: () => {
            this.CONSUME2(Name);
            this.CONSUME(words.Completed);
          },
        },
        {
          ALT: () => {
            this.SUBRULE(this.sum);
            this.CONSUME3(Name);
          },
        },
      ],
    });
    this.MANY(() => {
      this.OPTION2(() => this.CONSUME(symbols.Comma));
      this.SUBRULE(this.generateOption);
    });
  });

  readonly generateOption = this.RULE("generateOption", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(words.Given);
          this.SUBRULE(this.expression);
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.Like);
          this.CONSUME(StringToken);
          this.OPTION(() => {
            this.CONSUME(words.By);
            this.CONSUME(Name);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.Beside);
          this.CONSUME2(Name);
        },
      },
      {
        ALT: () => {
          this.CONSUME(words.Seed);
          this.SUBRULE(this.sum);
        },
      },
    ]);
  });

  readonly reportHead = this.RULE("reportHead", () => {
    this.CONSUME(words.Report);
    this.OPTION(() => this.CONSUME(StringToken));
    this.OPTION2(() => {
      this.CONSUME(words.For);
      this.CONSUME(Name);
    });
    this.OPTION3(() => this.CONSUME(words.Inside));
  });

  /** `show age by sex of fair, census`, `show 10 rows of fair`. */
  readonly show = this.RULE("show", () => {
    this.CONSUME(words.Show);
    this.OPTION(() => this.CONSUME(NumberToken));
    this.SUBRULE(this.names);
    this.OPTION2(() => {
      this.CONSUME(words.By);
      this.SUBRULE2(this.names);
    });
    this.OPTION3(() => {
      this.CONSUME(words.Of);
      this.SUBRULE3(this.names);
    });
  });

  /** `sweep gap over 0.1, 0.02 and eps over 1, 3`. */
  readonly sweepHead = this.RULE("sweepHead", () => {
    this.CONSUME(words.Sweep);
    this.SUBRULE(this.sweepAxis);
    this.OPTION(() => {
      this.CONSUME(words.And);
      this.SUBRULE2(this.sweepAxis);
    });
  });

  readonly sweepAxis = this.RULE("sweepAxis", () => {
    this.CONSUME(Name);
    this.CONSUME(words.Over);
    this.SUBRULE(this.sum);
    this.MANY(() => {
      this.CONSUME(symbols.Comma);
      this.SUBRULE2(this.sum);
    });
  });

  /** A block of one line, or the first line of one with braces. */
  readonly head = this.RULE("head", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.header) },
      { ALT: () => this.SUBRULE(this.source) },
      { ALT: () => this.SUBRULE(this.param) },
      { ALT: () => this.SUBRULE(this.tableHead) },
      { ALT: () => this.SUBRULE(this.privacyHead) },
      { ALT: () => this.SUBRULE(this.fairnessHead) },
      { ALT: () => this.SUBRULE(this.learnHead) },
      { ALT: () => this.SUBRULE(this.writer) },
      { ALT: () => this.SUBRULE(this.generate) },
      { ALT: () => this.SUBRULE(this.reportHead) },
      { ALT: () => this.SUBRULE(this.show) },
      { ALT: () => this.SUBRULE(this.sweepHead) },
    ]);
  });
}

let made: SpecParser | undefined;

/** The parser, made at the first call (some tens of milliseconds) and kept. */
export function specParser(): SpecParser {
  made ??= withAnalysis(new SpecParser(true));
  return made;
}

/** A parser that has read its own grammar; with `validate` it also looks for ambiguities. */
export function withAnalysis(parser: SpecParser): SpecParser {
  (parser as unknown as { performSelfAnalysis(): void }).performSelfAnalysis();
  return parser;
}

export type LineRule =
  | "head"
  | "tableLine"
  | "privacyLine"
  | "fairnessLine"
  | "learnLine"
  | "reportLine";
