// Reads values off a chart: by pointer, by touch and by the arrow keys.

import { useState } from "preact/hooks";

import type { Area, TwoWayScale } from "./frame";
import { movedByKey } from "./keys";
import { pointIn } from "./pointer";
import { type Dot, Points } from "./shapes";

interface Props {
  area: Area;
  x: TwoWayScale;
  y: TwoWayScale;
  /** What can be read, for who can't see it: "Recall probability over time". */
  label: string;
  minimum: number;
  maximum: number;
  /** How far an arrow key moves; the pointer stops there too. */
  step: number;
  /** Where the keys begin. */
  start: number;
  /** What is read at a value of x, in one line a series. */
  reading: (at: number) => readonly string[];
  /** Where the lines are at a value of x. */
  dots?: (at: number) => readonly Dot[];
}

const LINE_HEIGHT = 17; // pixels
const CHARACTER = 7; // pixels, about: a box a little too wide does no harm
const FINGER = 12; // pixels between the line and the box

export function Cursor({ area, x, y, label, minimum, maximum, step, start, reading, dots }: Props) {
  const [at, setAt] = useState<number | null>(null);
  const [focused, setFocused] = useState(false);
  const value = within(at ?? start, minimum, maximum);
  const point = (event: PointerEvent & { currentTarget: SVGGElement }) => {
    const left = pointIn(event.currentTarget, event).x;
    setAt(within(minimum + Math.round((x.invert(left) - minimum) / step) * step, minimum, maximum));
  };
  // A finger always leaves: what it tapped stays readable until the focus goes.
  const leave = (event: PointerEvent) => event.pointerType === "mouse" && !focused && setAt(null);
  const press = (event: KeyboardEvent) => {
    const moved = movedByKey(event.key, { value, minimum, maximum, step });
    if (moved === null) return;
    event.preventDefault();
    setAt(moved);
  };
  return (
    <g class="cursor" role="slider" tabindex={0} aria-label={label} aria-valuemin={minimum} aria-valuemax={maximum} aria-valuenow={value}
      aria-valuetext={reading(value).join(", ")} onKeyDown={press} onFocus={() => setFocused(true)} onBlur={() => { setFocused(false); setAt(null); }}
      onPointerMove={point} onPointerDown={point} onPointerLeave={leave}>
      <rect class="cursor-area" width={area.width} height={area.height} />
      {(at !== null || focused) && (
        <g aria-hidden="true">
          <line x1={x(value)} x2={x(value)} y2={area.height} />
          {dots && <Points points={dots(value)} x={x} y={y} />}
          <Readout lines={reading(value)} left={x(value)} width={area.width} />
        </g>
      )}
    </g>
  );
}

function Readout({ lines, left, width }: { lines: readonly string[]; left: number; width: number }) {
  const box = Math.max(...lines.map((line) => line.length)) * CHARACTER + 16;
  const wanted = left > width / 2 ? left - FINGER - box : left + FINGER;
  return (
    <g class="readout" transform={`translate(${within(wanted, 0, Math.max(width - box, 0))},2)`}>
      <rect width={box} height={lines.length * LINE_HEIGHT + 10} rx={6} />
      {lines.map((line, i) => <text key={i} x={8} y={(i + 1) * LINE_HEIGHT}>{line}</text>)}
    </g>
  );
}

function within(value: number, minimum: number, maximum: number): number {
  return Math.min(Math.max(value, minimum), maximum);
}
