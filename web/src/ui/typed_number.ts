// The text of a field for a number: what is typed stays as long as it stands for the same number.

import type { RefObject } from "preact";
import { useRef } from "preact/hooks";

/** The number in a field: `empty` where nothing was typed, NaN for what is no number. */
export function numberIn(field: HTMLInputElement, empty = NaN): number {
  return field.value === "" && !field.validity.badInput ? empty : field.valueAsNumber;
}

/**
 * The properties of a number's field. Between "2" and "2.05" stands "2.0", which must not become "2" again.
 * @param empty What an empty field stands for.
 */
export function useNumberText(value: number, empty = NaN): { ref: RefObject<HTMLInputElement | null>; value: string } {
  const ref = useRef<HTMLInputElement>(null);
  const field = ref.current;
  if (field && Object.is(numberIn(field, empty), value)) return { ref, value: field.value };
  return { ref, value: Number.isNaN(value) || value === empty ? "" : String(value) };
}
