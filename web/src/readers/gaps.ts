// Anki's texts with gaps: "{{c1::Paris::city}} is in {{c2::France}}". A gap may have gaps inside, and several numbers.

interface Gap {
  readonly numbers: readonly number[];
  readonly inside: TextWithGaps;
}

/** Plain pieces, and gaps. */
export type TextWithGaps = (string | Gap)[];

const MARK = /(\{\{c\d+(?:,\d+)*::|\}\})/;
const OPENING = /^\{\{c([\d,]+)::$/;
const BEFORE_HINT = "::";
const ON_PICTURE = "image-occlusion:"; // such a gap hides a part of a picture

/** Find the gaps of a text, each with its own end. */
export function parseGaps(text: string): TextWithGaps {
  const open: { mark: string; gap: Gap }[] = [];
  const all: TextWithGaps = [];
  const current = () => open.at(-1)?.gap.inside ?? all;
  for (const piece of text.split(MARK)) {
    const numbers = OPENING.exec(piece)?.[1];
    if (numbers !== undefined) open.push({ mark: piece, gap: { numbers: numbers.split(",").map(Number), inside: [] } });
    else if (piece === "}}" && open.length > 0) {
      const { gap } = open.pop()!;
      current().push(gap);
    } else current().push(piece);
  }
  for (let last = open.pop(); last; last = open.pop()) current().push(last.mark, ...last.gap.inside); // nobody closed it
  return all;
}

/** Whether a text has gaps: those of a number, or any. */
export function hasGap(text: TextWithGaps, number: number | null = null): boolean {
  return text.some((part) => typeof part !== "string" && (number === null || part.numbers.includes(number) || hasGap(part.inside, number)));
}

/** The text with the gaps of a number hidden; with all that is in them for null. */
export function withGap(text: TextWithGaps, hidden: number | null): string {
  return text.map((part) => (typeof part === "string" ? part : gapAsText(part, hidden))).join("");
}

function gapAsText({ numbers, inside }: Gap, hidden: number | null): string {
  if (typeof inside[0] === "string" && inside[0].startsWith(ON_PICTURE)) return "";
  const parts = inside.map((part) => (typeof part === "string" ? part.split(BEFORE_HINT) : part));
  const hints = parts.flatMap((part) => (Array.isArray(part) && part.length > 1 ? [part.slice(1).join(BEFORE_HINT)] : []));
  if (hidden !== null && numbers.includes(hidden)) return `[${hints.at(-1) ?? "…"}]`;
  return withGap(parts.map((part) => (Array.isArray(part) ? part[0]! : part)), hidden);
}
