// Numbers, shares, days and moments in the reader's locale and time zone.

import { locale, t } from ".";

const MINUTES_PER_DAY = 1440;
const LONGEST = 36_500; // days; the service's longest interval
const DAY = 86_400_000; // milliseconds

/** A number with at most so many digits after the point. */
export function asNumber(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale.value, { maximumFractionDigits: digits }).format(value);
}

/** A measured figure, always with the same number of digits after the point. */
export function asFigure(value: number, digits = 3): string {
  return new Intl.NumberFormat(locale.value, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** An amount of US dollars. */
export function asDollars(amount: number): string {
  return new Intl.NumberFormat(locale.value, { style: "currency", currency: "USD" }).format(amount);
}

/** A share as percent, never rounded to a certainty that it isn't. */
export function asPercent(share: number, digits = 0): string {
  const steps = 100 * 10 ** digits;
  const rounded = share > 0 && share < 1 ? Math.min(Math.max(Math.round(share * steps), 1), steps - 1) / steps : share;
  return new Intl.NumberFormat(locale.value, { style: "percent", maximumFractionDigits: digits }).format(rounded);
}

/** A length of time in the unit that people would use: "12 minutes", "3 days", "2.5 months". */
export function asInterval(days: number, width: "long" | "short" | "narrow" = "long"): string {
  if (days >= LONGEST) return width === "long" ? t.value.common.never : t.value.common.neverShort;
  const [value, unit] = inUnit(days);
  const digits = unit === "month" || unit === "year" ? 1 : 0;
  return new Intl.NumberFormat(locale.value, { style: "unit", unit, unitDisplay: width, maximumFractionDigits: digits }).format(value);
}

function inUnit(days: number): [number, string] {
  const minutes = days * MINUTES_PER_DAY;
  if (minutes < 59.5) return [Math.max(minutes, 1), "minute"];
  if (days < 23.5 / 24) return [days * 24, "hour"];
  if (days < 59.5) return [days, "day"];
  if (days < 364.5) return [days / 30.4375, "month"];
  return [days / 365.25, "year"];
}

/** A day: "3 Dec 2026". */
export function asDate(moment: Date | number): string {
  return new Intl.DateTimeFormat(locale.value, { dateStyle: "medium" }).format(moment);
}

/** A calendar day that doesn't depend on the reader's zone, such as a UTC day `2026-12-03`: "3 Dec 2026", or "3 Dec". */
export function asCalendarDay(day: string | number, width: "medium" | "short" = "medium"): string {
  const style = width === "medium" ? ({ dateStyle: "medium" } as const) : ({ day: "numeric", month: "short" } as const);
  return new Intl.DateTimeFormat(locale.value, { ...style, timeZone: "UTC" }).format(new Date(day));
}

/** A moment as people say it: "Today, 15:20", "Tomorrow, 09:00", "3 Dec 2026, 09:00"; within a sentence, "today, 15:20". */
export function asMoment(moment: Date | number, now: Date | number = Date.now(), place: "alone" | "within" = "alone"): string {
  const time = new Intl.DateTimeFormat(locale.value, { timeStyle: "short" }).format(moment);
  const { today, tomorrow, yesterday } = t.value.common;
  const names = new Map([[0, today], [1, tomorrow], [-1, yesterday]]);
  const name = names.get(daysBetween(now, moment));
  return `${(place === "within" ? name?.toLocaleLowerCase(locale.value) : name) ?? asDate(moment)}, ${time}`;
}

/** A day as people say it, and the time where it is less than a day away: "Tomorrow", "Thursday, 3 Dec", "Today, 15:20". */
export function asDay(moment: Date | number, now: Date | number = Date.now()): string {
  const days = Math.abs(daysBetween(now, moment));
  if (Math.abs(Number(moment) - Number(now)) < DAY) return asMoment(moment, now);
  if (days === 1) return Number(moment) > Number(now) ? t.value.common.tomorrow : t.value.common.yesterday;
  const near = days < 300; // so that the year is clear
  const form = near ? ({ weekday: "long", day: "numeric", month: "short" } as const) : ({ dateStyle: "medium" } as const);
  return new Intl.DateTimeFormat(locale.value, form).format(moment);
}

/** What the words beside an axis that spans so many days tell apart. */
export function tickUnit(days: number): "hour" | "day" | "month" {
  return days < 2 ? "hour" : days < 400 ? "day" : "month";
}

const TICKS = {
  hour: { timeStyle: "short" },
  day: { day: "numeric", month: "short" },
  month: { month: "short", year: "numeric" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** A moment beside an axis that spans so many days; among hours, midnight is its day. */
export function asTick(moment: Date | number, days: number): string {
  const unit = tickUnit(days) === "hour" && isMidnight(moment) ? "day" : tickUnit(days);
  return new Intl.DateTimeFormat(locale.value, TICKS[unit]).format(moment);
}

/** Whether a moment begins a day in the reader's zone. */
export function isMidnight(moment: Date | number): boolean {
  return Number(moment) === new Date(moment).setHours(0, 0, 0, 0);
}

/** How far a moment is from now: "in 12 minutes", "3 days ago". */
export function fromNow(moment: Date | number, now: Date | number = Date.now()): string {
  const days = (Number(moment) - Number(now)) / DAY;
  if (Math.abs(days) * MINUTES_PER_DAY < 0.5) return t.value.common.now;
  const [value, unit] = inUnit(Math.abs(days));
  const rounded = Math.round(value) * Math.sign(days);
  return new Intl.RelativeTimeFormat(locale.value, { numeric: "always" }).format(rounded, unit as Intl.RelativeTimeFormatUnit);
}

/** Calendar days from one moment to another, in the reader's zone. */
function daysBetween(from: Date | number, to: Date | number): number {
  return Math.round((midnight(to) - midnight(from)) / DAY);
}

function midnight(moment: Date | number): number {
  const date = new Date(moment);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}
