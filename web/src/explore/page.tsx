// Explore: how a memory fades, and when a card is due, for any history; without a service, by the default model.

import { useEffect } from "preact/hooks";

import { addressOf } from "../router";
import { wordsOf } from "../service/errors";
import { loadAgain, source } from "../service/model";
import { t } from "../texts";
import { asNumber } from "../texts/format";
import { Notice } from "../ui/states";
import { askAgain, failure } from "./answers";
import { CardView } from "./card_view";
import { TimeControls, View } from "./controls";
import { exploration, followClock, ownZone } from "./exploration";
import "./explore.css";
import { InputsPanel } from "./inputs_panel";
import { LearnerPanel } from "./learner_panel";
import { badLink, followLink } from "./link";
import { ReviewsPanel } from "./reviews_panel";
import { SharePanel } from "./share_panel";
import { TargetsPanel } from "./targets_panel";

const CLOCK = 30_000; // milliseconds between two looks at it

export function ExplorePage() {
  useEffect(followLink, []);
  useEffect(() => {
    followClock();
    const timer = setInterval(followClock, CLOCK);
    return () => clearInterval(timer);
  }, []);
  const { mode, cards } = exploration.value;
  const words = t.value.explore;
  const shown = mode === "inputs" ? [0] : cards.map((_, i) => i);
  return (
    <div class="explore">
      <div class="page-head">
        <h1>{words.title}</h1>
        <SourceLine />
      </div>
      <Notices />
      <div class={`cards cards-${shown.length}`}>
        {shown.map((i) => <CardView key={i} card={i} title={shown.length > 1 ? words.cardOf(asNumber(i + 1)) : words.card} />)}
      </div>
      <TimeControls />
      <div class="explore-panels">
        {mode === "inputs" && <InputsPanel />}
        <View />
        <TargetsPanel />
        <LearnerPanel />
      </div>
      <div class="explore-panels wide">
        {mode === "history" && shown.map((i) => <ReviewsPanel key={i} card={i} />)}
        <SharePanel />
      </div>
    </div>
  );
}

function Notices() {
  const { zone } = exploration.value;
  const words = t.value.explore;
  const close = <button class="small" onClick={() => (badLink.value = false)}>{t.value.common.close}</button>;
  const retry = (again: () => void) => <button class="small" onClick={again}>{t.value.common.retry}</button>;
  return (
    <>
      {badLink.value && <Notice kind="warning" action={close}>{words.badLink}</Notice>}
      {zone !== ownZone() && <Notice kind="info">{words.otherZone(zone)}</Notice>}
      {failure.value !== null && <Notice kind="error" action={retry(askAgain)}>{words.askFailed(wordsOf(failure.value))}</Notice>}
      {source.value.kind === "failed" && <Notice kind="warning" action={retry(loadAgain)}>{words.sourceFailed(wordsOf(source.value.error))}</Notice>}
    </>
  );
}

/** Which model answers. */
function SourceLine() {
  const { common, explore } = t.value;
  const from = source.value;
  const text = {
    default: common.defaultModel,
    failed: common.defaultModel,
    loading: explore.sourceLoading,
    live: common.liveModel(from.kind === "live" ? from.version : ""),
    asked: explore.sourceAsked,
  }[from.kind];
  return (
    <p class="hint">
      {text} {from.kind === "default" && <>· <a href={addressOf("service")}>{common.connect}</a></>}
    </p>
  );
}
