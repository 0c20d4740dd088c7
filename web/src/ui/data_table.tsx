// A table, also the words of a chart for who can't see it.

import type { ComponentChildren } from "preact";

import { t } from "../texts";

interface Props {
  caption: string;
  columns: readonly string[];
  rows: readonly (readonly ComponentChildren[])[];
}

export function DataTable({ caption, columns, rows }: Props) {
  return (
    <div class="scroll" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption>{caption}</caption>
        <thead><tr>{columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr></thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>{row.map((cell, k) => (k ? <td key={k}>{cell}</td> : <th key={k} scope="row">{cell}</th>))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The table of a chart, folded up. */
export function ChartTable(props: Props) {
  return (
    <details class="chart-table">
      <summary>{t.value.common.asTable}</summary>
      <DataTable {...props} />
    </details>
  );
}
