// Which characters the bytes of a text stand for: UTF-8, UTF-16 or UTF-32, or else Western Windows' code page.

import type { Note } from "./log";
import type { Advance } from "./table";

export type EncodingName = "utf-8" | "utf-16le" | "utf-16be" | "utf-32le" | "utf-32be" | "windows-1252";

/** An encoding, and what to tell of it. */
export interface Encoding {
  readonly name: EncodingName;
  readonly notes: readonly Note[];
}

export const HEAD = 4096; // bytes that tell what a file is
// UTF-32's first: the mark of its little-endian form begins with UTF-16's.
const MARKS: readonly (readonly [readonly number[], EncodingName])[] = [
  [[0xff, 0xfe, 0, 0], "utf-32le"],
  [[0, 0, 0xfe, 0xff], "utf-32be"],
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];
const MOSTLY = 0.9; // of the bytes in one half of UTF-16 that hold tables: zero

/** Recognise a text's encoding: the first one in which all of it can be read. */
export async function encodingOf(text: Blob): Promise<Encoding> {
  const marked = encodingOfHead(new Uint8Array(await text.slice(0, HEAD).arrayBuffer()));
  for (const name of new Set([marked ?? "utf-8", "utf-8"] as const)) {
    const hasNul = await tried(text, name);
    if (hasNul !== null) return { name, notes: hasNul ? [{ code: "nul_left_out" }] : [] };
  }
  // Every byte has a character of its own, so no two names become one.
  const hasNul = await tried(text, "windows-1252");
  return { name: "windows-1252", notes: [{ code: "encoding_guessed" }, ...(hasNul ? [NUL] : [])] };
}

const NUL: Note = { code: "nul_left_out" };

/** Recognise an encoding by the first bytes of a text; null where they don't tell. */
export function encodingOfHead(head: Uint8Array): EncodingName | null {
  const mark = MARKS.find(([bytes]) => bytes.every((byte, place) => head[place] === byte));
  if (mark !== undefined) return mark[1];
  for (const [start, name] of [[1, "utf-16le"], [0, "utf-16be"]] as const) {
    const high = head.filter((_, place) => place % 2 === start);
    const low = head.filter((_, place) => place % 2 !== start);
    const zeros = (bytes: Uint8Array): number => bytes.reduce((count, byte) => count + Number(byte === 0), 0);
    if (high.length > 0 && zeros(high) >= MOSTLY * high.length && zeros(low) < low.length / 2) return name;
  }
  return null;
}

/** Whether a text has NULs; null where it isn't in this encoding. */
async function tried(text: Blob, name: EncodingName): Promise<boolean | null> {
  let hasNul = false;
  try {
    for await (const part of textOf(text, name)) hasNul ||= part.includes("\0");
  } catch (error) {
    if (error instanceof TypeError) return null; // what a decoder throws
    throw error;
  }
  return hasNul;
}

/** The text, a part at a time and without its mark. */
export async function* textOf(text: Blob, name: EncodingName, advance?: Advance): AsyncGenerator<string> {
  const decoder = name === "utf-32le" || name === "utf-32be" ? new Utf32(name) : new TextDecoder(name, { fatal: true });
  let done = 0;
  for await (const bytes of chunksOf(text)) {
    yield decoder.decode(bytes, { stream: true });
    done += bytes.length;
    advance?.(done / text.size);
  }
  yield decoder.decode(new Uint8Array());
}

/** A file's bytes, a part at a time. */
export async function* chunksOf(file: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = file.stream().getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

class Utf32 {
  private rest = new Uint8Array();

  constructor(private readonly name: "utf-32le" | "utf-32be") {}

  decode(bytes: Uint8Array, { stream = false } = {}): string {
    const all = new Uint8Array(this.rest.length + bytes.length);
    all.set(this.rest);
    all.set(bytes, this.rest.length);
    const whole = all.length - (all.length % 4);
    this.rest = all.slice(whole);
    if (!stream && this.rest.length > 0) throw new TypeError("cut off");
    const view = new DataView(all.buffer);
    let decoded = "";
    for (let at = 0; at < whole; at += 4) {
      const point = view.getUint32(at, this.name === "utf-32le");
      if (point > 0x10ffff) throw new TypeError("no character");
      if (point !== 0xfeff) decoded += String.fromCodePoint(point);
    }
    return decoded;
  }
}
