type Numbers = "age school hours income tax net a b c p q r low high height meters code fee half";
type Words = "sex role grade wish start end review city land phone";
type Split<T extends string> = T extends `${infer First} ${infer Rest}` ? First | Split<Rest> : T;

/** A row as it stands in the file: numbers, words, ISO dates; null (whatever the type) is missing. */
export type Row = Readonly<
  Record<Split<Numbers>, number> &
    Record<Split<Words>, string> &
    Record<"member" | "works" | "rich", boolean>
>;

/** Rules as a spec says them, and the same said in TypeScript. */
export interface RuleSet {
  readonly name: string;
  readonly columns: string;
  /** Columns that replace the declared ones: `net: money EUR 0..100_000 := income - tax`. */
  readonly instead?: readonly string[];
  readonly rules: readonly string[];
  readonly given?: string;
  /** The most rows that its keys leave room for. */
  readonly most?: number;
  readonly holds: (row: Row) => boolean;
  /** Rules about all rows at once. */
  readonly together?: (rows: readonly Row[]) => boolean;
}

const cents = (value: number): number => Math.round(value * 100);
const distinct = (rows: readonly Row[], key: (row: Row) => unknown): boolean =>
  new Set(rows.map(key)).size === rows.length;
const order = ["low", "mid", "high"];
const rank = (word: string): number => order.indexOf(word);
const days = (date: string): number => Date.parse(date) / 86_400_000;

export const ruleSets: readonly RuleSet[] = [
  {
    name: "a bound",
    columns: "age sex",
    rules: ["require age >= 18"],
    holds: ({ age }) => age >= 18,
  },
  {
    name: "one-sided strict bounds of a real",
    columns: "low high",
    rules: ["require low > 2.5", "require high < 11"],
    holds: ({ low, high }) => low > 2.5 && high < 11,
  },
  {
    name: "an interval left out",
    columns: "age school",
    rules: ["require age < 20 or age > 60"],
    given: "school in 3..9",
    holds: ({ age }) => age < 20 || age > 60,
  },
  {
    name: "roles and sexes",
    columns: "sex role age",
    rules: [
      'when role = "Husband" then sex = "Male"',
      'when role = "Wife" then sex = "Female"',
      'when role in ("Husband", "Wife") then age >= 18',
    ],
    given: 'age < 30 and role != "Child"',
    holds: ({ sex, role, age }) =>
      !(role === "Husband" && sex !== "Male") &&
      !(role === "Wife" && sex !== "Female") &&
      !((role === "Husband" || role === "Wife") && age < 18),
  },
  {
    name: "schooling takes years",
    columns: "age school income",
    rules: ["require school <= age - 5", "when school >= 13 then age >= 19"],
    given: "income > 5000",
    holds: ({ age, school }) => school <= age - 5 && !(school >= 13 && age < 19),
  },
  {
    name: "inequality chain of dates",
    columns: "start end review",
    rules: ["require start <= review", "when end is present then review <= end"],
    holds: ({ start, end, review }) => start <= review && (end === null || review <= end),
  },
  {
    name: "a year apart at most",
    columns: "start end",
    rules: ["when end is present then end - start in 30..365"],
    given: "start >= 2021-06-01",
    holds: ({ start, end }) =>
      end === null || (days(end) - days(start) >= 30 && days(end) - days(start) <= 365),
  },
  {
    name: "calendar parts",
    columns: "start review",
    rules: [
      "require weekday(start) <= 5",
      "require month(review) != 2",
      "require year(start) >= 2022",
    ],
    holds: ({ start, review }) =>
      new Date(start).getUTCDay() % 6 !== 0 &&
      new Date(review).getUTCMonth() !== 1 &&
      new Date(start).getUTCFullYear() >= 2022,
  },
  {
    name: "a column formula",
    columns: "income tax",
    instead: ["net: money EUR 0..100_000 := income - tax"],
    rules: ["require tax <= 0.4 * income"],
    holds: ({ income, tax, net }) =>
      cents(net) === cents(income) - cents(tax) && tax <= 0.4 * income + 1e-9,
  },
  {
    name: "an equality of money",
    columns: "income tax net",
    rules: ["require income = tax + net"],
    given: "net < 2000",
    holds: ({ income, tax, net }) => cents(income) === cents(tax) + cents(net),
  },
  {
    name: "a sum",
    columns: "a b c",
    rules: ["require a + b + c = 20"],
    holds: ({ a, b, c }) => a + b + c === 20,
  },
  {
    name: "a weighted sum with a remainder",
    columns: "a b c",
    rules: ["require 2 * a + 3 * b - c = 17"],
    holds: ({ a, b, c }) => 2 * a + 3 * b - c === 17,
  },
  {
    name: "one hot",
    columns: "p q r age",
    rules: ["require p + q + r = 1", "when p = 1 then age >= 30"],
    given: "q = 0",
    holds: ({ p, q, r, age }) => p + q + r === 1 && !(p === 1 && age < 30),
  },
  {
    name: "mixed scales",
    columns: "height meters",
    rules: ["require height = 100 * meters"],
    given: "height > 180",
    holds: ({ height, meters }) => height === Math.round(100 * meters),
  },
  {
    name: "ordered categories",
    columns: "grade wish age",
    rules: ["require grade <= wish", 'when grade = "high" then age > 25'],
    given: 'wish >= "mid"',
    holds: ({ grade, wish, age }) => rank(grade) <= rank(wish) && !(grade === "high" && age <= 25),
  },
  {
    name: "equal or not at all",
    columns: "grade wish",
    rules: ['require grade = wish or grade = "low"'],
    holds: ({ grade, wish }) => grade === wish || grade === "low",
  },
  {
    name: "null patterns: exactly when",
    columns: "works hours age",
    rules: [
      "hours is present exactly when works",
      "when works and hours is present then hours >= 5",
    ],
    given: "age < 40",
    holds: ({ works, hours }) => (hours !== null) === works && !(works && hours < 5),
  },
  {
    name: "null patterns: together",
    columns: "member hours phone",
    rules: [
      "member is missing exactly when hours is missing",
      "require member is present or phone is present",
    ],
    holds: ({ member, hours, phone }) =>
      (member === null) === (hours === null) && (member !== null || phone !== null),
  },
  {
    name: "null patterns: carry over",
    columns: "phone member",
    rules: [
      'when phone is present and phone = "mobile" then member is present',
      "when member is missing then phone is missing",
    ],
    holds: ({ phone, member }) =>
      !(phone === "mobile" && member === null) && !(member === null && phone !== null),
  },
  {
    name: "bools",
    columns: "works member sex",
    rules: ['when member is present and member then works or sex = "Female"'],
    given: "member is present and member",
    holds: ({ works, member, sex }) => !(member === true && !works && sex !== "Female"),
  },
  {
    name: "fixed combinations",
    columns: "city land age",
    rules: ["city determines land"],
    holds: () => true,
    together: (rows) =>
      distinct(
        [...new Map(rows.map((row) => [`${row.city} ${row.land}`, row])).values()],
        ({ city }) => city,
      ),
  },
  {
    name: "combinations in words",
    columns: "city land",
    rules: [
      'city = "Ulm" exactly when land = "BW"',
      'city = "Bonn" exactly when land = "NRW"',
      'city = "Kiel" exactly when land = "SH"',
    ],
    given: 'land in ("BW", "TH")',
    holds: ({ city, land }) =>
      ({ Ulm: "BW", Bonn: "NRW", Kiel: "SH", Jena: "TH" })[city as string] === land,
  },
  {
    name: "unique",
    columns: "code age",
    most: 900,
    rules: ["unique code"],
    holds: () => true,
    together: (rows) => distinct(rows, ({ code }) => code),
  },
  {
    name: "a composite key under a rule",
    columns: "age a b",
    most: 5000,
    rules: ["unique age, a, b", "require a <= b"],
    holds: ({ a, b }) => a <= b,
    together: (rows) => distinct(rows, ({ age, a, b }) => `${age} ${a} ${b}`),
  },
  {
    name: "an interval between columns",
    columns: "low high",
    rules: ["require low <= high", "require high - low in 1..8"],
    holds: ({ low, high }) => high - low >= 1 - 1e-8 && high - low <= 8 + 1e-8,
  },
  {
    name: "a product",
    columns: "a b",
    rules: ["require a * b <= 40", "require a * b >= 6"],
    holds: ({ a, b }) => a * b <= 40 && a * b >= 6,
  },
  {
    name: "a quotient",
    columns: "income tax",
    rules: ["require tax >= 10", "require income / tax >= 3"],
    holds: ({ income, tax }) => tax >= 10 && income / tax >= 3 - 1e-9,
  },
  {
    name: "squares and roots",
    columns: "a b height",
    rules: ["require a ^ 2 + b ^ 2 <= 150", "require sqrt(height) >= 12"],
    holds: ({ a, b, height }) => a ** 2 + b ** 2 <= 150 && Math.sqrt(height) >= 12,
  },
  {
    name: "least and greatest",
    columns: "a b c",
    rules: ["require min(a, b) >= 2", "require max(b, c) <= 9", "require abs(a - c) <= 4"],
    holds: ({ a, b, c }) => Math.min(a, b) >= 2 && Math.max(b, c) <= 9 && Math.abs(a - c) <= 4,
  },
  {
    name: "rounding",
    columns: "low a",
    rules: ["require round(low) = a", "require floor(low) <= 9"],
    holds: ({ low, a }) => Math.round(low) === a && Math.floor(low) <= 9,
  },
  {
    name: "logarithms",
    columns: "income school",
    rules: ["require income >= 1", "require log(income) <= 6.5 + 0.2 * school"],
    given: "school <= 4",
    holds: ({ income, school }) => income >= 1 && Math.log(income) <= 6.5 + 0.2 * school + 1e-8,
  },
  {
    name: "unequal columns",
    columns: "a b c",
    rules: ["require a != b", "require b != c", "require a != c", "require a + b != 7"],
    holds: ({ a, b, c }) => a !== b && b !== c && a !== c && a + b !== 7,
  },
  {
    name: "either, or, neither",
    columns: "a b grade",
    rules: [
      'require (a > 5 and b > 5) or (a < 3 and grade = "low") or not (b < 9 or grade != "mid")',
    ],
    holds: ({ a, b, grade }) =>
      (a > 5 && b > 5) || (a < 3 && grade === "low") || !(b < 9 || grade !== "mid"),
  },
  {
    name: "a ladder of conditions",
    columns: "age school income grade",
    rules: [
      'when age < 20 then grade = "low"',
      'when grade = "low" then income <= 3000',
      "when income <= 3000 then school <= 12",
    ],
    given: "age < 25",
    holds: ({ age, grade, income, school }) =>
      !(age < 20 && grade !== "low") &&
      !(grade === "low" && income > 3000) &&
      !(income <= 3000 && school > 12),
  },
  {
    name: "values on a list",
    columns: "age hours school",
    rules: ["require age in (20, 30, 40, 50)", "require school not in 5..8"],
    holds: ({ age, school }) => [20, 30, 40, 50].includes(age) && !(school >= 5 && school <= 8),
  },
  {
    name: "tight: few rows pass",
    columns: "a b c",
    rules: ["require a + b = c", "require c >= 18", "require a < b"],
    holds: ({ a, b, c }) => a + b === c && c >= 18 && a < b,
  },
  {
    name: "a step of its own",
    columns: "school fee",
    instead: ["half: money EUR := fee / 2"],
    rules: ["require half >= 100", "require fee <= 60 * school"],
    holds: ({ fee, half, school }) =>
      Math.abs(fee / 12.5 - Math.round(fee / 12.5)) < 1e-9 && half >= 100 && fee <= 60 * school,
  },
  {
    name: "computed from computed",
    columns: "income tax",
    instead: ["net: money EUR := income - tax", "rich: bool := net > 2000"],
    rules: ["require net >= 500", "when rich then tax >= 100"],
    given: "rich",
    holds: ({ income, tax, net, rich }) =>
      cents(net) === cents(income) - cents(tax) &&
      net > 2000 === rich &&
      net >= 500 &&
      !(rich && tax < 100),
  },
  {
    name: "missing unless asked",
    columns: "end start works",
    rules: ["end is missing exactly when works", "when end is present then end > start"],
    holds: ({ end, start, works }) => (end === null) === works && (end === null || end > start),
  },
  {
    name: "everything at once",
    columns: "age sex role school works hours income tax start review grade a b c",
    rules: [
      'when role = "Wife" then sex = "Female"',
      "require school <= age - 5",
      "hours is present exactly when works",
      "require tax <= 0.5 * income",
      "require start <= review",
      "require a + b + c = 20",
      'when grade = "high" then school >= 8',
    ],
    given: 'age in 20..40 and (works or sex = "Male") and a < 9',
    holds: (row) =>
      !(row.role === "Wife" && row.sex !== "Female") &&
      row.school <= row.age - 5 &&
      (row.hours !== null) === row.works &&
      row.tax <= 0.5 * row.income + 1e-9 &&
      row.start <= row.review &&
      row.a + row.b + row.c === 20 &&
      !(row.grade === "high" && row.school < 8),
  },
];
