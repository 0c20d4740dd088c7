// The wanted recall: up to three targets, and when the first card is due for each.

import { computed, effect, signal } from "@preact/signals";

import { t } from "../texts";
import { asNumber, asPercent } from "../texts/format";
import { NumberField } from "../ui/number_field";
import { Panel } from "../ui/panel";
import { answers, fsrsAnswers } from "./answers";
import { change, setTarget } from "./changes";
import { exploration, TARGETS } from "./exploration";
import { dueWords, fsrsWords } from "./words";

const NEXT = [0.8, 0.95, 0.7]; // what a further target begins with: the first that isn't there yet

export function TargetsPanel() {
  const { targets } = exploration.value;
  const words = t.value.explore;
  const add = () => change({ targets: [...targets, NEXT.find((each) => !targets.includes(each))!] });
  return (
    <Panel title={words.targets}>
      <div class="stack">
        <p class="hint">{words.targetHint}</p>
        {targets.map((target, i) => <Target key={i} index={i} target={target} />)}
        {targets.length < TARGETS.most && <button class="small" onClick={add}>{words.addTarget}</button>}
      </div>
    </Panel>
  );
}

/** What was typed into a target's field, while it isn't a target: until the targets change, by whatever means. */
const wrong = signal<Record<number, number>>({});
const targetsNow = computed(() => exploration.value.targets);
effect(() => {
  void targetsNow.value;
  wrong.value = {};
});

function Target({ index, target }: { index: number; target: number }) {
  const { targets } = exploration.value;
  const words = t.value.explore;
  const { minimum, maximum } = TARGETS;
  const typed = wrong.value[index];
  const type = (percent: number) => {
    if (percent >= 100 * minimum && percent <= 100 * maximum) setTarget(index, Math.round(percent) / 100);
    else wrong.value = { ...wrong.peek(), [index]: percent };
  };
  const remove = () => change({ targets: targets.filter((_, i) => i !== index) });
  const bounds = { minimum: Math.round(100 * minimum), maximum: Math.round(100 * maximum) };
  const error = typed === undefined ? null : words.inputWhole(asNumber(bounds.minimum), asNumber(bounds.maximum));
  return (
    <div class="target">
      <NumberField label={`${targets.length > 1 ? words.targetOf(asNumber(index + 1)) : words.target} (%)`} value={typed ?? Math.round(100 * target)}
        {...bounds} step={1} onInput={type} error={error} />
      <Dues index={index} />
      {targets.length > 1 && (
        <button class="small plain" onClick={remove}>{words.removeTarget(asPercent(target))}</button>
      )}
    </div>
  );
}

/** When each card is due for a target. */
function Dues({ index }: { index: number }) {
  const { cards, now, targets } = exploration.value;
  const words = t.value.explore;
  return (
    <ul class="dues">
      {answers.value.map((answer, card) => {
        const [last, schedule, days] = [answer?.segments.at(-1), answer?.schedules[index], fsrsAnswers.value[card]?.days[index]];
        if (!last || !schedule) return null;
        const due = dueWords(schedule, targets[index]!, last.from, now);
        return (
          <li key={card}>
            {cards.length > 1 ? `${words.cardOf(asNumber(card + 1))}: ${due}` : due}
            {days !== undefined && <span class="quiet"> · {fsrsWords(days)}</span>}
          </li>
        );
      })}
    </ul>
  );
}
