// Letting time pass, going back and beginning again; and what is shown.

import { t } from "../texts";
import { asMoment, asNumber } from "../texts/format";
import { Choice } from "../ui/choice";
import { Panel } from "../ui/panel";
import { Segments } from "../ui/segments";
import { change, compare, moveTo, startOver, takeExample, undo, undoable } from "./changes";
import { DAY, type Example, EXAMPLES, exploration, present } from "./exploration";

const JUMPS = [1, 7, 30] as const; // days

export function TimeControls() {
  const { now, mode } = exploration.value;
  const words = t.value.explore;
  if (mode === "inputs") return null;
  return (
    <div class="time-controls row" role="group" aria-label={words.passTime}>
      {JUMPS.map((days) => <button key={days} class="small" onClick={() => moveTo(now + days * DAY)}>{words.days[days]}</button>)}
      <button class="small" onClick={() => moveTo(present())}>{words.toPresent}</button>
      <button class="small" disabled={!undoable.value} onClick={undo}>{words.undo}</button>
      <button class="small" onClick={startOver}>{words.startOver}</button>
      <span class="hint">{words.nowIs(asMoment(now))}</span>
    </div>
  );
}

export function View() {
  const { mode, cards, fsrs } = exploration.value;
  const words = t.value.explore;
  return (
    <Panel title={words.view}>
      <div class="stack">
        <Segments label={words.mode} value={mode} options={[["history", words.modes.history], ["inputs", words.modes.inputs]]} onChoose={(chosen) => change({ mode: chosen })} />
        {mode === "history" && (
          <>
            {cards.map((_, card) => <ExampleChoice key={card} card={card} />)}
            <Check label={words.compare} checked={cards.length > 1} onChange={compare} />
            <div>
              <Check label={words.fsrs} checked={fsrs} onChange={(wanted) => change({ fsrs: wanted })} />
              <p class="hint">{words.fsrsHint}</p>
            </div>
          </>
        )}
      </div>
    </Panel>
  );
}

/** It goes back to its first entry, as an example may be taken again after changes. */
function ExampleChoice({ card }: { card: number }) {
  const words = t.value.explore;
  const several = exploration.value.cards.length > 1;
  const options = (Object.keys(EXAMPLES) as Example[]).map((name) => [name, words.exampleNames[name]] as const);
  return (
    <Choice label={several ? words.examplesOf(asNumber(card + 1)) : words.examples} value="" options={[["", words.chooseExample], ...options]}
      onChoose={(name) => name && takeExample(card, name as Example)} />
  );
}

function Check({ label, checked, onChange }: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  );
}
