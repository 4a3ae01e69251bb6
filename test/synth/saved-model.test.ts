import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeModel, encodeModel } from "../../src/synth/saved-model.js";
import type { SavedModel } from "../../src/synth/synthesizer.js";

const array = fc.oneof(
  fc.float64Array({ maxLength: 9 }),
  fc.int32Array({ maxLength: 9 }),
  fc.uint8Array({ maxLength: 9 }),
);
const model: fc.Arbitrary<SavedModel> = fc.record({
  learner: fc.string(),
  version: fc.nat(),
  json: fc.jsonValue(),
  arrays: fc.dictionary(fc.string({ minLength: 1 }), array),
});

describe("a saved model", () => {
  test("comes back as it was", () => {
    fc.assert(
      fc.property(model, (saved) => {
        const back = decodeModel(encodeModel(saved), "m");
        expect(back.json).toEqual(JSON.parse(JSON.stringify(saved.json)));
        expect({ ...back.arrays }).toEqual({ ...saved.arrays });
        expect([back.learner, back.version]).toEqual([saved.learner, saved.version]);
      }),
    );
  });

  test("comes back from a file's bytes too, which share their memory with others", () => {
    const arrays = { x: Float64Array.of(1.5, -2), y: Uint8Array.of(3), z: Int32Array.of(4) };
    const bytes = encodeModel({ learner: "trees", version: 1, json: null, arrays });
    const file = Buffer.concat([Buffer.from("before"), bytes, Buffer.from("after")]);
    const back = decodeModel(file.subarray(6, 6 + bytes.length), "m");
    expect({ ...back.arrays }).toEqual(arrays);
  });

  test("is refused when any byte was changed or it was cut short", () => {
    const bytes = encodeModel({
      learner: "trees",
      version: 1,
      json: { a: 1 },
      arrays: { x: Float64Array.of(1, 2), y: Uint8Array.of(3) },
    });
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = bytes.slice();
        changed[at] = (changed[at] as number) ^ flip;
        expect(() => decodeModel(changed, "m")).toThrow("P0910");
        expect(() => decodeModel(bytes.slice(0, at), "m")).toThrow("P0910");
      }),
    );
  });

  test("is refused where its header is no model's, though the checksum is right", () => {
    const whole = encodeModel({
      ...{ learner: "trees", version: 1, json: null },
      arrays: { x: Float64Array.of(1, 2) },
    });
    const head = "parable-model\n".length + 4;
    const length = new DataView(whole.buffer).getUint32(head - 4, true);
    const text = new TextDecoder().decode(whole.subarray(head, head + length));
    for (const [from, to] of [
      ['"arrays"', '"arraya"'],
      ['"f64"', '"f65"'],
      ['"length":2', '"length":9'],
      ['"format":1', '"format":"'],
      ['"trees"', "1234567"],
    ] as const) {
      const bytes = whole.slice();
      bytes.set(new TextEncoder().encode(text.replace(from, to)), head);
      bytes.set(createHash("sha256").update(bytes.subarray(0, -32)).digest(), bytes.length - 32);
      expect(() => decodeModel(bytes, "m"), to).toThrow("P0910");
    }
  });
});
