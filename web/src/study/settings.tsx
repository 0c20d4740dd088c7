// What the learner chooses: how many new cards a day, and under which id their reviews are kept.

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

import { client } from "../service/connection";
import { t } from "../texts";
import { asPercent } from "../texts/format";
import { Panel } from "../ui/panel";
import { LearnerForm } from "./learner_form";
import { chooseNewPerDay, learner, learnerId, newPerDay } from "./state";
import { sync, syncing } from "./sync";

const MOST_NEW = 9_999;

export function Settings() {
  const words = t.value.study.settings;
  const changing = useSignal(false);
  if (changing.value) return <LearnerForm onDone={() => (changing.value = false)} />;
  return (
    <Panel title={words.title}>
      <div class="stack">
        <NewPerDay />
        <dl class="facts"><div><dt>{words.learner}</dt><dd><bdi>{learnerId.value}</bdi></dd></div></dl>
        <p class="hint">{words.target(asPercent(learner.value.target))}</p>
        <div class="row">
          <button type="button" class="small" onClick={() => (changing.value = true)}>{words.change}</button>
          {client.value && <button type="button" class="small" disabled={syncing.value} onClick={() => void sync("all")}>{words.compare}</button>}
        </div>
      </div>
    </Panel>
  );
}

function NewPerDay() {
  const words = t.value.study.settings;
  const id = useId();
  const wrong = useSignal(false);
  const typed = (event: Event & { currentTarget: HTMLInputElement }) => {
    const count = event.currentTarget.valueAsNumber;
    wrong.value = !(Number.isInteger(count) && count >= 0 && count <= MOST_NEW);
    if (!wrong.value) chooseNewPerDay(count);
  };
  return (
    <div class="field">
      <label for={id}>{words.newPerDay}</label>
      <input id={id} class="short" type="number" inputMode="numeric" min={0} max={MOST_NEW} step={1} value={newPerDay.value} onInput={typed}
        aria-invalid={wrong.value} aria-describedby={wrong.value ? `${id}-error` : undefined} />
      {wrong.value && <p id={`${id}-error`} class="field-error" role="alert">{words.wrongNumber}</p>}
    </div>
  );
}
