import type { Faker } from "@faker-js/faker";
import type { Random } from "../../base/random.js";
import type { Writer, WriteTask } from "./writer.js";

/**
 * A writer without a language model: short texts woven from the row's own values and a list of common
 * words. They have the right length and subject and no wit; releases mark them as written offline.
 * The same row gives the same text on every machine.
 */
export async function offlineWriter(): Promise<Writer> {
  const { Faker, en } = await import("@faker-js/faker");
  const faker = new Faker({ locale: en });
  return {
    name: "offline",
    local: true,
    mark: "written offline from templates",
    write: async (task) => answer(task, faker),
  };
}

function answer(task: WriteTask, faker: Faker): string {
  const { type, random } = task;
  faker.seed(random.uint32());
  if (type.kind === "category") return type.values[random.below(type.values.length)] as string;
  if (type.kind === "bool") return random.below(2) === 0 ? "false" : "true";
  return text(task, faker);
}

const NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split(" ");

/** The number of words that a prompt asks for: `six-word`, `in 8 words`; undefined where it doesn't say. */
function wordsWanted(prompt: string): number | undefined {
  const found = /\b(\d{1,2}|[a-z]+)[- ]words?\b/i.exec(prompt)?.[1]?.toLowerCase();
  if (found === undefined) return undefined;
  const number = NUMBERS.indexOf(found) + 1 || Number(found);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

function text(task: WriteTask, faker: Faker): string {
  const wanted = wordsWanted(task.prompt) ?? 7 + task.random.below(5);
  const words = sentence(task.facts, faker, task.random, wanted).split(" ");
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
