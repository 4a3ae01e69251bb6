import type { CalendarPart } from "../base/calendar.js";
import type { ColumnType } from "./column-type.js";

const DAY = 86_400;
/** Nothing is asked about the calendar of a longer range. */
const LONGEST = 1000 * 366;

/** Whether a type's values have a calendar, whatever their range. */
export function hasCalendar({ kind }: ColumnType): boolean {
  return kind === "date" || kind === "datetime";
}

/**
 * The parts that about 32 bins of a range can't tell by themselves: of dates spread over years their months,
 * weekdays and days, of times also hours, minutes and seconds. Looks at bounds only.
 */
export function partsWithin(type: ColumnType, low: number, high: number): CalendarPart[] {
  if (!hasCalendar(type)) return [];
  const timed = type.kind === "datetime";
  const days = (high - low) / (timed ? DAY : 1);
  if (!(days < LONGEST)) return [];
  const parts: CalendarPart[] = [];
  if (days > 90) parts.push("month");
  if (days > 14) parts.push("weekday");
  if (days > 60) parts.push("day");
  if (timed && days > 2) parts.push("hour");
  if (timed && days > 0.1) parts.push("minute");
  if (timed) parts.push("second");
  return parts;
}
