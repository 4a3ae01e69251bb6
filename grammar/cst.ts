// Made from the grammar; test/grammar/cst-types.test.ts holds them together.
import type { CstNode, ICstVisitor, IToken } from "chevrotain";

export interface NamesCstNode extends CstNode {
  name: "names";
  children: NamesCstChildren;
}

export type NamesCstChildren = {
  Name: (IToken)[];
  Comma?: IToken[];
};

export interface ExpressionCstNode extends CstNode {
  name: "expression";
  children: ExpressionCstChildren;
}

export type ExpressionCstChildren = {
  conjunction: (ConjunctionCstNode)[];
  Or?: IToken[];
};

export interface ConjunctionCstNode extends CstNode {
  name: "conjunction";
  children: ConjunctionCstChildren;
}

export type ConjunctionCstChildren = {
  negation: (NegationCstNode)[];
  And?: IToken[];
};

export interface NegationCstNode extends CstNode {
  name: "negation";
  children: NegationCstChildren;
}

export type NegationCstChildren = {
  Not?: IToken[];
  comparison: ComparisonCstNode[];
};

export interface ComparisonCstNode extends CstNode {
  name: "comparison";
  children: ComparisonCstChildren;
}

export type ComparisonCstChildren = {
  sum: (SumCstNode)[];
  membership?: MembershipCstNode[];
  presence?: PresenceCstNode[];
  relation?: RelationCstNode[];
};

export interface RelationCstNode extends CstNode {
  name: "relation";
  children: RelationCstChildren;
}

export type RelationCstChildren = {
  Equal?: IToken[];
  NotEqual?: IToken[];
  Less?: IToken[];
  LessEqual?: IToken[];
  Greater?: IToken[];
  GreaterEqual?: IToken[];
};

export interface MembershipCstNode extends CstNode {
  name: "membership";
  children: MembershipCstChildren;
}

export type MembershipCstChildren = {
  Not?: IToken[];
  In: IToken[];
  LParen?: IToken[];
  expression?: (ExpressionCstNode)[];
  Comma?: IToken[];
  RParen?: IToken[];
  DotDot?: (IToken)[];
  sum?: (SumCstNode)[];
};

export interface PresenceCstNode extends CstNode {
  name: "presence";
  children: PresenceCstChildren;
}

export type PresenceCstChildren = {
  Is: IToken[];
  Not?: IToken[];
  Missing?: IToken[];
  Present?: IToken[];
};

export interface SumCstNode extends CstNode {
  name: "sum";
  children: SumCstChildren;
}

export type SumCstChildren = {
  product: (ProductCstNode)[];
  addition?: AdditionCstNode[];
};

export interface AdditionCstNode extends CstNode {
  name: "addition";
  children: AdditionCstChildren;
}

export type AdditionCstChildren = {
  Plus?: IToken[];
  Minus?: IToken[];
};

export interface ProductCstNode extends CstNode {
  name: "product";
  children: ProductCstChildren;
}

export type ProductCstChildren = {
  signed: (SignedCstNode)[];
  multiplication?: MultiplicationCstNode[];
};

export interface MultiplicationCstNode extends CstNode {
  name: "multiplication";
  children: MultiplicationCstChildren;
}

export type MultiplicationCstChildren = {
  Star?: IToken[];
  Slash?: IToken[];
};

export interface SignedCstNode extends CstNode {
  name: "signed";
  children: SignedCstChildren;
}

export type SignedCstChildren = {
  Minus?: IToken[];
  power: PowerCstNode[];
};

export interface PowerCstNode extends CstNode {
  name: "power";
  children: PowerCstChildren;
}

export type PowerCstChildren = {
  value: ValueCstNode[];
  Caret?: IToken[];
  signed?: SignedCstNode[];
};

export interface ValueCstNode extends CstNode {
  name: "value";
  children: ValueCstChildren;
}

export type ValueCstChildren = {
  Numeral?: IToken[];
  String?: IToken[];
  DateLiteral?: IToken[];
  True?: IToken[];
  False?: IToken[];
  reference?: ReferenceCstNode[];
  group?: GroupCstNode[];
};

export interface GroupCstNode extends CstNode {
  name: "group";
  children: GroupCstChildren;
}

export type GroupCstChildren = {
  LParen: IToken[];
  expression: ExpressionCstNode[];
  RParen: IToken[];
};

export interface ReferenceCstNode extends CstNode {
  name: "reference";
  children: ReferenceCstChildren;
}

export type ReferenceCstChildren = {
  Name: (IToken)[];
  Dot?: IToken[];
  callArguments?: CallArgumentsCstNode[];
};

export interface CallArgumentsCstNode extends CstNode {
  name: "callArguments";
  children: CallArgumentsCstChildren;
}

export type CallArgumentsCstChildren = {
  LParen: IToken[];
  expression?: (ExpressionCstNode)[];
  Comma?: IToken[];
  RParen: IToken[];
};

export interface BoundCstNode extends CstNode {
  name: "bound";
  children: BoundCstChildren;
}

export type BoundCstChildren = {
  Minus?: IToken[];
  Numeral?: IToken[];
  DateLiteral?: IToken[];
  Name?: IToken[];
  callArguments?: CallArgumentsCstNode[];
  group?: GroupCstNode[];
};

export interface RangeCstNode extends CstNode {
  name: "range";
  children: RangeCstChildren;
}

export type RangeCstChildren = {
  bound: (BoundCstNode)[];
  DotDot: IToken[];
};

export interface TypeCstNode extends CstNode {
  name: "type";
  children: TypeCstChildren;
}

export type TypeCstChildren = {
  numberType?: NumberTypeCstNode[];
  moneyType?: MoneyTypeCstNode[];
  choiceType?: ChoiceTypeCstNode[];
  categoryType?: CategoryTypeCstNode[];
  temporalType?: TemporalTypeCstNode[];
  durationType?: DurationTypeCstNode[];
  refType?: RefTypeCstNode[];
  textType?: TextTypeCstNode[];
  placeType?: PlaceTypeCstNode[];
  Bool?: IToken[];
  Id?: IToken[];
};

export interface NumberTypeCstNode extends CstNode {
  name: "numberType";
  children: NumberTypeCstChildren;
}

export type NumberTypeCstChildren = {
  Int?: IToken[];
  Real?: IToken[];
  extent?: ExtentCstNode[];
  unit?: UnitCstNode[];
  step?: StepCstNode[];
};

export interface MoneyTypeCstNode extends CstNode {
  name: "moneyType";
  children: MoneyTypeCstChildren;
}

export type MoneyTypeCstChildren = {
  Money: IToken[];
  UnitWord?: IToken[];
  extent?: ExtentCstNode[];
  step?: StepCstNode[];
};

export interface ExtentCstNode extends CstNode {
  name: "extent";
  children: ExtentCstChildren;
}

export type ExtentCstChildren = {
  Learned?: IToken[];
  range?: RangeCstNode[];
};

export interface UnitCstNode extends CstNode {
  name: "unit";
  children: UnitCstChildren;
}

export type UnitCstChildren = {
  PercentSign?: IToken[];
  unitPart?: (UnitPartCstNode)[];
  multiplication?: MultiplicationCstNode[];
};

export interface UnitPartCstNode extends CstNode {
  name: "unitPart";
  children: UnitPartCstChildren;
}

export type UnitPartCstChildren = {
  UnitWord: IToken[];
  Caret?: IToken[];
  Minus?: IToken[];
  Number?: IToken[];
};

export interface StepCstNode extends CstNode {
  name: "step";
  children: StepCstChildren;
}

export type StepCstChildren = {
  Step: IToken[];
  Number: IToken[];
};

export interface ChoiceTypeCstNode extends CstNode {
  name: "choiceType";
  children: ChoiceTypeCstChildren;
}

export type ChoiceTypeCstChildren = {
  Pipe?: IToken[];
  choice: (ChoiceCstNode)[];
  choiceSign?: ChoiceSignCstNode[];
};

export interface ChoiceSignCstNode extends CstNode {
  name: "choiceSign";
  children: ChoiceSignCstChildren;
}

export type ChoiceSignCstChildren = {
  Pipe?: IToken[];
  Less?: IToken[];
};

export interface ChoiceCstNode extends CstNode {
  name: "choice";
  children: ChoiceCstChildren;
}

export type ChoiceCstChildren = {
  String: IToken[];
  Percent?: IToken[];
};

export interface CategoryTypeCstNode extends CstNode {
  name: "categoryType";
  children: CategoryTypeCstChildren;
}

export type CategoryTypeCstChildren = {
  Category: IToken[];
  Learned?: IToken[];
};

export interface TemporalTypeCstNode extends CstNode {
  name: "temporalType";
  children: TemporalTypeCstChildren;
}

export type TemporalTypeCstChildren = {
  Date?: IToken[];
  Datetime?: IToken[];
  extent?: ExtentCstNode[];
};

export interface DurationTypeCstNode extends CstNode {
  name: "durationType";
  children: DurationTypeCstChildren;
}

export type DurationTypeCstChildren = {
  Duration: IToken[];
  range?: RangeCstNode[];
  unit?: UnitCstNode[];
};

export interface RefTypeCstNode extends CstNode {
  name: "refType";
  children: RefTypeCstChildren;
}

export type RefTypeCstChildren = {
  Ref: IToken[];
  Name: (IToken)[];
  Comma?: IToken[];
  range?: RangeCstNode[];
  Per?: IToken[];
};

export interface TextTypeCstNode extends CstNode {
  name: "textType";
  children: TextTypeCstChildren;
}

export type TextTypeCstChildren = {
  Text: IToken[];
  Like?: IToken[];
  Invented?: IToken[];
  String?: IToken[];
};

export interface PlaceTypeCstNode extends CstNode {
  name: "placeType";
  children: PlaceTypeCstChildren;
}

export type PlaceTypeCstChildren = {
  Place: IToken[];
  range?: (RangeCstNode)[];
  Comma?: IToken[];
  step?: StepCstNode[];
};

export interface TableLineCstNode extends CstNode {
  name: "tableLine";
  children: TableLineCstChildren;
}

export type TableLineCstChildren = {
  column?: ColumnCstNode[];
  unique?: UniqueCstNode[];
  correlate?: CorrelateCstNode[];
  when?: WhenCstNode[];
  expect?: ExpectCstNode[];
  require?: RequireCstNode[];
  relationship?: RelationshipCstNode[];
  Guessed?: IToken[];
};

export interface ColumnCstNode extends CstNode {
  name: "column";
  children: ColumnCstChildren;
}

export type ColumnCstChildren = {
  Name: IToken[];
  Colon: IToken[];
  type: TypeCstNode[];
  orMissing?: (OrMissingCstNode)[];
  origin?: OriginCstNode[];
  headers?: HeadersCstNode[];
};

export interface OrMissingCstNode extends CstNode {
  name: "orMissing";
  children: OrMissingCstChildren;
}

export type OrMissingCstChildren = {
  Or: IToken[];
  Missing: IToken[];
  Percent?: IToken[];
};

export interface OriginCstNode extends CstNode {
  name: "origin";
  children: OriginCstChildren;
}

export type OriginCstChildren = {
  Tilde?: IToken[];
  expression?: (ExpressionCstNode)[];
  Define?: IToken[];
  Written?: IToken[];
  String?: IToken[];
  By?: IToken[];
  Name?: IToken[];
};

export interface HeadersCstNode extends CstNode {
  name: "headers";
  children: HeadersCstChildren;
}

export type HeadersCstChildren = {
  From: IToken[];
  String: (IToken)[];
  Comma?: IToken[];
};

export interface RequireCstNode extends CstNode {
  name: "require";
  children: RequireCstChildren;
}

export type RequireCstChildren = {
  Require: IToken[];
  expression: ExpressionCstNode[];
  relationshipTail?: RelationshipTailCstNode[];
};

export interface WhenCstNode extends CstNode {
  name: "when";
  children: WhenCstChildren;
}

export type WhenCstChildren = {
  When: IToken[];
  expression: (ExpressionCstNode)[];
  Then: IToken[];
};

export interface ExpectCstNode extends CstNode {
  name: "expect";
  children: ExpectCstChildren;
}

export type ExpectCstChildren = {
  Expect: IToken[];
  expression: ExpressionCstNode[];
  Enforced?: IToken[];
};

export interface UniqueCstNode extends CstNode {
  name: "unique";
  children: UniqueCstChildren;
}

export type UniqueCstChildren = {
  Unique: IToken[];
  names: NamesCstNode[];
};

export interface CorrelateCstNode extends CstNode {
  name: "correlate";
  children: CorrelateCstChildren;
}

export type CorrelateCstChildren = {
  Correlate: IToken[];
  Name: (IToken)[];
  With: IToken[];
  sum: SumCstNode[];
};

export interface RelationshipCstNode extends CstNode {
  name: "relationship";
  children: RelationshipCstChildren;
}

export type RelationshipCstChildren = {
  expression: ExpressionCstNode[];
  relationshipTail: RelationshipTailCstNode[];
};

export interface RelationshipTailCstNode extends CstNode {
  name: "relationshipTail";
  children: RelationshipTailCstChildren;
}

export type RelationshipTailCstChildren = {
  Exactly?: IToken[];
  When?: IToken[];
  expression?: ExpressionCstNode[];
  Comma?: IToken[];
  Name?: (IToken)[];
  Determines?: IToken[];
  names?: NamesCstNode[];
  Of?: IToken[];
  Each?: IToken[];
  Increases?: IToken[];
};

export interface PrivacyLineCstNode extends CstNode {
  name: "privacyLine";
  children: PrivacyLineCstChildren;
}

export type PrivacyLineCstChildren = {
  protect?: ProtectCstNode[];
  budget?: BudgetCstNode[];
  spend?: SpendCstNode[];
  forbidCopies?: ForbidCopiesCstNode[];
  partition?: PartitionCstNode[];
};

export interface ProtectCstNode extends CstNode {
  name: "protect";
  children: ProtectCstChildren;
}

export type ProtectCstChildren = {
  Protect: IToken[];
  Each: IToken[];
  Row?: IToken[];
  Of?: IToken[];
  Name?: (IToken)[];
  atMost?: AtMostCstNode[];
};

export interface AtMostCstNode extends CstNode {
  name: "atMost";
  children: AtMostCstChildren;
}

export type AtMostCstChildren = {
  Comma?: (IToken)[];
  At: IToken[];
  Most: IToken[];
  counted: (CountedCstNode)[];
};

export interface CountedCstNode extends CstNode {
  name: "counted";
  children: CountedCstChildren;
}

export type CountedCstChildren = {
  Number: IToken[];
  Name: IToken[];
};

export interface BudgetCstNode extends CstNode {
  name: "budget";
  children: BudgetCstChildren;
}

export type BudgetCstChildren = {
  Budget: IToken[];
  Epsilon: IToken[];
  sum: (SumCstNode)[];
  Comma?: IToken[];
  Delta?: IToken[];
};

export interface SpendCstNode extends CstNode {
  name: "spend";
  children: SpendCstChildren;
}

export type SpendCstChildren = {
  Spend: IToken[];
  shareOn: (ShareOnCstNode)[];
  Comma?: IToken[];
};

export interface ShareOnCstNode extends CstNode {
  name: "shareOn";
  children: ShareOnCstChildren;
}

export type ShareOnCstChildren = {
  Percent: IToken[];
  On: IToken[];
  Name: IToken[];
};

export interface ForbidCopiesCstNode extends CstNode {
  name: "forbidCopies";
  children: ForbidCopiesCstChildren;
}

export type ForbidCopiesCstChildren = {
  Forbid: IToken[];
  Exact: IToken[];
  Copies: IToken[];
  Of: IToken[];
  names: NamesCstNode[];
};

export interface PartitionCstNode extends CstNode {
  name: "partition";
  children: PartitionCstChildren;
}

export type PartitionCstChildren = {
  Partition: IToken[];
  By: IToken[];
  Name: IToken[];
};

export interface FairnessLineCstNode extends CstNode {
  name: "fairnessLine";
  children: FairnessLineCstChildren;
}

export type FairnessLineCstChildren = {
  across?: AcrossCstNode[];
  outcome?: OutcomeCstNode[];
  goal?: GoalCstNode[];
  keep?: KeepCstNode[];
  rebalance?: RebalanceCstNode[];
  forbidEdge?: ForbidEdgeCstNode[];
};

export interface AcrossCstNode extends CstNode {
  name: "across";
  children: AcrossCstChildren;
}

export type AcrossCstChildren = {
  Across: IToken[];
  names: NamesCstNode[];
};

export interface OutcomeCstNode extends CstNode {
  name: "outcome";
  children: OutcomeCstChildren;
}

export type OutcomeCstChildren = {
  Outcome: IToken[];
  expression: ExpressionCstNode[];
};

export interface GoalCstNode extends CstNode {
  name: "goal";
  children: GoalCstChildren;
}

export type GoalCstChildren = {
  Require: IToken[];
  Name: IToken[];
  Given?: IToken[];
  names?: NamesCstNode[];
  LessEqual?: IToken[];
  GreaterEqual?: IToken[];
  sum: SumCstNode[];
};

export interface KeepCstNode extends CstNode {
  name: "keep";
  children: KeepCstChildren;
}

export type KeepCstChildren = {
  Keep: IToken[];
  Relation?: IToken[];
  Percent?: IToken[];
  names?: NamesCstNode[];
};

export interface RebalanceCstNode extends CstNode {
  name: "rebalance";
  children: RebalanceCstChildren;
}

export type RebalanceCstChildren = {
  Rebalance: IToken[];
  Name: IToken[];
  To: IToken[];
  shareOf: (ShareOfCstNode)[];
  Comma?: IToken[];
};

export interface ShareOfCstNode extends CstNode {
  name: "shareOf";
  children: ShareOfCstChildren;
}

export type ShareOfCstChildren = {
  Percent: IToken[];
  String: IToken[];
};

export interface ForbidEdgeCstNode extends CstNode {
  name: "forbidEdge";
  children: ForbidEdgeCstChildren;
}

export type ForbidEdgeCstChildren = {
  Forbid: IToken[];
  Name: (IToken)[];
  Arrow: IToken[];
  Except?: IToken[];
  Through?: IToken[];
  names?: NamesCstNode[];
};

export interface LearnLineCstNode extends CstNode {
  name: "learnLine";
  children: LearnLineCstChildren;
}

export type LearnLineCstChildren = {
  Name: IToken[];
  LessEqual?: IToken[];
  Equal?: IToken[];
  operand: (OperandCstNode)[];
  Comma?: IToken[];
};

export interface OperandCstNode extends CstNode {
  name: "operand";
  children: OperandCstChildren;
}

export type OperandCstChildren = {
  Minus?: IToken[];
  Name?: IToken[];
  Numeral?: IToken[];
  String?: IToken[];
};

export interface ReportLineCstNode extends CstNode {
  name: "reportLine";
  children: ReportLineCstChildren;
}

export type ReportLineCstChildren = {
  Name: IToken[];
  Percent?: IToken[];
  reportItem?: (ReportItemCstNode)[];
  Comma?: IToken[];
};

export interface ReportItemCstNode extends CstNode {
  name: "reportItem";
  children: ReportItemCstChildren;
}

export type ReportItemCstChildren = {
  Name: IToken[];
};

export interface HeaderCstNode extends CstNode {
  name: "header";
  children: HeaderCstChildren;
}

export type HeaderCstChildren = {
  Spec: IToken[];
  Name: IToken[];
  String?: IToken[];
};

export interface SourceCstNode extends CstNode {
  name: "source";
  children: SourceCstChildren;
}

export type SourceCstChildren = {
  Source: IToken[];
  Name: (IToken)[];
  Equal: IToken[];
  String?: IToken[];
  sourceOption?: SourceOptionCstNode[];
};

export interface SourceOptionCstNode extends CstNode {
  name: "sourceOption";
  children: SourceOptionCstChildren;
}

export type SourceOptionCstChildren = {
  Missing?: IToken[];
  String?: (IToken)[];
  Comma?: (IToken)[];
  Delimiter?: IToken[];
  Encoding?: IToken[];
  Decimal?: IToken[];
  Dates?: IToken[];
  Cap?: IToken[];
  Epsilon?: IToken[];
  Number?: IToken[];
  Public?: IToken[];
};

export interface ParamCstNode extends CstNode {
  name: "param";
  children: ParamCstChildren;
}

export type ParamCstChildren = {
  Param: IToken[];
  Name: IToken[];
  Colon: IToken[];
  type: TypeCstNode[];
  Equal: IToken[];
  expression: ExpressionCstNode[];
};

export interface TableHeadCstNode extends CstNode {
  name: "tableHead";
  children: TableHeadCstChildren;
}

export type TableHeadCstChildren = {
  Table: IToken[];
  Name: (IToken)[];
  From?: IToken[];
  Dot?: IToken[];
};

export interface PrivacyHeadCstNode extends CstNode {
  name: "privacyHead";
  children: PrivacyHeadCstChildren;
}

export type PrivacyHeadCstChildren = {
  Privacy: IToken[];
};

export interface FairnessHeadCstNode extends CstNode {
  name: "fairnessHead";
  children: FairnessHeadCstChildren;
}

export type FairnessHeadCstChildren = {
  Fairness: IToken[];
};

export interface LearnHeadCstNode extends CstNode {
  name: "learnHead";
  children: LearnHeadCstChildren;
}

export type LearnHeadCstChildren = {
  Learn: IToken[];
  Name?: (IToken)[];
  With: (IToken)[];
  Prior?: (IToken)[];
  Comma?: IToken[];
};

export interface WriterCstNode extends CstNode {
  name: "writer";
  children: WriterCstChildren;
}

export type WriterCstChildren = {
  Writer: IToken[];
  Name: (IToken)[];
  Equal: IToken[];
  String?: IToken[];
  writerOption?: WriterOptionCstNode[];
};

export interface WriterOptionCstNode extends CstNode {
  name: "writerOption";
  children: WriterOptionCstChildren;
}

export type WriterOptionCstChildren = {
  Model?: IToken[];
  String?: IToken[];
  Parallel?: IToken[];
  Number?: (IToken)[];
  Price?: IToken[];
  Comma?: IToken[];
  May?: IToken[];
  See?: IToken[];
  names?: NamesCstNode[];
};

export interface GenerateCstNode extends CstNode {
  name: "generate";
  children: GenerateCstChildren;
}

export type GenerateCstChildren = {
  Generate: IToken[];
  Name?: (IToken)[];
  Colon?: IToken[];
  Completed?: IToken[];
  sum?: SumCstNode[];
  Comma?: IToken[];
  generateOption?: GenerateOptionCstNode[];
};

export interface GenerateOptionCstNode extends CstNode {
  name: "generateOption";
  children: GenerateOptionCstChildren;
}

export type GenerateOptionCstChildren = {
  Given?: IToken[];
  expression?: ExpressionCstNode[];
  Like?: IToken[];
  String?: IToken[];
  By?: IToken[];
  Name?: (IToken)[];
  Beside?: IToken[];
  Seed?: IToken[];
  sum?: SumCstNode[];
};

export interface ReportHeadCstNode extends CstNode {
  name: "reportHead";
  children: ReportHeadCstChildren;
}

export type ReportHeadCstChildren = {
  Report: IToken[];
  String?: IToken[];
  For?: IToken[];
  Name?: IToken[];
  Inside?: IToken[];
};

export interface ShowCstNode extends CstNode {
  name: "show";
  children: ShowCstChildren;
}

export type ShowCstChildren = {
  Show: IToken[];
  Number?: IToken[];
  names: (NamesCstNode)[];
  By?: IToken[];
  Of?: IToken[];
};

export interface SweepHeadCstNode extends CstNode {
  name: "sweepHead";
  children: SweepHeadCstChildren;
}

export type SweepHeadCstChildren = {
  Sweep: IToken[];
  sweepAxis: (SweepAxisCstNode)[];
  And?: IToken[];
};

export interface SweepAxisCstNode extends CstNode {
  name: "sweepAxis";
  children: SweepAxisCstChildren;
}

export type SweepAxisCstChildren = {
  Name: IToken[];
  Over: IToken[];
  sum: (SumCstNode)[];
  Comma?: IToken[];
};

export interface HeadCstNode extends CstNode {
  name: "head";
  children: HeadCstChildren;
}

export type HeadCstChildren = {
  header?: HeaderCstNode[];
  source?: SourceCstNode[];
  param?: ParamCstNode[];
  tableHead?: TableHeadCstNode[];
  privacyHead?: PrivacyHeadCstNode[];
  fairnessHead?: FairnessHeadCstNode[];
  learnHead?: LearnHeadCstNode[];
  writer?: WriterCstNode[];
  generate?: GenerateCstNode[];
  reportHead?: ReportHeadCstNode[];
  show?: ShowCstNode[];
  sweepHead?: SweepHeadCstNode[];
};
