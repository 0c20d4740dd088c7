// What was done on today's study day.

import { t } from "../texts";
import { asInterval, asNumber, asPercent } from "../texts/format";
import { Panel } from "../ui/panel";
import { statistics } from "./state";

const MINUTES_PER_DAY = 1440;

export function Today() {
  const words = t.value.study.today;
  const { reviews, minutes, retention, fresh } = statistics.value;
  const facts = [
    [words.reviews, asNumber(reviews)],
    [words.time, reviews ? asInterval(minutes / MINUTES_PER_DAY) : words.nothing],
    [words.retention, retention === null ? words.nothing : asPercent(retention)],
    [words.fresh, asNumber(fresh)],
  ] as const;
  return (
    <Panel title={words.title}>
      <dl class="facts">
        {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
      <p class="hint">{words.retentionHint}</p>
    </Panel>
  );
}
