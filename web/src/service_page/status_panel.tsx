// Live status: whether the service is well, which model predicts, and how long calls from this page take.

import type { Client, Health } from "recall-client";

import { calls, type Calls } from "../service/calls";
import { t } from "../texts";
import { asMoment, asNumber } from "../texts/format";
import { DataTable } from "../ui/data_table";
import { Facts } from "../ui/facts";
import { Panel } from "../ui/panel";
import { Loaded, useRemote } from "../ui/remote";
import { Notice } from "../ui/states";

export function StatusPanel({ service }: { service: Client }) {
  const words = t.value.service.status;
  const health = useRemote(async () => ({ found: await service.health(), at: Date.now() }), [service]);
  return (
    <Panel title={words.title} aside={<button type="button" class="small" onClick={health.reload}>{words.checkAgain}</button>}>
      <div class="stack">
        <Loaded of={health}>{({ found, at }) => <Found health={found} at={at} />}</Loaded>
        <CallsTable />
      </div>
    </Panel>
  );
}

function Found({ health, at }: { health: Health; at: number }) {
  const words = t.value.service.status;
  const { degraded, reason, since, model_version: version } = health;
  return (
    <>
      <Notice kind={degraded ? "warning" : "success"}>{degraded ? words.degraded : words.well}</Notice>
      {degraded && reason && since && <p>{words.because(asMoment(new Date(since), Date.now(), "within"), words.reasons[reason])}</p>}
      <Facts of={[[words.model, version], [words.checked, asMoment(at)]]} />
    </>
  );
}

function CallsTable() {
  const words = t.value.service.status;
  const columns = [words.call, words.made, words.median, words.slowest, words.failed, words.last];
  return <DataTable caption={words.calls} columns={columns} rows={[...calls.value].map(([path, each]) => [path, ...figuresOf(each)])} />;
}

function figuresOf({ times, made, failed, status }: Calls): string[] {
  const { milliseconds, noResponse } = t.value.service.status;
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)]!;
  return [asNumber(made), milliseconds(asNumber(median)), milliseconds(asNumber(sorted.at(-1)!)), asNumber(failed), status === null ? noResponse : String(status)];
}
