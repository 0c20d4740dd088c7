// Text with separators into rows of fields, as Python's module csv does, and the lines in which they begin.

import { ReadError } from "./errors";

const LONGEST_FIELD = 131_072; // characters; beyond it a quotation mark is missing
const LONGEST_LINE = 4 * 1024 * 1024; // characters; beyond it this is no table

/** A row: its fields, and the line in which it begins, from 1. */
export interface CsvRow {
  readonly fields: readonly string[];
  readonly line: number;
}

/** The lines of a text with their ends, those of a part at a time. */
export async function* linesOf(parts: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = "";
  for await (const part of parts) {
    const text = rest + part;
    // What ends a line may be cut in two: \r\n.
    const ends = [...text.matchAll(/\r\n|\n|\r(?!$)/g)];
    let start = 0;
    const lines = ends.map((end) => text.slice(start, (start = end.index + end[0].length)));
    rest = text.slice(start);
    if (rest.length > LONGEST_LINE) throw new ReadError("not_a_review_log", {});
    if (lines.length > 0) yield lines;
  }
  if (rest !== "") yield [rest];
}

/** Makes rows of lines that are given one after another. */
export class CsvRows {
  private fields: string[] = [];
  private field = "";
  private isQuoted = false;
  private isTorn = false; // whether text follows a closing quotation mark
  private readonly begun: string[] = []; // the lines of the row that goes on
  private line: number;

  /**
   * @param separator - what stands between fields
   * @param separators - how many of it are in the line that names the columns; null where there may be none, and text
   *   of several lines is as likely as rows: then only a mark that nothing closes, or closes too early, is refused
   * @param first - the number of the first line
   */
  constructor(
    private readonly separator: string,
    private readonly separators: number | null,
    first: number,
  ) {
    this.line = first - 1;
  }

  /** The row that ends in this line, or null; a blank line ends none. */
  next(line: string): CsvRow | null {
    this.line += 1;
    const text = line.replace(/[\r\n]+$/, "");
    if (!this.isQuoted && !text.includes('"')) {
      return text === "" ? null : { fields: text.split(this.separator), line: this.line };
    }
    this.begun.push(line);
    this.parse(line);
    if (this.isQuoted) {
      if (this.field.length > LONGEST_FIELD) throw new ReadError("quotation_mark_open", { line: this.begins });
      return null;
    }
    return this.end();
  }

  /** The row that the text's end leaves open, or null. */
  last(): CsvRow | null {
    return this.isQuoted ? this.end() : null;
  }

  private get begins(): number {
    return this.line - this.begun.length + 1;
  }

  private end(): CsvRow {
    this.save();
    if (this.separators === null) this.refuseTorn();
    else this.refuseEaten();
    const row = { fields: this.fields, line: this.begins };
    this.fields = [];
    this.isQuoted = this.isTorn = false;
    this.begun.length = 0;
    return row;
  }

  private refuseTorn(): void {
    if (this.begun.length < 2) return;
    if (this.isQuoted) throw new ReadError("quotation_mark_open", { line: this.begins });
    const rows = this.begun.length - 1;
    if (this.isTorn) throw new ReadError("quotation_mark", { line: this.begins, lastLine: this.line, rows });
  }

  /** A line that has as many separators as the first one, and others in the same field too, is a row. */
  private refuseEaten(): void {
    const [first, ...others] = this.begun.map((line) => line.split(this.separator).length - 1 === this.separators);
    const rows = others.filter(Boolean).length;
    if (first && rows > 0) throw new ReadError("quotation_mark", { line: this.begins, lastLine: this.line, rows });
  }

  private save(): void {
    this.fields.push(this.field);
    this.field = "";
  }

  /** Read a line: within quotation marks, two are one; after the closing one, what comes still belongs to the field. */
  private parse(line: string): void {
    let atStart = !this.isQuoted && this.field === "";
    for (let place = 0; place < line.length; place++) {
      const character = line[place]!;
      if (this.isQuoted) {
        if (character !== '"') this.field += character;
        else if (line[place + 1] === '"') this.field += line[++place]!;
        else {
          this.isQuoted = false;
          this.isTorn ||= !["\r", "\n", " ", undefined, this.separator].includes(line[place + 1]);
        }
      } else if (character === this.separator) {
        this.save();
        atStart = true;
      } else if (atStart && character === '"') {
        this.isQuoted = true;
        atStart = false;
      } else if (!(atStart && character === " ") && character !== "\r" && character !== "\n") {
        this.field += character;
        atStart = false;
      }
    }
  }
}
