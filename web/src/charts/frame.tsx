// The frame of a chart: its size, which follows the page's, its axes and grid. What is drawn in it are its children.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** A scale of d3-scale, as far as axes need it. */
export interface Scale {
  (value: number): number;
  ticks(count?: number): number[];
}

/** A scale that also leads back from pixels, as what is dragged needs it. */
export interface TwoWayScale extends Scale {
  invert(pixels: number): number;
}

export interface Area {
  /** The chart's inner size in CSS pixels; the origin is its upper left corner. */
  width: number;
  height: number;
}

interface Props {
  /** What the chart shows, for who can't see it. */
  label: string;
  height: number;
  margin?: { top: number; right: number; bottom: number; left: number };
  children: (area: Area) => ComponentChildren;
}

const MARGIN = { top: 12, right: 16, bottom: 34, left: 46 };

export function Frame({ label, height, margin = MARGIN, children }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = root.current!;
    const measure = () => setWidth(element.clientWidth);
    const observer = new ResizeObserver(measure);
    measure();
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const area = { width: Math.max(width - margin.left - margin.right, 0), height: height - margin.top - margin.bottom };
  return (
    <div class="chart" ref={root} style={{ height }}>
      {width > 0 && (
        <svg width={width} height={height} role="group" aria-label={label}>
          <g transform={`translate(${margin.left},${margin.top})`}>{children(area)}</g>
        </svg>
      )}
    </div>
  );
}

interface AxisProps {
  scale: Scale;
  area: Area;
  format: (value: number) => string;
  ticks?: number | readonly number[];
  title?: string;
}

export function XAxis({ scale, area, format, ticks = Math.max(area.width / 90, 2), title }: AxisProps) {
  return (
    <g class="axis" transform={`translate(0,${area.height})`} aria-hidden="true">
      <line x2={area.width} />
      {chosen(scale, ticks).map((tick) => (
        <text key={tick} x={scale(tick)} y={18} text-anchor="middle">{format(tick)}</text>
      ))}
      {title && <text class="axis-title" x={area.width} y={32} text-anchor="end">{title}</text>}
    </g>
  );
}

export function YAxis({ scale, area, format, ticks = 5, title }: AxisProps) {
  return (
    <g class="axis grid" aria-hidden="true">
      {chosen(scale, ticks).map((tick) => (
        <g key={tick} transform={`translate(0,${scale(tick)})`}>
          <line x2={area.width} />
          <text x={-8} dy="0.32em" text-anchor="end">{format(tick)}</text>
        </g>
      ))}
      {title && <text class="axis-title" x={-38} y={-14}>{title}</text>}
    </g>
  );
}

function chosen(scale: Scale, ticks: number | readonly number[]): readonly number[] {
  return typeof ticks === "number" ? scale.ticks(Math.floor(ticks)) : ticks;
}
