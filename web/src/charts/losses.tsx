// The log loss day by day, the chosen days, and from when on another model was live.

import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";

import { asCalendarDay, asNumber } from "../texts/format";
import { daysBetween } from "./days";
import { Frame, XAxis, YAxis } from "./frame";

interface Props {
  label: string;
  /** The axis' name. */
  title: string;
  /** Time in milliseconds of a day's beginning in UTC, and its log loss. */
  points: readonly (readonly [time: number, loss: number])[];
  /** Where the time begins. */
  first: number;
  chosen: readonly [first: number, last: number];
  changes: readonly number[];
}

const HEIGHT = 300;
const MARGIN = { top: 30, right: 16, bottom: 36, left: 46 }; // room for the axis' name above

export function Losses({ label, title, points, first, chosen, changes }: Props) {
  const last = Math.max(...points.map(([time]) => time));
  return (
    <Frame label={label} height={HEIGHT} margin={MARGIN}>
      {(area) => {
        const x = scaleLinear([first, last], [0, area.width]);
        const y = scaleLinear([0, Math.max(...points.map(([, loss]) => loss))], [area.height, 0]).nice(5);
        const [from, to] = [x(chosen[0]), x(chosen[1])];
        return (
          <>
            <rect class="chosen" x={from} width={to - from} height={area.height} />
            <YAxis scale={y} area={area} format={(loss) => asNumber(loss, 2)} title={title} />
            <XAxis scale={x} area={area} format={(time) => asCalendarDay(time, "short")} ticks={daysBetween(first, last, area.width)} />
            {changes.filter((time) => first <= time && time <= last).map((time) => (
              <line key={time} class="change" x1={x(time)} x2={x(time)} y2={area.height} />
            ))}
            <path class="line series-a" d={line()(points.map(([time, loss]) => [x(time), y(loss)])) ?? ""} />
            {points.map(([time, loss]) => <circle key={time} class="loss-day fill-a" cx={x(time)} cy={y(loss)} r={2.5} />)}
          </>
        );
      }}
    </Frame>
  );
}
