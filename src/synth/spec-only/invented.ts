import type { Faker } from "@faker-js/faker";
import { failure } from "../../base/failure.js";
import type { Random } from "../../base/random.js";

type Inventor = (faker: Faker) => string;

/** What `text invented "…"` can make, by kind. Ibans and card numbers pass their checksums. */
const inventors: Readonly<Record<string, Inventor>> = {
  name: (faker) => faker.person.fullName(),
  first_name: (faker) => faker.person.firstName(),
  last_name: (faker) => faker.person.lastName(),
  email: (faker) => faker.internet.email({ provider: "example.org" }).toLowerCase(),
  username: (faker) => faker.internet.username(),
  phone: (faker) => faker.phone.number(),
  address: (faker) =>
    `${faker.location.streetAddress()}, ${faker.location.zipCode()} ${faker.location.city()}`,
  street: (faker) => faker.location.streetAddress(),
  city: (faker) => faker.location.city(),
  postcode: (faker) => faker.location.zipCode(),
  country: (faker) => faker.location.country(),
  iban: (faker) => faker.finance.iban(),
  ssn: (faker) => faker.helpers.fromRegExp("9[0-9]{2}-[0-9]{2}-[0-9]{4}"),
  bic: (faker) => faker.finance.bic(),
  card: (faker) => faker.finance.creditCardNumber().replaceAll("-", ""),
  company: (faker) => faker.company.name(),
  job: (faker) => faker.person.jobTitle(),
  url: (faker) => faker.internet.url(),
  ip: (faker) => faker.internet.ipv4(),
  mac: (faker) => faker.internet.mac(),
  uuid: (faker) => faker.string.uuid(),
  product: (faker) => faker.commerce.productName(),
  color: (faker) => faker.color.human(),
  isbn: (faker) => faker.commerce.isbn(),
  plate: (faker) => faker.vehicle.vrm(),
  vin: (faker) => faker.vehicle.vin(),
  sentence: (faker) => faker.lorem.sentence(),
  paragraph: (faker) => faker.lorem.paragraph(),
  word: (faker) => faker.lorem.word(),
};

/** The kinds of invented text. */
export const inventedKinds: readonly string[] = Object.keys(inventors);

/**
 * A maker of invented strings: `"email"`, or with a locale `"name de"`, `"address pt_BR"`. The library
 * is loaded on demand and draws from the given stream alone. Throws P1407 for an unknown kind or locale.
 */
export async function inventor(kind: string): Promise<(random: Random) => string> {
  const [word = "", locale = "en"] = kind.trim().split(/\s+/);
  const make = inventors[word.toLowerCase().replaceAll("-", "_")];
  if (make === undefined || !/^[a-z]{2}(_[A-Za-z]+)?$/.test(locale)) throw unknown(kind);
  const { Faker, base, en, allLocales } = await import("@faker-js/faker");
  const spoken = allLocales[locale as keyof typeof allLocales];
  if (spoken === undefined) throw unknown(kind);
  let source: Random | undefined;
  const faker = new Faker({
    locale: [spoken, en, base],
    randomizer: { next: () => source?.uniform() ?? 0, seed: () => {} },
  });
  return (random) => {
    source = random;
    return make(faker);
  };
}

function unknown(kind: string): Error {
  return failure("P1407", { kind }, { because: [`the kinds are: ${inventedKinds.join(", ")}`] });
}
