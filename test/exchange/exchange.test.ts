import { describe, expect, it } from "vitest";
import { exportSchema, importSchema, schemaFormats } from "../../src/facade/exchange.js";
import type { CheckedSpec } from "../../src/ir/checked.js";
import { compile } from "../../src/pipeline.js";

const hotel = {
  METADATA_SPEC_VERSION: "SINGLE_TABLE_V1",
  primary_key: "guest_email",
  columns: {
    guest_email: { sdtype: "email", pii: true },
    has_rewards: { sdtype: "boolean" },
    room_type: { sdtype: "categorical" },
    amenities_fee: { sdtype: "numerical", computer_representation: "Float" },
    nights: { sdtype: "numerical", computer_representation: "Int64" },
    checkin_date: { sdtype: "datetime", datetime_format: "%d %b %Y" },
    billing_address: { sdtype: "address", pii: true },
    code: { sdtype: "id", regex_format: "[A-Z]{3}" },
  },
};

const shop = {
  METADATA_SPEC_VERSION: "V1",
  tables: {
    users: {
      primary_key: "id",
      columns: { id: { sdtype: "id" }, size: { sdtype: "categorical", order: ["S", "M"] } },
    },
    orders: { columns: { user: { sdtype: "id" }, total: { sdtype: "numerical" } } },
  },
  relationships: [
    {
      parent_table_name: "users",
      parent_primary_key: "id",
      child_table_name: "orders",
      child_foreign_key: "user",
    },
  ],
};

async function checkedOf(text: string): Promise<CheckedSpec> {
  const { checked, diagnostics } = await compile(text, { until: "names" });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  if (checked === undefined) throw new Error("not checked");
  return checked;
}

const lines = (text: string): string[] =>
  text.split("\n").map((line) => line.trim().replace(/\s+/g, " "));

describe("import", () => {
  it("reads SDV metadata of one table and of several", async () => {
    const one = await importSchema(hotel, { name: "hotel", data: "hotel.csv" });
    expect(one.from).toBe("sdv");
    expect(one.notCarried.join()).toContain("may be missing");
    const said = lines(one.text);
    expect(said).toContain('source hotel_file = csv "hotel.csv"');
    for (const line of [
      "guest_email: id",
      "has_rewards: bool or missing",
      "room_type: category learned or missing",
      "amenities_fee: real learned or missing",
      "nights: int learned or missing",
      "checkin_date: date learned or missing",
      'billing_address: text invented "address" or missing',
      'code: text like "[A-Z]{3}" or missing',
    ])
      expect(said).toContain(line);
    await checkedOf(one.text);
    const several = await importSchema(shop, { data: { users: "u.csv", orders: "o.parquet" } });
    expect(several.text).toMatch(/orders_file = parquet "o.parquet"/);
    expect(lines(several.text)).toContain("user: ref users");
    expect(lines(several.text)).toContain('size: "S" < "M" or missing');
    await checkedOf(several.text);
  });

  it("reads domain.json, Frictionless, CSVW and JSON Schema as their own tools write them", async () => {
    const domain = await importSchema({ age: 85, "income>50K": 2 }, { name: "adult" });
    expect(domain.from).toBe("domain.json");
    expect(lines(domain.text)).toContain("age: int 0..84");
    const resource = {
      name: "pack",
      resources: [
        {
          name: "rivers",
          path: "data/rivers.csv",
          schema: {
            fields: [
              { name: "id", type: "integer" },
              {
                name: "length",
                type: "number",
                unit: "km",
                constraints: { minimum: 0, maximum: 7000 },
              },
              { name: "grade", type: "string", categories: ["I", "II"], categoriesOrdered: true },
            ],
            primaryKey: "id",
            missingValues: ["", "-"],
          },
        },
      ],
    };
    const pack = await importSchema(resource);
    expect(lines(pack.text)).toContain('source rivers_file = csv "data/rivers.csv" missing "-"');
    expect(lines(pack.text)).toContain("length: real 0..7000 km or missing");
    expect(lines(pack.text)).toContain('grade: "I" < "II" or missing');
    const web = await importSchema({
      "@context": "http://www.w3.org/ns/csvw",
      url: "trees.csv",
      tableSchema: {
        columns: [
          { titles: "GID", name: "GID", datatype: "string" },
          {
            titles: "On Street",
            name: "on_street",
            datatype: { base: "string", format: "^(Elm|Oak)$" },
          },
          {
            titles: "Height",
            datatype: { base: "decimal", minimum: "0", maximum: "60.5" },
            required: true,
          },
        ],
        primaryKey: "GID",
      },
    });
    expect(lines(web.text)).toContain("GID: id");
    expect(lines(web.text)).toContain('On_Street: "Elm" | "Oak" or missing from "On Street"');
    expect(lines(web.text)).toContain("Height: real 0..60.5");
    const json = await importSchema(
      {
        type: "object",
        title: "A person",
        properties: {
          age: { type: "integer", minimum: 0, exclusiveMaximum: 121 },
          born: { anyOf: [{ type: "string", format: "date" }, { type: "null" }] },
          plan: { enum: ["free", "paid"] },
        },
        required: ["age", "plan"],
      },
      { name: "person" },
    );
    expect(lines(json.text)).toContain("age: int 0..120");
    expect(lines(json.text)).toContain("born: date learned or missing");
    expect(lines(json.text)).toContain('plan: "free" | "paid"');
    for (const { text } of [domain, pack, web, json]) await checkedOf(text);
  });

  it("says what it can't read", async () => {
    await expect(importSchema([1])).rejects.toMatchObject({ code: "P1493" });
    await expect(importSchema({ hello: "there" })).rejects.toMatchObject({ code: "P1493" });
    await expect(importSchema({ $schema: "x" })).rejects.toMatchObject({ code: "P1493" });
    await expect(importSchema(hotel, { from: "xml" })).rejects.toMatchObject({ code: "P1494" });
  });
});

describe("export", () => {
  const spec = "table people {\n  age: int 17..90 years\n}\ngenerate 10 rows";

  it("writes every format, and says what it can't say", async () => {
    const checked = await checkedOf(
      spec.replace(
        "years\n",
        'years\n  sex: "F" | "M"\n  size: "S" < "L" or missing\n  net: int := 2 * age\n  require age >= 18\n',
      ),
    );
    for (const to of schemaFormats) {
      const { text, notCarried } = await exportSchema(checked, to);
      if (to === "typescript") {
        expect(text).toContain("export interface PeopleRow {");
        expect(text).toContain('sex: "F" | "M";');
        expect(notCarried).toEqual([]);
        continue;
      }
      expect(() => JSON.parse(text)).not.toThrow();
      expect(notCarried).toContain("people: its 1 rules");
      expect(notCarried).toContain("people.net: how it is made");
    }
    const sizes = JSON.parse((await exportSchema(checked, "domain.json")).text) as Record<
      string,
      number
    >;
    expect(sizes).toMatchObject({ age: 74, sex: 2, size: 3 });
    await expect(exportSchema(checked, "xml")).rejects.toMatchObject({ code: "P1494" });
  });
});
