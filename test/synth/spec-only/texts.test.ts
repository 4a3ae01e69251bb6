import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { inventedKinds, inventedLocales } from "../../../src/ir/personal.js";
import { inventor } from "../../../src/synth/spec-only/invented.js";
import { Pattern } from "../../../src/synth/spec-only/pattern.js";

test("made-up texts match their pattern in full", () => {
  const random = stream(1, "patterns");
  const patterns = [
    "[A-Z]{2}-\\d{4}",
    "(a|bc)*x?",
    "^\\w+@[^@\\s]{3,5}\\.(org|net)$",
    "\\S.\\D\\W",
    "",
  ];
  for (const text of patterns) {
    const pattern = new Pattern(text);
    const whole = new RegExp(`^(?:${text})$`);
    for (let i = 0; i < 200; i++) expect(pattern.draw(random)).toMatch(whole);
  }
});

test("distinct texts are distinct, down to the last one there is", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer(), (count, seed) => {
      const made = new Pattern("\\d{2}").drawDistinct(count, stream(seed, "p"), "code");
      expect(new Set(made).size).toBe(count);
    }),
    { seed: 1, numRuns: 50 },
  );
  expect(() => new Pattern("[ab]{2}").drawDistinct(5, stream(1, "p"), "code")).toThrow(/P1405/);
  expect(new Pattern("(a|a)b").drawDistinct(1, stream(1, "p"), "code")).toEqual(["ab"]);
  expect(() => new Pattern("(a)\\1").draw(stream(1, "p"))).toThrow(/P1406/);
});

function luhn(digits: string): boolean {
  let sum = 0;
  [...digits].reverse().forEach((digit, i) => {
    const value = Number(digit) * (i % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
}

function mod97(iban: string): number {
  const moved = iban.slice(4) + iban.slice(0, 4);
  let rest = 0;
  for (const sign of moved) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

test("the locales that checking knows are those of the library", async () => {
  const { allLocales } = await import("@faker-js/faker");
  const { base: _, ...spoken } = allLocales;
  expect([...inventedLocales].sort()).toEqual(Object.keys(spoken).sort());
});

test("ibans are of the locale's country, where it has some, and pass their checksum", async () => {
  const random = stream(9, "ibans");
  const of = {
    de: "DE",
    de_AT: "AT",
    fr: "FR",
    fr_BE: "BE",
    da: "DK",
    sv: "SE",
    el: "GR",
    cy: "GB",
  };
  for (const [locale, country] of Object.entries(of)) {
    const iban = await inventor(`iban ${locale}`);
    for (let i = 0; i < 20; i++) {
      const made = iban(random);
      expect([locale, made.slice(0, 2), mod97(made)]).toEqual([locale, country, 1]);
    }
  }
  // Japan and the United States have none: ibans of anywhere.
  for (const locale of ["ja", "en_US", "en"]) {
    expect(mod97((await inventor(`iban ${locale}`))(random))).toBe(1);
  }
});

test("invented people are the same for the same seed, and their numbers pass the checksums", async () => {
  const card = await inventor("card");
  const iban = await inventor("iban");
  const random = stream(9, "cards");
  for (let i = 0; i < 100; i++) {
    expect(luhn(card(random))).toBe(true);
    expect(mod97(iban(random))).toBe(1);
  }
  for (const kind of inventedKinds) {
    const first = (await inventor(`${kind} de`))(stream(2, kind));
    expect((await inventor(`${kind} de`))(stream(2, kind))).toBe(first);
    expect(first.length).toBeGreaterThan(0);
  }
  await expect(inventor("unicorn")).rejects.toThrow(/P1407/);
  await expect(inventor("name zz")).rejects.toThrow(/P1407/);
});
