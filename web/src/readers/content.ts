// What is inside a compressed file, whatever its name: a table, or an Anki collection.

import { ReadError } from "./errors";
import { headOf, recognise } from "./formats";
import type { Kind, Wrapping } from "./log";
import { Budget, unpack } from "./unpack";
import { extract, membersOf, type Member } from "./zip";

const DEEPEST = 3; // a package in an archive of archives
// Newest first: a package with a newer one holds an empty `collection.anki2` for old programs to open.
const COLLECTIONS = ["collection.anki21b", "collection.anki21", "collection.anki2"];
const OF_ANKI = /\.(?:colpkg|apkg|anki2|anki21|anki21b)$/i;
const WORKBOOKS = ["xl/workbook.xml", "content.xml"]; // of Excel, and of LibreOffice
const NOT_CONTENT = ["__MACOSX", ".DS_Store", "Thumbs.db"];
const MAGIC: readonly (readonly [string, Wrapping])[] = [
  ["\x1f\x8b", "gzip"],
  ["\x28\xb5\x2f\xfd", "zstd"],
  ["PK\x03\x04", "zip"],
  ["PK\x05\x06", "zip"],
];

/** A file free of compression. */
export interface Content {
  readonly file: Blob;
  readonly kind: Kind;
  /** What it was compressed with, the outermost first; an Anki package is no wrapping. */
  readonly wrapping: readonly Wrapping[];
}

/** Unpack a file as often as it is packed. */
export async function contentOf(file: Blob, name: string): Promise<Content> {
  const budget = new Budget();
  const wrapping: Wrapping[] = [];
  let [inside, isPackage] = [file, false];
  for (let depth = 0; ; depth++) {
    const head = await headOf(inside);
    const packed = MAGIC.find(([magic]) => head.startsWith(magic))?.[1];
    if (packed === undefined) break;
    if (depth > DEEPEST) throw new ReadError("nested_archive", {});
    if (packed === "zip") {
      const member = onlyContent(await membersOf(inside));
      if (OF_ANKI.test(member.name)) isPackage = true;
      else wrapping.push("zip");
      inside = await extract(inside, member, budget);
    } else {
      if (!isPackage) wrapping.push(packed);
      inside = await unpack(inside, packed, packed, budget);
    }
  }
  const kind = await recognise(inside, inside === file ? name : "");
  return { file: inside, kind: kind === "collection" && isPackage ? "package" : kind, wrapping };
}

/** The collection, the package or the table in a zip. */
function onlyContent(all: readonly Member[]): Member {
  const members = all.filter(({ name }) => !NOT_CONTENT.some((part) => name.includes(part)));
  if (members.some(({ name }) => WORKBOOKS.includes(name))) throw new ReadError("other_format", { what: "workbook" });
  const names = members.map(({ name }) => name);
  const ofAnki = members.filter(({ name }) => OF_ANKI.test(name) && !hasNewer(name, names));
  const [member, ...others] = ofAnki.length > 0 ? ofAnki : members;
  if (member === undefined) throw new ReadError("several_files", { count: 0 });
  if (ofAnki.length > 1) throw new ReadError("several_collections", { names: ofAnki.map(({ name }) => name) });
  if (others.length > 0) throw new ReadError("several_files", { count: members.length });
  // What SQLite keeps beside a database: changes that aren't in it yet.
  const companion = members.find(({ name }) => [`${member.name}-wal`, `${member.name}-journal`].includes(name));
  if (companion !== undefined && companion.packed > 0) throw new ReadError("collection_open", {});
  return member;
}

function hasNewer(name: string, names: readonly string[]): boolean {
  const [, folder, form] = /^(.*\/)?([^/]*)$/.exec(name) ?? [];
  const place = COLLECTIONS.indexOf(form ?? "");
  return COLLECTIONS.slice(0, Math.max(place, 0)).some((newer) => names.includes(`${folder ?? ""}${newer}`));
}
