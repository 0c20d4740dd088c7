// Study days: a learner's day begins in the small hours, so that an evening past midnight is one sitting.

const MILLISECONDS_PER_MINUTE = 60_000;
const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 1440;
export const MILLISECONDS_PER_DAY = MINUTES_PER_DAY * MILLISECONDS_PER_MINUTE;
export const DAY_STARTS_AT_HOUR = 4;

/**
 * The number of a moment's study day, in days since 1970.
 * @param atMs Milliseconds since 1970.
 * @param offsetMinutes Of the learner's clock from UTC, then; positive in the east.
 * @param dayStartsAtHour By that clock; 4.5 is half past four.
 */
export function studyDay(atMs: number, offsetMinutes: number, dayStartsAtHour = DAY_STARTS_AT_HOUR): number {
  const shift = offsetMinutes - Math.round(dayStartsAtHour * MINUTES_PER_HOUR);
  return Math.floor((Math.floor(atMs / MILLISECONDS_PER_MINUTE) + shift) / MINUTES_PER_DAY);
}

// Reading a clock takes as long as a hundred predictions, and making one a thousand times that: both are kept.
const clocks = new Map<string, Intl.DateTimeFormat>();
const midnights = new Map<string, number>();

/**
 * Minutes from UTC to a time zone's clock at a moment, rounded down.
 * @param timeZone IANA's name, such as Europe/Berlin.
 * @throws {RangeError} If there is no such time zone.
 */
export function offsetMinutes(atMs: number, timeZone: string): number {
  const day = Math.floor(atMs / MILLISECONDS_PER_DAY);
  const before = midnightOffset(day, timeZone);
  // No clock changes twice a day.
  return before === midnightOffset(day + 1, timeZone) ? before : readOffset(atMs, timeZone);
}

/** The offset at UTC's midnight at which a day since 1970 begins. */
function midnightOffset(day: number, timeZone: string): number {
  const key = `${timeZone} ${day}`;
  let offset = midnights.get(key);
  if (offset === undefined) {
    offset = readOffset(day * MILLISECONDS_PER_DAY, timeZone);
    midnights.set(key, offset);
  }
  return offset;
}

function readOffset(atMs: number, timeZone: string): number {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat("en-u-ca-iso8601-hc-h23", {
      timeZone,
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    clocks.set(timeZone, clock);
  }
  const parts = Object.fromEntries(clock.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const { year, month, day, hour, minute, second } = parts as Record<Intl.DateTimeFormatPartTypes, number>;
  const wholeSeconds = Math.floor(atMs / 1000) * 1000;
  return Math.floor((Date.UTC(year, month - 1, day, hour, minute, second) - wholeSeconds) / MILLISECONDS_PER_MINUTE);
}
