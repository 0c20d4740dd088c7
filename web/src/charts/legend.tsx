// What the lines of a chart are.

import type { Series } from "./shapes";

interface Entry {
  text: string;
  series: Series;
  dashed?: boolean;
}

export function Legend({ entries }: { entries: readonly Entry[] }) {
  return (
    <ul class="legend">
      {entries.map(({ text, series, dashed }) => (
        <li key={text}>
          <svg class="chart" viewBox="0 0 24 12" aria-hidden="true"><line class={`series-${series}${dashed ? " dashed" : ""}`} x2="24" y1="6" y2="6" /></svg>
          {text}
        </li>
      ))}
    </ul>
  );
}
