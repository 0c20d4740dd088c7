// A card of which three numbers are known.

import { t } from "../texts";
import { asNumber } from "../texts/format";
import { NumberField } from "../ui/number_field";
import { Panel } from "../ui/panel";
import { change } from "./changes";
import { exploration, type Inputs } from "./exploration";
import { INPUTS, isWrong } from "./rules";

const SLIDERS = { days: { step: 1, end: 365 }, reviewDays: { step: 1, end: 50 }, difficulty: { step: 0.1, end: 10 } } as const;

export function InputsPanel() {
  const words = t.value.explore;
  return (
    <Panel title={words.inputs}>
      <div class="stack">
        <Input name="days" label={words.inputDays} />
        <Input name="reviewDays" label={words.inputReviewDays} />
        <Input name="difficulty" label={words.inputDifficulty} />
      </div>
    </Panel>
  );
}

function Input({ name, label }: { name: keyof Inputs; label: string }) {
  const { inputs } = exploration.value;
  const { minimum, maximum, integer } = INPUTS[name];
  const words = t.value.explore;
  const error = isWrong(name, inputs[name]) ? (integer ? words.inputWhole : words.inputError)(asNumber(minimum), asNumber(maximum)) : null;
  return (
    <NumberField label={label} value={inputs[name]} minimum={minimum} maximum={maximum} step={SLIDERS[name].step} sliderMaximum={SLIDERS[name].end}
      onInput={(value) => change({ inputs: { ...inputs, [name]: value } })} error={error} />
  );
}
