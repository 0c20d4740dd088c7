// Texts that were typed one a line, and the number of each one's line, which is how their reader finds one again.

import { InvalidInputError } from "recall-client";

export const MOST = 1_000; // texts that a call compares

export interface Lines {
  texts: string[];
  numbers: number[]; // from 1, empty lines counted
}

export function readLines(typed: string): Lines {
  const filled = typed.split("\n").map((line, index) => [line.trim(), index + 1] as const).filter(([text]) => text);
  return { texts: filled.map(([text]) => text), numbers: filled.map(([, number]) => number) };
}

/** The list in which the service refuses a text, and the number of the text's line. */
export function lineOf(error: unknown, lists: Record<"texts" | "among", Lines>) {
  const place = error instanceof InvalidInputError && /^(texts|among)\[(\d+)\]$/.exec(error.field ?? "");
  if (!place) return null;
  const list = place[1] as "texts" | "among";
  return { list, number: lists[list].numbers[Number(place[2])]!, problem: error.message.replace(place[0], "").trim() };
}
