// What is supposed of the learner: whether their cards last longer than usual, and how sure that is.

import { useId } from "preact/hooks";

import { source } from "../service/model";
import { t } from "../texts";
import { asNumber } from "../texts/format";
import { Panel } from "../ui/panel";
import { change } from "./changes";
import { exploration, LEARNERS } from "./exploration";

export function LearnerPanel() {
  const { learner } = exploration.value;
  const words = t.value.explore;
  if (source.value.kind === "asked") return <Panel title={words.learner}><p class="hint">{words.learnerOwn}</p></Panel>;
  const { largestShift, largestCertainty } = LEARNERS;
  return (
    <Panel title={words.learner}>
      <div class="stack">
        <WordSlider label={words.shift} value={learner.shift} minimum={-largestShift} maximum={largestShift} says={shiftWords(learner.shift)}
          onInput={(shift) => change({ learner: { ...learner, shift } })} />
        <WordSlider label={words.certainty} value={learner.certainty} minimum={0} maximum={largestCertainty} says={certaintyWords(learner.certainty)}
          onInput={(certainty) => change({ learner: { ...learner, certainty } })} />
        <p class="hint">{words.learnerHint}</p>
      </div>
    </Panel>
  );
}

function shiftWords(shift: number): string {
  const words = t.value.explore;
  if (shift === 0) return words.shiftUsual;
  return words.shiftTimes(asNumber(Math.exp(shift), 2));
}

function certaintyWords(certainty: number): string {
  const { certainties } = t.value.explore;
  return certainties[certainty === 0 ? 0 : certainty < 0.5 ? 1 : certainty < 0.85 ? 2 : 3]!;
}

interface SliderProps {
  label: string;
  value: number;
  minimum: number;
  maximum: number;
  says: string;
  onInput: (value: number) => void;
}

/** A slider whose value is said in words. */
function WordSlider({ label, value, minimum, maximum, says, onInput }: SliderProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} type="range" min={minimum} max={maximum} step={0.05} value={value} aria-valuetext={says}
        onInput={(event) => onInput(Number(event.currentTarget.valueAsNumber.toFixed(2)))} />
      <p class="hint">{says}</p>
    </div>
  );
}
