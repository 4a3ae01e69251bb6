import { civil, daysOf } from "../../base/calendar.js";
import type { Law, LawMaker } from "./law.js";
import { indexOf } from "./law.js";

const daysAYear = 366;
const firstYear = 1800;
const years = 400;
const daySeconds = 86_400;

/**
 * Days with a yearly season: the density is proportional to exp(strength · cos) of the angle between the
 * day and the middle of the peak month (von Mises), the same in every year from 1800 to 2199.
 */
export const seasonal: LawMaker = ([month = 7, strength = 1]) => {
  if (!(month >= 1 && month <= 12.999) || !Number.isFinite(strength)) return undefined;
  const peak = ((month - 0.5) / 12) * daysAYear;
  const cumulative = new Float64Array(daysAYear);
  let sum = 0;
  for (let day = 0; day < daysAYear; day++) {
    sum += Math.exp(strength * (Math.cos((2 * Math.PI * (day + 0.5 - peak)) / daysAYear) - 1));
    cumulative[day] = sum;
  }
  for (let day = 0; day < daysAYear; day++) {
    cumulative[day] = (cumulative[day] as number) / sum;
  }
  return {
    discrete: true,
    cdf: (x) => {
      const day = Math.floor(x);
      const { year } = civil(day);
      if (year < firstYear) return 0;
      if (year >= firstYear + years) return 1;
      const inYear = day - daysOf(year, 1, 1);
      const last = daysOf(year + 1, 1, 1) - 1 === day;
      const share = last ? 1 : (cumulative[inYear] as number);
      return (year - firstYear + share) / years;
    },
    quantile: (p) => {
      const place = Math.min(p, 1 - 1e-15) * years;
      const year = firstYear + Math.floor(place);
      const found = indexOf(cumulative, place - Math.floor(place));
      const length = daysOf(year + 1, 1, 1) - daysOf(year, 1, 1);
      return daysOf(year, 1, 1) + Math.min(found, length - 1);
    },
  };
};

/** The same for datetimes: the day by the season, the second of the day at random. */
export function inSeconds(law: Law): Law {
  return {
    discrete: false,
    cdf: (x) => {
      const day = Math.floor(x / daySeconds);
      const before = law.cdf(day - 1);
      return before + (law.cdf(day) - before) * (x / daySeconds - day);
    },
    quantile: (p) => {
      const day = law.quantile(p);
      const before = law.cdf(day - 1);
      const width = law.cdf(day) - before;
      return day * daySeconds + (width > 0 ? ((p - before) / width) * daySeconds : 0);
    },
  };
}
