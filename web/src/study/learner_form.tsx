// The learner's id, which is asked for once.

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

import { isLearnerId } from "../core";
import { t } from "../texts";
import { Panel } from "../ui/panel";
import { chooseLearner, learnerId, reload } from "./state";

/** @param onDone Called when an id was chosen. */
export function LearnerForm({ onDone }: { onDone?: () => void }) {
  const words = t.value.study.learner;
  const id = useId();
  const typed = useSignal(learnerId.value || `learner-${crypto.randomUUID().slice(0, 8)}`);
  const wrong = useSignal(false);
  const submit = (event: Event) => {
    event.preventDefault();
    wrong.value = !isLearnerId(typed.value.trim());
    if (wrong.value) return;
    chooseLearner(typed.value.trim());
    void reload();
    onDone?.();
  };
  return (
    <Panel title={words.title} class="narrow">
      <form class="stack" noValidate onSubmit={submit}>
        <p>{words.why}</p>
        <div class="field">
          <label for={id}>{words.label}</label>
          <input id={id} value={typed.value} autocomplete="off" spellcheck={false} aria-invalid={wrong.value} aria-describedby={`${id}-hint`}
            onInput={(event) => (typed.value = event.currentTarget.value)} />
          <p id={`${id}-hint`} class={wrong.value ? "field-error" : "hint"}>{wrong.value ? words.wrong : words.random}</p>
        </div>
        <div class="row"><button type="submit" class="primary">{words.save}</button></div>
      </form>
    </Panel>
  );
}
