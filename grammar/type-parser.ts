import { ExpressionParser } from "./expression-parser.js";
import { Name, NumberToken, Percent, StringToken, symbols, UnitWord, words } from "./tokens.js";

/** What stands after a column's colon. */
export class TypeParser extends ExpressionParser {
  readonly type = this.RULE("type", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.numberType) },
      { ALT: () => this.SUBRULE(this.moneyType) },
      { ALT: () => this.SUBRULE(this.choiceType) },
      { ALT: () => this.SUBRULE(this.categoryType) },
      { ALT: () => this.SUBRULE(this.temporalType) },
      { ALT: () => this.SUBRULE(this.durationType) },
      { ALT: () => this.SUBRULE(this.refType) },
      { ALT: () => this.SUBRULE(this.textType) },
      { ALT: () => this.SUBRULE(this.placeType) },
      { ALT: () => this.CONSUME(words.Bool) },
      { ALT: () => this.CONSUME(words.Id) },
    ]);
  });

  /** `int 17..90 years`, `real learned`, `int step 5`. */
  readonly numberType = this.RULE("numberType", () => {
    this.either(words.Int, words.Real);
    this.OPTION({ MAX_LOOKAHEAD: 2, DEF: () => this.SUBRULE(this.extent) });
    this.OPTION2(() => this.SUBRULE(this.unit));
    this.OPTION3(() => this.SUBRULE(this.step));
  });

  /** `money USD 0..99_999 step 10`. */
  readonly moneyType = this.RULE("moneyType", () => {
    this.CONSUME(words.Money);
    // `money EUR`, but `money low..high`: a param may be a bound.
    this.OPTION({
      GATE: () => ![symbols.DotDot, symbols.LParen].includes(this.LA(2).tokenType),
      DEF: () => this.CONSUME(UnitWord),
    });
    this.OPTION2(() => this.SUBRULE(this.extent));
    this.OPTION3(() => this.SUBRULE(this.step));
  });

  /** Bounds, or `learned` where the data tells them. */
  readonly extent = this.RULE("extent", () => {
    this.OR([{ ALT: () => this.CONSUME(words.Learned) }, { ALT: () => this.SUBRULE(this.range) }]);
  });

  /** `years`, `hours/week`, `kg/m^2`, `%`. */
  readonly unit = this.RULE("unit", () => {
    this.OR([
      { ALT: () => this.CONSUME(symbols.PercentSign) },
      {
        ALT: () => {
          this.SUBRULE(this.unitPart);
          this.MANY(() => {
            this.SUBRULE(this.multiplication);
            this.SUBRULE2(this.unitPart);
          });
        },
      },
    ]);
  });

  readonly unitPart = this.RULE("unitPart", () => {
    this.CONSUME(UnitWord);
    this.OPTION(() => {
      this.CONSUME(symbols.Caret);
      this.OPTION2(() => this.CONSUME(symbols.Minus));
      this.CONSUME(NumberToken);
    });
  });

  readonly step = this.RULE("step", () => {
    this.CONSUME(words.Step);
    this.CONSUME(NumberToken);
  });

  /** `"F" | "M"`, `"low" < "high"`, `"sun" 60% | "rain" 40%`. */
  readonly choiceType = this.RULE("choiceType", () => {
    this.OPTION(() => this.CONSUME(symbols.Pipe));
    this.SUBRULE(this.choice);
    this.MANY(() => {
      this.SUBRULE(this.choiceSign);
      this.SUBRULE2(this.choice);
    });
  });

  readonly choiceSign = this.RULE("choiceSign", () => this.either(symbols.Pipe, symbols.Less));

  readonly choice = this.RULE("choice", () => {
    this.CONSUME(StringToken);
    this.OPTION(() => this.CONSUME(Percent));
  });

  readonly categoryType = this.RULE("categoryType", () => {
    this.CONSUME(words.Category);
    this.OPTION(() => this.CONSUME(words.Learned));
  });

  readonly temporalType = this.RULE("temporalType", () => {
    this.either(words.Date, words.Datetime);
    this.OPTION(() => this.SUBRULE(this.extent));
  });

  readonly durationType = this.RULE("durationType", () => {
    this.CONSUME(words.Duration);
    this.OPTION({ MAX_LOOKAHEAD: 2, DEF: () => this.SUBRULE(this.range) });
    this.OPTION2(() => this.SUBRULE(this.unit));
  });

  /** `ref patients, 0..12 per patient`. */
  readonly refType = this.RULE("refType", () => {
    this.CONSUME(words.Ref);
    this.CONSUME(Name);
    this.OPTION(() => {
      this.OPTION2(() => this.CONSUME(symbols.Comma));
      this.SUBRULE(this.range);
      this.CONSUME(words.Per);
      this.CONSUME2(Name);
    });
  });

  /** `text`, `text like "[A-Z]{2}"`, `text invented "email"`. */
  readonly textType = this.RULE("textType", () => {
    this.CONSUME(words.Text);
    this.OPTION(() => {
      this.either(words.Like, words.Invented);
      this.CONSUME(StringToken);
    });
  });

  /** `place 40..42, -75..-70 step 0.01`. */
  readonly placeType = this.RULE("placeType", () => {
    this.CONSUME(words.Place);
    this.OPTION(() => {
      this.SUBRULE(this.range);
      this.CONSUME(symbols.Comma);
      this.SUBRULE2(this.range);
    });
    this.OPTION2(() => this.SUBRULE(this.step));
  });
}
