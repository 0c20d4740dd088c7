import type { Counted } from "../texts/en/study";
import { asNumber } from "../texts/format";

/** The text for a number: "1 review", "12 reviews". */
export function counting(words: Counted, count: number): string {
  return count === 1 ? words.one : words.other(asNumber(count));
}
