import type { Faker } from "@faker-js/faker";
import { failure } from "../../base/failure.js";
import type { Random } from "../../base/random.js";
import { inventedKinds, inventedLocales, readInvented } from "../../ir/personal.js";

/** `country` is that of the locale, as ISO 3166 has it, where it has one with ibans. */
type Inventor = (faker: Faker, country: string | undefined) => string;

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
  iban: (faker, country) =>
    faker.finance.iban(country === undefined ? {} : { countryCode: country }),
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

/** Countries of languages whose word is not that of their first country. */
const COUNTRIES: Readonly<Record<string, string>> = {
  cy: "GB",
  da: "DK",
  el: "GR",
  he: "IL",
  sv: "SE",
};

/** The country whose ibans go with a locale: its own (`de_AT`), else its language's; undefined without any. */
function countryOf(locale: string, faker: Faker): string | undefined {
  const [language = "", region = ""] = locale.split("_");
  const own = /^[A-Z]{2}$/.test(region) ? region : undefined;
  const country = own ?? COUNTRIES[language] ?? language.toUpperCase();
  try {
    faker.finance.iban({ countryCode: country });
    return country;
  } catch {
    return undefined;
  }
}

/**
 * A maker of invented strings: `"email"`, or with a locale `"name de"`, `"address pt_BR"`. Ibans are of the locale's
 * country, or of any without one. The library
 * is loaded on demand and draws from the given stream alone. Throws P1407 for an unknown kind or locale.
 */
export async function inventor(kind: string): Promise<(random: Random) => string> {
  const { kind: word, locale } = readInvented(kind);
  const make = inventors[word];
  if (make === undefined || !inventedLocales.includes(locale)) throw unknown(kind);
  const { Faker, base, en, allLocales } = await import("@faker-js/faker");
  const spoken = allLocales[locale as keyof typeof allLocales];
  if (spoken === undefined) throw unknown(kind);
  let source: Random | undefined;
  const faker = new Faker({
    locale: [spoken, en, base],
    randomizer: { next: () => source?.uniform() ?? 0, seed: () => {} },
  });
  const country = countryOf(locale, faker);
  return (random) => {
    source = random;
    return make(faker, country);
  };
}

function unknown(kind: string): Error {
  return failure("P1407", { kind }, { because: [`the kinds are: ${inventedKinds.join(", ")}`] });
}
