// Times in ISO 8601 and its kin, as pandas reads them.

const PATTERN = new RegExp(
  [
    String.raw`^(?<year>\d{4})(?<separator>[-/])(?<month>\d{1,2})\k<separator>(?<day>\d{1,2})`,
    String.raw`(?:[T ](?<hour>\d{1,2})(?:(?<colon>:?)(?<minute>\d{1,2})(?:\k<colon>(?<second>\d{1,2})(?:\.(?<fraction>\d*))?)?)?`,
    String.raw`\s*(?:[Zz]|(?<sign>[+-])(?<aheadHours>\d{1,2})(?::?(?<aheadMinutes>\d{1,2}))?)?)?\s*$`,
  ].join(""),
);
const NAMED_UTC = /\s*(?:UTC|GMT|[Zz])$/;

/** Microseconds from 1970 to a time, which is UTC unless it says otherwise; NaN where it is no such time. */
export function isoTime(written: string): number {
  const read = microseconds(written);
  return Number.isNaN(read) ? microseconds(written.replace(NAMED_UTC, "Z").replaceAll(",", ".")) : read;
}

function microseconds(written: string): number {
  const parts = PATTERN.exec(written)?.groups;
  if (parts === undefined) return Number.NaN;
  const part = (name: string): number => Number(parts[name] ?? 0);
  const [year, month, day] = [part("year"), part("month"), part("day")];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // Date.UTC takes years below 100 for those of the last century
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && month > 0;
  const [hour, minute, second] = [part("hour"), part("minute"), part("second")];
  const [aheadHours, aheadMinutes] = [part("aheadHours"), part("aheadMinutes")];
  if (!exists || hour > 23 || minute > 59 || second > 59 || aheadHours > 23 || aheadMinutes > 59) return Number.NaN;
  const ahead = (parts["sign"] === "-" ? -1 : 1) * (aheadHours * 60 + aheadMinutes);
  const ms = date.getTime() + ((hour * 60 + minute - ahead) * 60 + second) * 1000;
  return ms * 1000 + Number((parts["fraction"] ?? "").padEnd(6, "0").slice(0, 6));
}

/** How many minutes the clock of a written time is ahead of UTC; 0 where it doesn't say. */
export function minutesAhead(written: string): number {
  if (written.length <= "2026-03-01".length) return 0;
  const offset = /([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(written.slice(-"+09:00".length));
  if (offset === null) return 0;
  const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
  return offset[1] === "-" ? -minutes : minutes;
}

