const daySeconds = 86_400;

/**
 * Year, month (1..12) and day (1..31) of a day counted from 1970-01-01, in the proleptic Gregorian
 * calendar; after Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
 */
export function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

/** The day, counted from 1970-01-01, of a date of the Gregorian calendar (days_from_civil). */
export function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Days of a date or seconds of a datetime, as the day it falls on. */
function dayNumber(value: number, seconds: boolean): number {
  return Math.floor(seconds ? value / daySeconds : value);
}

function secondOfDay(value: number, seconds: boolean): number {
  return seconds ? value - Math.floor(value / daySeconds) * daySeconds : 0;
}

/** Parts of a moment; `seconds` tells datetimes (seconds) from dates (days). Weekday: Monday is 1, Sunday 7. */
export const calendarParts: Readonly<Record<string, (value: number, seconds: boolean) => number>> =
  {
    year: (value, seconds) => civil(dayNumber(value, seconds)).year,
    quarter: (value, seconds) => Math.ceil(civil(dayNumber(value, seconds)).month / 3),
    month: (value, seconds) => civil(dayNumber(value, seconds)).month,
    day: (value, seconds) => civil(dayNumber(value, seconds)).day,
    weekday: (value, seconds) => ((((dayNumber(value, seconds) + 3) % 7) + 7) % 7) + 1,
    hour: (value, seconds) => Math.floor(secondOfDay(value, seconds) / 3600),
    minute: (value, seconds) => Math.floor((secondOfDay(value, seconds) % 3600) / 60),
    second: (value, seconds) => secondOfDay(value, seconds) % 60,
  };

/** The first moment of a year, in days or seconds. */
export function startOfYear(year: number, seconds: boolean): number {
  return daysOf(year, 1, 1) * (seconds ? daySeconds : 1);
}

/** A part of the calendar by which dates can be told apart. */
export type CalendarPart = "month" | "weekday" | "day" | "hour" | "minute" | "second";

/** How many dates of a column fall on each value of a part, with noise. */
export interface CalendarCounts {
  readonly part: CalendarPart;
  /** From January, Monday, the first, midnight, :00 on. */
  readonly counts: readonly number[];
  /** Standard deviation of the noise in each. */
  readonly sigma: number;
}

/** Values of each part, and the first of them. */
const PARTS: Readonly<Record<CalendarPart, { readonly size: number; readonly first: number }>> = {
  month: { size: 12, first: 1 },
  weekday: { size: 7, first: 1 },
  day: { size: 31, first: 1 },
  hour: { size: 24, first: 0 },
  minute: { size: 60, first: 0 },
  second: { size: 60, first: 0 },
};

/** How many values a part has. */
export function sizeOfPart(part: CalendarPart): number {
  return PARTS[part].size;
}

/** Which value of a part a date (in days) or datetime (in seconds) falls on, from 0. */
export function placeInCalendar(part: CalendarPart, seconds: boolean): (value: number) => number {
  const read = calendarParts[part] as (value: number, seconds: boolean) => number;
  const { first } = PARTS[part];
  return (value) => read(value, seconds) - first;
}
