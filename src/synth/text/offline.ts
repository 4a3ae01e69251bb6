import type { Faker } from "@faker-js/faker";
import { type Random, stream } from "../../base/random.js";
import { gridValue, indexAtLeast, indexAtMost } from "../../constraint/grid.js";
import { countOnGrid } from "../../constraint/spans.js";
import { formatDate, formatDatetime } from "../../table/format-value.js";
import { Pattern } from "../spec-only/pattern.js";
import type { CellAnswer } from "./read-answer.js";
import type { RowsShape, Shape } from "./shape.js";
import type { Answer, Question, Writer } from "./writer.js";

/**
 * A writer without a language model: short texts woven from the row's own values and a list of common
 * words, other values at random among those that may stand. Texts have the right length and subject and
 * no wit; values know nothing of the world. Releases mark them as written offline. The same question
 * has the same answer on every machine.
 */
export async function offlineWriter(name = "offline"): Promise<Writer> {
  const { Faker, en } = await import("@faker-js/faker");
  const faker = new Faker({ locale: en });
  return {
    name,
    local: true,
    mark: "written offline from templates and chance, not by a language model",
    identity: "offline",
    atOnce: 1,
    ask: async (question) => answer(question, faker),
    close: async () => {},
  };
}

function answer(question: Question, faker: Faker): Answer {
  const { shape, seed, refused } = question;
  const random = stream(seed, "offline", refused.length);
  faker.seed(random.uint32());
  const json =
    shape.kind === "rows"
      ? { rows: rowsOf(shape, question, random, faker) }
      : { value: cellOf(shape, question, random, faker) };
  return { text: JSON.stringify(json), tokensRead: 0, tokensWritten: 0, retries: 0 };
}

function rowsOf(shape: RowsShape, question: Question, random: Random, faker: Faker): object[] {
  return Array.from({ length: shape.count }, () =>
    Object.fromEntries(
      shape.fields.map((field) => {
        const gone = field.optional && random.uniform() < 0.05;
        return [field.name, gone ? null : cellOf(field.shape, question, random, faker)];
      }),
    ),
  );
}

function cellOf(
  shape: Exclude<Shape, RowsShape>,
  question: Question,
  random: Random,
  faker: Faker,
): CellAnswer {
  switch (shape.kind) {
    case "choice":
      return shape.values[random.below(Math.max(1, shape.values.length))] ?? null;
    case "number":
      return numberIn(shape.spans, shape.step, random);
    case "date":
      return formatDate(numberIn(shape.spans, 1, random));
    case "datetime":
      return formatDatetime(numberIn(shape.spans, 1, random));
    case "text":
      return shape.like === undefined
        ? text(question, random, faker)
        : new Pattern(shape.like).draw(random);
  }
}

/** A number of the spans: each grid value alike, or each length alike where there is no grid. */
function numberIn(spans: readonly number[], step: number | undefined, random: Random): number {
  if (step === undefined) return realIn(spans, random);
  let index = Math.floor(random.uniform() * countOnGrid(spans, step));
  for (let i = 0; i < spans.length; i += 2) {
    const low = indexAtLeast(spans[i] as number, step);
    const count = indexAtMost(spans[i + 1] as number, step) - low + 1;
    if (index < count) return gridValue(low + index, step);
    index -= count;
  }
  return spans[0] ?? 0;
}

function realIn(spans: readonly number[], random: Random): number {
  let whole = 0;
  for (let i = 0; i < spans.length; i += 2)
    whole += (spans[i + 1] as number) - (spans[i] as number);
  let rest = random.uniform() * whole;
  for (let i = 0; i < spans.length; i += 2) {
    const [low, high] = [spans[i] as number, spans[i + 1] as number];
    if (rest <= high - low) {
      const short = Number((low + rest).toPrecision(4));
      return short >= low && short <= high ? short : low + rest;
    }
    rest -= high - low;
  }
  return spans[0] ?? 0;
}

const NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split(" ");

/** The number of words that a prompt asks for: `six-word`, `in 8 words`; undefined where it doesn't say. */
function wordsWanted(prompt: string): number | undefined {
  const found = /\b(\d{1,2}|[a-z]+)[- ]words?\b/i.exec(prompt)?.[1]?.toLowerCase();
  if (found === undefined) return undefined;
  const number = NUMBERS.indexOf(found) + 1 || Number(found);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

function text(question: Question, random: Random, faker: Faker): string {
  const wanted = wordsWanted(question.prompt) ?? 7 + random.below(5);
  const words = sentence(question.facts, faker, random, wanted).split(" ");
  while (words.length < wanted)
    words.splice(Math.max(0, words.length - 1), 0, faker.word.adjective());
  const cut = words.slice(0, wanted).join(" ");
  return cut.charAt(0).toUpperCase() + cut.slice(1);
}

function sentence(facts: readonly string[], faker: Faker, random: Random, wanted: number): string {
  const [first = faker.word.noun(), second = faker.word.noun()] = facts;
  const adjective = faker.word.adjective();
  const shapes = [
    `${adjective} ${first} for every ${second} ${faker.word.noun()}`,
    `${first}, ${adjective} as ${second} and twice as ${faker.word.adjective()}`,
    `${second} outside, ${adjective} ${first} inside`,
    `more ${first}, less ${faker.word.noun()}, always ${second}`,
    `${adjective} days of ${second} call for ${first}`,
  ];
  const fitting = shapes.filter((shape) => shape.split(" ").length <= wanted);
  const from = fitting.length > 0 ? fitting : shapes;
  return from[random.below(from.length)] as string;
}
