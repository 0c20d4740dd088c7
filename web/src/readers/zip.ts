// The members of a zip, read where they stand: a package with gigabytes of sounds is never held in memory.

import { Crc } from "./crc";
import { chunksOf } from "./encodings";
import { ReadError } from "./errors";
import { unpack, type Budget } from "./unpack";

const [END, END_64, LOCATOR_64, MEMBER, LOCAL] = [0x06054b50, 0x06064b50, 0x07064b50, 0x02014b50, 0x04034b50];
const END_SIZE = 22; // bytes, without the comment
const LONGEST_COMMENT = 0xffff;
const [STORED, DEFLATED, ZSTANDARD] = [0, 8, 93];
const IN_64 = 0xffffffff; // a size or place that stands in the extra field

/** A file in a zip. */
export interface Member {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/** The files in a zip, without its folders. */
export async function membersOf(zip: Blob): Promise<Member[]> {
  try {
    const { start, size, count } = await directoryOf(zip);
    return [...membersIn(await viewOf(zip, start, start + size), count)];
  } catch (error) {
    if (error instanceof RangeError) throw damaged(); // a place beyond the end
    throw error;
  }
}

function damaged(): ReadError {
  return new ReadError("damaged", { what: "zip" });
}

async function viewOf(zip: Blob, start: number, end = zip.size): Promise<DataView> {
  return new DataView(await zip.slice(start, end).arrayBuffer());
}

async function directoryOf(zip: Blob): Promise<{ start: number; size: number; count: number }> {
  const tailStart = Math.max(0, zip.size - END_SIZE - LONGEST_COMMENT);
  const tail = await viewOf(zip, tailStart);
  let end = tail.byteLength - END_SIZE;
  while (end >= 0 && tail.getUint32(end, true) !== END) end -= 1;
  if (end < 0) throw damaged();
  if (end >= 20 && tail.getUint32(end - 20, true) === LOCATOR_64) {
    const large = await viewOf(zip, Number(tail.getBigUint64(end - 12, true)));
    if (large.getUint32(0, true) !== END_64) throw damaged();
    const [count, size, start] = [32, 40, 48].map((at) => Number(large.getBigUint64(at, true)));
    return { start: start!, size: size!, count: count! };
  }
  const size = tail.getUint32(end + 12, true);
  // What was put before a zip, such as a program that unpacks it, moves all places.
  return { start: tailStart + end - size, size, count: tail.getUint16(end + 10, true) };
}

function* membersIn(view: DataView, count: number): Generator<Member> {
  let at = 0;
  for (let number = 0; number < count; number++) {
    if (view.getUint32(at, true) !== MEMBER) throw damaged();
    const [nameSize, extraSize, commentSize] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, nameSize!));
    const extra = new DataView(view.buffer, at + 46 + nameSize!, extraSize!);
    const [packed, size, place] = sizesOf(view, at, extra);
    if (!name.endsWith("/")) {
      yield {
        name,
        method: view.getUint16(at + 10, true),
        isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
        crc: view.getUint32(at + 16, true),
        packed: packed!,
        size: size!,
        at: place!,
      };
    }
    at += 46 + nameSize! + extraSize! + commentSize!;
  }
}

/** The packed size, the size and the place of a member; those of 4 GB and more stand in an extra field, in order. */
function sizesOf(view: DataView, at: number, extra: DataView): number[] {
  const [packed, size, place] = [20, 24, 42].map((field) => view.getUint32(at + field, true));
  const found = [size!, packed!, place!];
  let field = 0;
  while (field + 4 <= extra.byteLength && extra.getUint16(field, true) !== 1) field += 4 + extra.getUint16(field + 2, true);
  let next = field + 4;
  const exact = found.map((value) => {
    if (value !== IN_64) return value;
    next += 8;
    return Number(extra.getBigUint64(next - 8, true));
  });
  return [exact[1]!, exact[0]!, exact[2]!];
}

/** Unpack a file of a zip, and check it. */
export async function extract(zip: Blob, member: Member, budget: Budget): Promise<Blob> {
  if (member.isEncrypted || ![STORED, DEFLATED, ZSTANDARD].includes(member.method)) throw new ReadError("locked_archive", {});
  budget.refuse(member.size);
  const local = await viewOf(zip, member.at, member.at + 30);
  if (local.byteLength < 30 || local.getUint32(0, true) !== LOCAL) throw damaged();
  const start = member.at + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  const packed = zip.slice(start, start + member.packed);
  if (member.method === STORED) budget.spend(packed.size);
  const method = member.method === ZSTANDARD ? "zstd" : "deflate";
  const content = member.method === STORED ? packed : await unpack(packed, method, "zip", budget);
  if ((await crcOf(content)) !== member.crc) throw damaged();
  return content;
}

async function crcOf(content: Blob): Promise<number> {
  const crc = new Crc();
  for await (const bytes of chunksOf(content)) crc.add(bytes);
  return crc.take();
}
