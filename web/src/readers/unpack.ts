// What compressed files hold, up to a size.

import { Gunzip, Inflate } from "fflate";
import { Decompress } from "fzstd";

import { Crc } from "./crc";
import { chunksOf } from "./encodings";
import { ReadError, type Damaged } from "./errors";

/** How much a file may hold, in bytes: a lifetime of reviews takes a tenth. */
export const MOST_UNPACKED = 1024 ** 3;
const AT_ONCE = 16 * 1024; // bytes given to a decompressor, which may become a thousand times as many
const TRAILER = 8; // bytes at the end of what gzip packed: the checksum, and the size
const BLOB_PART = 4 * 1024 * 1024; // bytes

/** How much more may be unpacked of a file and what is inside it, in bytes. */
export class Budget {
  private left = MOST_UNPACKED;

  /** Refuse what says of itself that it is too large; what doesn't say so is stopped on the way. */
  refuse(bytes: number): void {
    if (bytes > this.left) throw new ReadError("too_large", { limit: MOST_UNPACKED });
  }

  spend(bytes: number): void {
    this.refuse(bytes);
    this.left -= bytes;
  }
}

interface Decompressor {
  ondata: (data: Uint8Array, final: boolean) => unknown;
  push(chunk: Uint8Array, final?: boolean): unknown;
}

const DECOMPRESSORS = {
  gzip: () => new Gunzip(),
  zstd: () => new Decompress(),
  deflate: () => new Inflate(),
} satisfies Record<string, () => unknown>;

/** Decompress a file; `what` is damaged where that fails. */
export async function unpack(
  file: Blob,
  method: keyof typeof DECOMPRESSORS,
  what: Damaged,
  budget: Budget,
): Promise<Blob> {
  const unpacked = new Parts(budget);
  const decompressor = DECOMPRESSORS[method]() as Decompressor;
  const crc = new Crc();
  const members: [end: number, crc: number][] = []; // of gzip, which may be several files in one
  if (decompressor instanceof Gunzip) decompressor.onmember = (start) => members.push([start, crc.take()]);
  decompressor.ondata = (data) => {
    if (method === "gzip") crc.add(data);
    unpacked.add(data);
  };
  for await (const chunk of chunksOf(file)) {
    for (let start = 0; start < chunk.length; start += AT_ONCE) {
      pushed(decompressor, chunk.subarray(start, start + AT_ONCE), false, what);
    }
  }
  pushed(decompressor, new Uint8Array(), true, what);
  if (method === "gzip") await check(file, [...members, [file.size, crc.take()]], what);
  return unpacked.blob();
}

async function check(file: Blob, members: readonly (readonly [number, number])[], what: Damaged): Promise<void> {
  for (const [end, crc] of members) {
    const trailer = new DataView(await file.slice(Math.max(end - TRAILER, 0), end).arrayBuffer());
    if (trailer.byteLength < TRAILER || trailer.getUint32(0, true) !== crc) throw new ReadError("damaged", { what });
  }
}

function pushed(decompressor: Decompressor, chunk: Uint8Array, isLast: boolean, what: Damaged): void {
  try {
    decompressor.push(chunk, isLast);
  } catch (error) {
    if (error instanceof ReadError) throw error; // of the budget
    throw new ReadError("damaged", { what });
  }
}

/** Bytes that come in pieces. */
class Parts {
  private readonly blobs: Blob[] = [];
  private held: Uint8Array<ArrayBuffer>[] = [];
  private size = 0;

  constructor(private readonly budget: Budget) {}

  add(data: Uint8Array): void {
    this.budget.spend(data.length);
    this.held.push(data.slice());
    this.size += data.length;
    if (this.size >= BLOB_PART) this.flush();
  }

  blob(): Blob {
    this.flush();
    return new Blob(this.blobs);
  }

  /** The browser keeps large files outside of the page's memory. */
  private flush(): void {
    this.blobs.push(new Blob(this.held));
    this.held = [];
    this.size = 0;
  }
}
