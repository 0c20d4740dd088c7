// The time zones of a Parquet file's timestamps, which Parquet itself doesn't keep: Arrow writes them beside it.

import type { FileMetaData } from "hyparquet";

const TIMESTAMP = 10; // of the types in Arrow's Schema.fbs

/** The zone of each column of timestamps that has one: "UTC" where nothing says more. */
export function zonesOf(metadata: FileMetaData): Map<string, string> {
  const zones = new Map<string, string>();
  for (const { name, logical_type: logical, converted_type: converted } of metadata.schema) {
    const isUtc = logical?.type === "TIMESTAMP" ? logical.isAdjustedToUTC : converted?.startsWith("TIMESTAMP");
    if (isUtc) zones.set(name, "UTC");
  }
  const arrow = metadata.key_value_metadata?.find(({ key }) => key === "ARROW:schema")?.value;
  if (arrow !== undefined) {
    try {
      for (const [name, zone] of zonesOfArrow(arrow)) if (zones.has(name)) zones.set(name, zone);
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof DOMException)) throw error; // not what Arrow writes
    }
  }
  return zones;
}

/** Read the fields of a schema that is written as a message of Arrow's, in base64. */
function* zonesOfArrow(base64: string): Generator<[string, string]> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const start = view.getUint32(0, true) === 0xffffffff ? 8 : 4; // older writers have no mark before the length
  const schema = new FlatTable(view, start + view.getUint32(start, true)).table(2);
  for (const field of schema?.tables(1) ?? []) {
    const zone = field.byte(2) === TIMESTAMP ? field.table(3)?.text(1) : undefined;
    const name = field.text(0);
    if (zone && name !== undefined) yield [name, zone];
  }
}

/** A table of a FlatBuffer: its fields by their numbers in the schema. */
class FlatTable {
  constructor(
    private readonly view: DataView,
    private readonly start: number,
  ) {}

  byte(field: number): number {
    const at = this.at(field);
    return at === null ? 0 : this.view.getUint8(at);
  }

  text(field: number): string | undefined {
    const at = this.target(field);
    if (at === null) return undefined;
    return new TextDecoder().decode(new Uint8Array(this.view.buffer, at + 4, this.view.getUint32(at, true)));
  }

  table(field: number): FlatTable | undefined {
    const at = this.target(field);
    return at === null ? undefined : new FlatTable(this.view, at);
  }

  *tables(field: number): Generator<FlatTable> {
    const at = this.target(field);
    for (let each = 0; at !== null && each < this.view.getUint32(at, true); each++) {
      const place = at + 4 + 4 * each;
      yield new FlatTable(this.view, place + this.view.getUint32(place, true));
    }
  }

  private target(field: number): number | null {
    const at = this.at(field);
    return at === null ? null : at + this.view.getUint32(at, true);
  }

  private at(field: number): number | null {
    const fields = this.start - this.view.getInt32(this.start, true);
    const place = 4 + 2 * field;
    const offset = place < this.view.getUint16(fields, true) ? this.view.getUint16(fields + place, true) : 0;
    return offset === 0 ? null : this.start + offset;
  }
}
