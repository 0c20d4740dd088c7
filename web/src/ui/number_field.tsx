// A number that is typed or slid; what is typed wrongly is said beside the field.

import { useId } from "preact/hooks";

import { numberIn, useNumberText } from "./typed_number";

interface Props {
  label: string;
  value: number;
  minimum: number;
  maximum: number;
  step: number;
  onInput: (value: number) => void;
  /** The slider's end, where it isn't the maximum. */
  sliderMaximum?: number;
  hint?: string;
  error?: string | null;
}

export function NumberField({ label, value, minimum, maximum, step, onInput, sliderMaximum = maximum, hint, error }: Props) {
  const id = useId();
  const text = useNumberText(value);
  const typed = (event: Event & { currentTarget: HTMLInputElement }) => onInput(numberIn(event.currentTarget));
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="pair">
        <input type="range" aria-label={label} min={minimum} max={sliderMaximum} step={step} value={Number.isNaN(value) ? minimum : value} onInput={typed} />
        <input id={id} type="number" inputMode="decimal" min={minimum} max={maximum} step="any" {...text}
          onInput={typed} aria-invalid={error ? true : undefined} aria-describedby={described} />
      </div>
      {hint && <p id={`${id}-hint`} class="hint">{hint}</p>}
      {error && <p id={`${id}-error`} class="field-error" role="alert">{error}</p>}
    </div>
  );
}
