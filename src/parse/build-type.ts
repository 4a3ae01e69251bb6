import type {
  ChoiceTypeCstNode,
  DurationTypeCstNode,
  ExtentCstNode,
  MoneyTypeCstNode,
  NumberTypeCstNode,
  PlaceTypeCstNode,
  RefTypeCstNode,
  StepCstNode,
  TemporalTypeCstNode,
  TextTypeCstNode,
  TypeCstNode,
  UnitCstNode,
} from "../../grammar/cst.js";
import type {
  ChoiceTypeNode,
  NumberTypeNode,
  PlaceTypeNode,
  RangeNode,
  RefTypeNode,
  TemporalTypeNode,
  TextTypeNode,
  TypeNode,
  UnitNode,
} from "../ir/spec.js";
import { extent, first, nameOf, numeralOf, quotedOf, spanOf } from "./build-base.js";
import { rangeOf } from "./build-expression.js";

export function typeOf(node: TypeCstNode, text: string): TypeNode {
  const parts = node.children;
  const span = extent(node);
  if (parts.numberType) return numberTypeOf(first(parts.numberType), text);
  if (parts.moneyType) return moneyTypeOf(first(parts.moneyType));
  if (parts.choiceType) return choiceTypeOf(first(parts.choiceType));
  if (parts.categoryType) {
    const learned = first(parts.categoryType).children.Learned !== undefined;
    return { kind: "category", learned, span };
  }
  if (parts.temporalType) return temporalTypeOf(first(parts.temporalType));
  if (parts.durationType) return durationTypeOf(first(parts.durationType), text);
  if (parts.refType) return refTypeOf(first(parts.refType));
  if (parts.textType) return textTypeOf(first(parts.textType));
  if (parts.placeType) return placeTypeOf(first(parts.placeType));
  return parts.Bool ? { kind: "bool", span } : { kind: "id", span };
}

function extentOf(nodes: readonly ExtentCstNode[] | undefined): {
  readonly range?: RangeNode;
  readonly learned: boolean;
} {
  const node = nodes?.[0];
  const range = node?.children.range?.[0];
  return {
    ...(range === undefined ? {} : { range: rangeOf(range) }),
    learned: node?.children.Learned !== undefined,
  };
}

function unitOf(nodes: readonly UnitCstNode[] | undefined, text: string): { unit?: UnitNode } {
  const node = nodes?.[0];
  if (node === undefined) return {};
  const span = extent(node);
  return { unit: { text: text.slice(span.start, span.end).replace(/\s+/g, ""), span } };
}

function stepOf(nodes: readonly StepCstNode[] | undefined) {
  const node = nodes?.[0];
  return node === undefined ? {} : { step: numeralOf(first(node.children.Number)) };
}

function numberTypeOf(node: NumberTypeCstNode, text: string): NumberTypeNode {
  const { Int, extent: bounds, unit, step } = node.children;
  return {
    kind: "number",
    base: Int === undefined ? "real" : "int",
    ...extentOf(bounds),
    ...unitOf(unit, text),
    ...stepOf(step),
    span: extent(node),
  };
}

function moneyTypeOf(node: MoneyTypeCstNode): NumberTypeNode {
  const { UnitWord, extent: bounds, step } = node.children;
  return {
    kind: "number",
    base: "money",
    ...(UnitWord === undefined ? {} : { currency: nameOf(first(UnitWord)) }),
    ...extentOf(bounds),
    ...stepOf(step),
    span: extent(node),
  };
}

function choiceTypeOf(node: ChoiceTypeCstNode): ChoiceTypeNode {
  const values = node.children.choice.map(({ children }) => ({
    value: quotedOf(first(children.String)),
    ...(children.Percent === undefined ? {} : { weight: numeralOf(first(children.Percent)) }),
  }));
  const ordered = (node.children.choiceSign ?? []).some((sign) => sign.children.Less !== undefined);
  return { kind: "choice", ordered, values, span: extent(node) };
}

function temporalTypeOf(node: TemporalTypeCstNode): TemporalTypeNode {
  const { Datetime, extent: bounds } = node.children;
  return {
    kind: "temporal",
    base: Datetime === undefined ? "date" : "datetime",
    ...extentOf(bounds),
    span: extent(node),
  };
}

function durationTypeOf(node: DurationTypeCstNode, text: string): TypeNode {
  const { range, unit } = node.children;
  return {
    kind: "duration",
    ...(range === undefined ? {} : { range: rangeOf(first(range)) }),
    ...unitOf(unit, text),
    span: extent(node),
  };
}

function refTypeOf(node: RefTypeCstNode): RefTypeNode {
  const { Name, range } = node.children;
  const per = Name[1];
  const count =
    range === undefined || per === undefined
      ? {}
      : { count: { range: rangeOf(first(range)), per: nameOf(per) } };
  return { kind: "ref", table: nameOf(first(Name)), ...count, span: extent(node) };
}

function textTypeOf(node: TextTypeCstNode): TextTypeNode {
  const { Like, Invented, String: text } = node.children;
  return {
    kind: "text",
    ...(Like === undefined ? {} : { like: quotedOf(first(text)) }),
    ...(Invented === undefined ? {} : { invented: quotedOf(first(text)) }),
    span: extent(node),
  };
}

function placeTypeOf(node: PlaceTypeCstNode): PlaceTypeNode {
  const [latitude, longitude] = (node.children.range ?? []).map(rangeOf);
  return {
    kind: "place",
    ...(latitude === undefined ? {} : { latitude }),
    ...(longitude === undefined ? {} : { longitude }),
    ...stepOf(node.children.step),
    span: extent(node),
  };
}

/** The spans of the signs of a choice that differ from its first: `|` and `<` don't mix. */
export function mixedSigns(node: TypeCstNode) {
  const signs = node.children.choiceType?.[0]?.children.choiceSign ?? [];
  const tokens = signs.map((sign) => first(sign.children.Pipe ?? sign.children.Less));
  return tokens.filter((token) => token.image !== tokens[0]?.image).map(spanOf);
}
