// How many cards come back on each of the next days.

import { scaleLinear } from "d3-scale";

import { type Area, Frame, XAxis, YAxis } from "../charts/frame";
import { t } from "../texts";
import { asNumber, asDate } from "../texts/format";
import { ChartTable } from "../ui/data_table";
import { Panel } from "../ui/panel";
import { now, progress } from "./state";
import { FORECAST_DAYS, forecastOf } from "./statistics";
import { counting } from "./words";

const GAP = 2; // pixels between bars

export function Forecast() {
  const words = t.value.study.forecast;
  const perDay = forecastOf(progress.value, now.value);
  const total = perDay.reduce((sum, count) => sum + count, 0);
  if (progress.value.histories.size === 0) return <Panel title={words.title}><p class="quiet">{words.nothing}</p></Panel>;
  return (
    <Panel title={words.title}>
      <p class="quiet">{counting(words.total, total)}</p>
      <Frame label={words.label} height={190}>{(area) => <Bars area={area} perDay={perDay} />}</Frame>
      <ChartTable caption={words.label} columns={[words.day, words.cards]}
        rows={perDay.map((count, day) => [nameOf(day), asNumber(count)])} />
    </Panel>
  );
}

function Bars({ area, perDay }: { area: Area; perDay: readonly number[] }) {
  const x = scaleLinear([0, FORECAST_DAYS], [0, area.width]);
  const y = scaleLinear([0, Math.max(...perDay, 4)], [area.height, 0]).nice();
  const width = Math.max(x(1) - GAP, 1);
  return (
    <>
      <YAxis scale={y} area={area} format={asNumber} ticks={y.ticks(4).filter(Number.isInteger)} />
      <XAxis scale={x} area={area} format={nameOf} ticks={area.width > 420 ? [0, 14, 28, 42, 56] : [0, 28, 56]} />
      <g aria-hidden="true">
        {perDay.map((count, day) => (
          <rect key={day} class="fill-a" x={x(day) + GAP / 2} y={y(count)} width={width} height={area.height - y(count)}>
            <title>{`${nameOf(day)}: ${asNumber(count)}`}</title>
          </rect>
        ))}
      </g>
    </>
  );
}

/** Study days are named as the calendar's days in which they begin. */
function nameOf(day: number): string {
  if (day === 0) return t.value.common.today;
  const date = new Date(now.value);
  date.setHours(date.getHours() - 4); // a study day begins at 04:00
  date.setDate(date.getDate() + day);
  return asDate(date);
}
