// What a file is, recognised by its first bytes: names lie, and downloads are often renamed.

import { encodingOfHead, HEAD } from "./encodings";
import { ReadError, type OtherFormat } from "./errors";
import type { Kind } from "./log";

const COLLECTION = "SQLite format 3\0";
const OTHERS: readonly (readonly [string, OtherFormat])[] = [
  ["\xd0\xcf\x11\xe0", "workbook"],
  ["ARROW1", "arrow"],
  ["%PDF", "pdf"],
  ["Rar!", "rar"],
  ["7z\xbc\xaf", "7z"],
  ["BZh", "bzip2"],
  ["\xfd7zXZ\0", "xz"],
];
const TAR_AT = 257; // bytes
const BINARY_SUFFIX = /\.(?:colpkg|apkg|anki2|anki21|anki21b|parquet)$/i;
// Beside tabs and line ends, what stands in no text: a NUL may be left in one by a careless program.
const CONTROL = /[\x01-\x08\x0e-\x1d\x1f]/;

/** The first bytes of a file, one character each. */
export async function headOf(file: Blob): Promise<string> {
  return Array.from(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()), (byte) => String.fromCharCode(byte)).join("");
}

/** Recognise the format of a file that isn't compressed. */
export async function recognise(file: Blob, name: string): Promise<Exclude<Kind, "package">> {
  const head = await headOf(file);
  if (head === "") throw new ReadError("empty", {});
  if (head.startsWith(COLLECTION)) return "collection";
  if (head.startsWith("PAR1")) return "parquet";
  const other = head.startsWith("ustar", TAR_AT) ? "tar" : OTHERS.find(([magic]) => head.startsWith(magic))?.[1];
  if (other !== undefined) throw new ReadError("other_format", { what: other });
  const suffix = BINARY_SUFFIX.exec(name)?.[0];
  if (suffix !== undefined) throw new ReadError("wrong_content", { suffix });
  const encoding = encodingOfHead(Uint8Array.from(head, (character) => character.charCodeAt(0)));
  const isBinary = CONTROL.test(head.replace(/\x1a$/, "")) || /^\0*$/.test(head);
  if (encoding === null && isBinary) throw new ReadError("not_a_review_log", {});
  return /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff|[\x1e\0 \t\r\n])*[[{]/.test(head) ? "json" : "csv";
}
