// Where study days begin, in the learner's own time.

const MICROS_PER_DAY = 86_400e6;
const DAY_STARTS_AT = 4; // people study past midnight; 4 a.m. is also Anki's default

/** Where a learner's study days begin; undefined is what isn't known. */
export interface StudyDays {
  /** The time zone, or how many minutes its clock is always ahead of UTC. */
  readonly zone?: string | number | undefined;
  /** The hour, after local midnight. */
  readonly startsAt?: number | undefined;
}

/**
 * Number the study days of times.
 *
 * @param utc - microseconds since 1970
 * @param ahead - minutes that each time's own clock is ahead of UTC, where no zone is known
 */
export function dayNumbers(days: StudyDays, utc: Float64Array, ahead: Float64Array): Float64Array {
  const { zone, startsAt = DAY_STARTS_AT } = days;
  const aheadAt = typeof zone === "string" ? minutesAheadIn(zone) : null;
  return utc.map((micros, row) => {
    const minutes = aheadAt?.(micros) ?? (typeof zone === "number" ? zone : (ahead[row] ?? 0));
    return Math.floor((micros + (minutes - startsAt * 60) * 60e6) / MICROS_PER_DAY);
  });
}

/** A function that tells how many minutes a zone's clock is ahead of UTC at a time in microseconds. */
export function minutesAheadIn(zone: string): (micros: number) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  const at = (micros: number): number => {
    const name = format.formatToParts(micros / 1000).find((part) => part.type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes, seconds] = /([+-])(\d+):(\d+)(?::(\d+))?/.exec(name) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0) + Number(seconds ?? 0) / 60);
  };
  // Asking for each review would take minutes: on most days the clock isn't changed.
  const byDay = new Map<number, number | null>();
  return (micros) => {
    if (!(Math.abs(micros) < 8.64e18)) return 0; // not a date
    const day = Math.floor(micros / MICROS_PER_DAY);
    let known = byDay.get(day);
    if (known === undefined) {
      const [first, last] = [at(day * MICROS_PER_DAY), at((day + 1) * MICROS_PER_DAY)];
      known = first === last ? first : null;
      byDay.set(day, known);
    }
    return known ?? at(micros);
  };
}
