// The stage's alarms, the worst first.

import type { Alarm } from "../service/operations";
import { t } from "../texts";
import { asMoment, asNumber } from "../texts/format";
import { Panel } from "../ui/panel";
import { Loaded } from "../ui/remote";
import { Empty, Notice } from "../ui/states";
import { wordsOf } from "./errors";
import { useOwners } from "./owners";

const EVERY = 60_000; // milliseconds; CloudWatch evaluates each minute
const WORST_FIRST = ["alarm", "no_data", "ok"] as const;

export function AlarmsPanel() {
  const alarms = useOwners(async (api) => (await api.alarms()).alarms, () => EVERY);
  return (
    <Panel title={t.value.operate.alarms.title}>
      <Loaded of={alarms} words={wordsOf}>{(found) => <Alarms all={found} />}</Loaded>
    </Panel>
  );
}

function Alarms({ all }: { all: readonly Alarm[] }) {
  const words = t.value.operate.alarms;
  if (!all.length) return <Empty title={words.none} />;
  const on = all.filter(({ state }) => state === "alarm");
  const sorted = WORST_FIRST.flatMap((state) => all.filter((alarm) => alarm.state === state));
  const quiet = sorted.filter(({ state }) => state !== "alarm");
  return (
    <div class="stack">
      {on.length ? <Notice kind="error">{words.on(asNumber(on.length), on.length)}</Notice> : <Notice kind="success">{words.allQuiet}</Notice>}
      {on.length > 0 && <AlarmList alarms={on} />}
      {quiet.length > 0 && (
        <details>
          <summary>{words.others(asNumber(quiet.length), quiet.length)}</summary>
          <AlarmList alarms={quiet} />
        </details>
      )}
    </div>
  );
}

function AlarmList({ alarms }: { alarms: readonly Alarm[] }) {
  const words = t.value.operate.alarms;
  return (
    <ul class="entries">
      {alarms.map(({ name, state, since, says, runbook }) => (
        <li key={name}>
          <p class="row"><strong>{name}</strong> <span class={`badge ${state}`}>{words.states[state]}</span></p>
          <p lang="en">{says}</p>
          <p class="hint">{words.since(asMoment(new Date(since)))}{runbook && <> {words.runbook} <code>{runbook}</code></>}</p>
        </li>
      ))}
    </ul>
  );
}
