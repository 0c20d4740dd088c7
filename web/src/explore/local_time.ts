// Moments as `<input type="datetime-local">` has them: in the reader's own zone, so that today is never refused.

/** "2026-12-03T15:20", with seconds where they aren't 0; empty for what is no moment. */
export function toLocal(moment: number): string {
  if (Number.isNaN(moment)) return "";
  const date = new Date(moment);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const seconds = date.getSeconds() ? `:${two(date.getSeconds())}` : "";
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}${seconds}`;
}

/** Milliseconds since 1970, in whole seconds; NaN for what isn't a moment. */
export function fromLocal(text: string): number {
  return Math.floor(new Date(text).getTime() / 1000) * 1000;
}
