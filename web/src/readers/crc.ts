// The checksum of zip and gzip.

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});
const FIRST = 0xffffffff;

/** CRC-32 of bytes that come in pieces. */
export class Crc {
  private crc = FIRST;

  add(bytes: Uint8Array): void {
    let crc = this.crc;
    for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
    this.crc = crc;
  }

  /** The checksum of what was added; then it begins anew. */
  take(): number {
    const crc = (this.crc ^ FIRST) >>> 0;
    this.crc = FIRST;
    return crc;
  }
}
