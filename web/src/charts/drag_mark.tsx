// A line across the chart that is dragged up and down, or moved by the keys: a target.

import { useRef } from "preact/hooks";

import type { Area, TwoWayScale } from "./frame";
import { movedByKey } from "./keys";
import { pointIn } from "./pointer";

interface Props {
  area: Area;
  y: TwoWayScale;
  value: number;
  minimum: number;
  maximum: number;
  step: number;
  onChange: (value: number) => void;
  /** What is dragged: "Target". */
  label: string;
  /** The value in words, also shown on the handle: "90 %". */
  valueText: string;
  class?: string;
}

const HANDLE = { width: 50, height: 26 };
const FINGER = 44; // pixels: what a finger hits

export function DragMark({ area, y, value, minimum, maximum, step, onChange, label, valueText, class: name = "" }: Props) {
  const plot = useRef<SVGGElement>(null); // unlike the mark, it stays where it is
  const set = (wanted: number) => {
    const rounded = Number((Math.round(wanted / step) * step).toFixed(6)); // no 0.9000000000000001
    onChange(Math.min(Math.max(rounded, minimum), maximum));
  };
  const drag = (event: PointerEvent & { currentTarget: SVGGElement }) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    set(y.invert(pointIn(plot.current!, event).y));
  };
  const press = (event: KeyboardEvent) => {
    const moved = movedByKey(event.key, { value, minimum, maximum, step });
    if (moved === null) return;
    event.preventDefault();
    set(moved);
  };
  const grip = { x: area.width, width: HANDLE.width, rx: HANDLE.height / 2 };
  return (
    <g ref={plot}>
      <g class={`drag-mark ${name}`} role="slider" tabindex={0} aria-label={label} aria-orientation="vertical"
        aria-valuemin={minimum} aria-valuemax={maximum} aria-valuenow={value} aria-valuetext={valueText} onKeyDown={press}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)} onPointerMove={drag}
        transform={`translate(0,${y(value)})`}>
        <line x2={area.width} />
        <rect class="drag-line across" y={-7} width={area.width} height={14} />
        <rect class="drag-line" {...grip} y={-FINGER / 2} height={FINGER} />
        <rect class="handle" {...grip} y={-HANDLE.height / 2} height={HANDLE.height} />
        <text x={area.width + HANDLE.width / 2} dy="0.35em" text-anchor="middle">{valueText}</text>
      </g>
    </g>
  );
}
