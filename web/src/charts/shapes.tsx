// What is drawn in a chart: lines, bands, points and marks.

import { area as areaOf, line as lineOf, symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle, type SymbolType } from "d3-shape";

import type { Area, Scale } from "./frame";

/** One of the four colours of lines, from the style sheet. */
export type Series = "a" | "b" | "c" | "d";
export type Point = readonly [x: number, y: number];

interface Scales {
  x: Scale;
  y: Scale;
}

/** A line through points in the order of x. */
export function Line({ points, x, y, series, dashed = false }: Scales & { points: readonly Point[]; series: Series; dashed?: boolean }) {
  const path = lineOf<Point>((point) => x(point[0]), (point) => y(point[1]))(points);
  return <path class={`line series-${series}${dashed ? " dashed" : ""}`} d={path ?? ""} aria-hidden="true" />;
}

/** The area between a lower and an upper value at each x, such as an interval of confidence. */
export function Band({ points, x, y, series }: Scales & { points: readonly (readonly [x: number, low: number, high: number])[]; series: Series }) {
  const path = areaOf<(typeof points)[number]>((point) => x(point[0]), (point) => y(point[1]), (point) => y(point[2]))(points);
  return <path class={`band fill-${series}`} d={path ?? ""} aria-hidden="true" />;
}

export type Shape = "circle" | "square" | "triangle" | "diamond";

const SHAPES: Record<Shape, SymbolType> = { circle: symbolCircle, square: symbolSquare, triangle: symbolTriangle, diamond: symbolDiamond };

export interface Dot {
  x: number;
  y: number;
  /** So that colour isn't all that tells points apart. */
  shape?: Shape;
  class?: string;
}

/** The path of a shape around the origin; `size` is its area in square pixels. */
export function shapePath(shape: Shape, size: number): string {
  return symbol(SHAPES[shape], size)() ?? "";
}

/** Single points; `size` is a point's area in square pixels. */
export function Points({ points, x, y, size = 72 }: Scales & { points: readonly Dot[]; size?: number }) {
  return (
    <g aria-hidden="true">
      {points.map((point, i) => (
        <path key={i} class={`point ${point.class ?? "fill-a"}`} transform={`translate(${x(point.x)},${y(point.y)})`}
          d={shapePath(point.shape ?? "circle", size)} />
      ))}
    </g>
  );
}

interface MarkProps {
  at: number;
  scale: Scale;
  area: Area;
  text?: string;
  class?: string;
}

/** A line across the chart at a value of y. */
export function HorizontalMark({ at, scale, area, text, class: name = "" }: MarkProps) {
  return (
    <g class={`mark ${name}`} transform={`translate(0,${scale(at)})`} aria-hidden="true">
      <line x2={area.width} />
      {text && <text x={area.width} y={-6} text-anchor="end">{text}</text>}
    </g>
  );
}

/** A line from top to bottom at a value of x; its text stands on the side that has room. */
export function VerticalMark({ at, scale, area, text, class: name = "" }: MarkProps) {
  const left = scale(at);
  const before = left > area.width / 2;
  return (
    <g class={`mark ${name}`} transform={`translate(${left},0)`} aria-hidden="true">
      <line y2={area.height} />
      {text && <text x={before ? -6 : 6} y={area.height - 8} text-anchor={before ? "end" : "start"}>{text}</text>}
    </g>
  );
}
