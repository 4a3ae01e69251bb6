import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exposures, plantCanaries } from "../../../src/evaluate/privacy/canaries.js";
import { card, iban, luhn, socialSecurity } from "../../../src/evaluate/privacy/checksums.js";
import { personalIn, personalTexts } from "../../../src/evaluate/privacy/personal.js";
import type { Table } from "../../../src/table/table.js";

function texts(...words: string[]): Table {
  const levels = [...new Set(words)];
  const codes = Int32Array.from(words, (word) => levels.indexOf(word));
  const column = { kind: "code", name: "note", type: { kind: "text" }, codes, levels } as const;
  return { kind: "table", name: "t", rows: words.length, columns: [column] };
}

describe("check digits", () => {
  it("of cards, accounts and numbers that are published as examples", () => {
    expect(card("4111 1111 1111 1111")).toBe(true);
    expect(card("4111 1111 1111 1112")).toBe(false);
    expect(card("3782-822463-10005")).toBe(true);
    expect(iban("DE89 3704 0044 0532 0130 00")).toBe(true);
    expect(iban("GB82WEST12345698765432")).toBe(true);
    expect(iban("DE89 3704 0044 0532 0130 01")).toBe(false);
    expect(iban("DE89 3704 0044 0532 0130")).toBe(false);
    expect(socialSecurity("078-05-1120")).toBe(true);
    expect(socialSecurity("666-05-1120")).toBe(false);
  });
  it("catch every single wrong digit", () => {
    const digits = fc.array(fc.nat(9), { minLength: 8, maxLength: 18 });
    fc.assert(
      fc.property(digits, fc.nat(), fc.integer({ min: 1, max: 9 }), (number, at, change) => {
        const place = at % number.length;
        const other = number.map((digit, i) => (i === place ? (digit + change) % 10 : digit));
        expect(luhn(number.join("")) && luhn(other.join(""))).toBe(false);
      }),
    );
  });
});

describe("personal texts", () => {
  it("are told apart from numbers that only look alike", () => {
    const found = personalIn(
      "write to ann@example.org or +49 30 1234567, card 4111111111111111, order 1234567890123, IP 10.0.0.1, 999.1.1.1",
    );
    expect(found.map(({ kind }) => kind).sort()).toEqual(["IP address", "card", "email", "phone"]);
  });
  it("are counted by rows, and those that are replayed are told", () => {
    const made = texts("a@b.example", "a@b.example", "c@d.example", "nothing");
    expect(personalTexts(made, [texts("a@b.example")])).toMatchObject([
      { kind: "email", rows: 3, distinct: 2, replayed: 1 },
    ]);
  });
});

describe("canaries", () => {
  const notes = texts(...Array.from({ length: 200 }, (_, i) => `note number ${i} of the day`));
  const options = { column: "note", copies: 4, count: 5, decoys: 255, seed: 1 } as const;

  it.each(["card", "name", "code"] as const)(
    "a model that replays its rows exposes each %s",
    (kind) => {
      const planted = plantCanaries(notes, { ...options, kind });
      for (const found of exposures(planted, planted.table)) {
        expect(found.exposure).toBe(8);
        expect(found.replayed).toBe(4);
        expect(found.chance).toBeCloseTo(1 / 256, 12);
      }
    },
  );

  it("a model that never saw them exposes nothing", () => {
    const planted = plantCanaries(notes, { ...options, kind: "code" });
    for (const found of exposures(planted, notes)) {
      expect(found.exposure).toBeLessThan(1.1);
      expect(found.replayed).toBe(0);
    }
  });

  it("leave the table that they are planted in unchanged", () => {
    const before = JSON.stringify(notes);
    plantCanaries(notes, { ...options, kind: "card" });
    expect(JSON.stringify(notes)).toBe(before);
  });
});
