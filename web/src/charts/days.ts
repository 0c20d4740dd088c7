// Ticks of an axis of days.

const DAY = 86_400_000;
const PIXELS_PER_TICK = 120;

/** Ticks at days' beginnings, as many as have room; times in milliseconds. */
export function daysBetween(first: number, last: number, width: number): number[] {
  const steps = Math.min(Math.max(1, Math.floor(width / PIXELS_PER_TICK)), Math.round((last - first) / DAY));
  return steps ? Array.from({ length: steps + 1 }, (_, i) => first + Math.round((i * (last - first)) / steps / DAY) * DAY) : [first];
}
