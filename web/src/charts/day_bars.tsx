// A number of each day, as bars.

import { scaleLinear } from "d3-scale";

import { asCalendarDay, asNumber } from "../texts/format";
import { daysBetween } from "./days";
import { Frame, XAxis, YAxis } from "./frame";

interface Props {
  label: string;
  /** The axis' name. */
  title: string;
  /** Time in milliseconds of a day's beginning in UTC, and its number. */
  days: readonly (readonly [time: number, count: number])[];
}

const DAY = 86_400_000;
const HEIGHT = 220;
const MARGIN = { top: 30, right: 16, bottom: 36, left: 54 };
const FILLED = 0.75; // of the room of a day

export function DayBars({ label, title, days }: Props) {
  const first = Math.min(...days.map(([time]) => time));
  const last = Math.max(...days.map(([time]) => time));
  return (
    <Frame label={label} height={HEIGHT} margin={MARGIN}>
      {(area) => {
        const x = scaleLinear([first - DAY / 2, last + DAY / 2], [0, area.width]);
        const y = scaleLinear([0, Math.max(...days.map(([, count]) => count), 1)], [area.height, 0]).nice(4);
        const width = Math.min((x(DAY) - x(0)) * FILLED, 48);
        return (
          <>
            <YAxis scale={y} area={area} format={(count) => asNumber(count)} ticks={y.ticks(4).filter(Number.isInteger)} title={title} />
            <XAxis scale={x} area={area} format={(time) => asCalendarDay(time, "short")} ticks={daysBetween(first, last, area.width)} />
            {days.map(([time, count]) => (
              <rect key={time} class="day-bar fill-a" x={x(time) - width / 2} y={y(count)} width={width} height={area.height - y(count)} rx={2} />
            ))}
          </>
        );
      }}
    </Frame>
  );
}
