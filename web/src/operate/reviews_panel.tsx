// How many reviews came in, day by day.

import { DayBars } from "../charts/day_bars";
import type { Reviews } from "../service/operations";
import { t } from "../texts";
import { asCalendarDay, asMoment, asNumber } from "../texts/format";
import { ChartTable } from "../ui/data_table";
import { Facts } from "../ui/facts";
import { Panel } from "../ui/panel";
import { Empty } from "../ui/states";

export function ReviewsPanel({ collected }: { collected: Reviews["collected"] }) {
  const words = t.value.operate.reviews;
  return (
    <Panel title={words.title}>
      {collected?.days.length ? <Collected of={collected} /> : <Empty title={words.none}>{words.noneHint}</Empty>}
    </Panel>
  );
}

function Collected({ of: { made_at: madeAt, learners, days } }: { of: NonNullable<Reviews["collected"]> }) {
  const words = t.value.operate.reviews;
  const total = days.reduce((sum, day) => sum + day.reviews, 0);
  const rows = days.map((day) => [asCalendarDay(day.day), asNumber(day.reviews), asNumber(day.learners)]);
  return (
    <div class="stack">
      <Facts of={[[words.total, asNumber(total)], [words.learners, asNumber(learners)]]} />
      <figure>
        <DayBars label={words.chart} title={words.reviews} days={days.map(({ day, reviews }) => [Date.parse(day), reviews])} />
        <figcaption class="hint">{words.counted(asMoment(new Date(madeAt)))}</figcaption>
        <ChartTable caption={words.chart} columns={[words.day, words.reviews, words.learners]} rows={rows} />
      </figure>
    </div>
  );
}
