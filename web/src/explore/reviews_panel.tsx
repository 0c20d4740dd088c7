// A card's reviews, to change, add and remove.

import { useId } from "preact/hooks";

import { RATINGS, type Rating } from "../core";
import { t } from "../texts";
import { asNumber } from "../texts/format";
import { Panel } from "../ui/panel";
import { numberIn, useNumberText } from "../ui/typed_number";
import { setReviews } from "./changes";
import { exploration, LATEST, type Review } from "./exploration";
import { fromLocal, toLocal } from "./local_time";
import { RATING_NAMES } from "./plot";
import { type Fault, faultOf, LONGEST_ANSWER } from "./rules";

export function ReviewsPanel({ card }: { card: number }) {
  const { cards, now } = exploration.value;
  const words = t.value.explore;
  const reviews = cards[card]!;
  return (
    <Panel title={cards.length > 1 ? words.reviewsOf(asNumber(card + 1)) : words.reviews}>
      <p class="hint">{words.reviewsHint}</p>
      <ol class="reviews">
        {reviews.map((review, i) => <Row key={i} card={card} index={i} review={review} />)}
      </ol>
      <button class="small" onClick={() => setReviews(card, [...reviews, { at: now, rating: 3, seconds: 0 }])}>{words.addReview}</button>
    </Panel>
  );
}

function Row({ card, index, review }: { card: number; index: number; review: Review }) {
  const { cards, now } = exploration.value;
  const words = t.value.explore;
  const id = useId();
  const seconds = useNumberText(review.seconds, 0); // nothing typed is an answer of unknown length
  const fault = faultOf(review, now);
  const name = words.reviewRow(asNumber(index + 1));
  const set = (changes: Partial<Review>) => {
    const changed = cards[card]!.map((each, i) => (i === index ? { ...each, ...changes } : each));
    setReviews(card, changed, `${Object.keys(changes).join()} of ${card}, ${index}`);
  };
  const described = { "aria-describedby": fault ? id : undefined };
  return (
    <li>
      <input type="datetime-local" step={1} max={toLocal(LATEST)} aria-label={`${words.reviewAt}, ${name}`} value={toLocal(review.at)} {...described}
        aria-invalid={fault !== null && fault !== "seconds" ? true : undefined} onInput={(event) => set({ at: fromLocal(event.currentTarget.value) })} />
      <select aria-label={`${words.reviewRating}, ${name}`} value={String(review.rating)}
        onChange={(event) => set({ rating: Number(event.currentTarget.value) as Rating })}>
        {RATINGS.map((rating) => <option key={rating} value={String(rating)}>{t.value.common[RATING_NAMES[rating]]}</option>)}
      </select>
      <input type="number" class="seconds" inputMode="decimal" min={0} max={LONGEST_ANSWER} step="any" aria-label={`${words.reviewSeconds}, ${name}`} placeholder={words.reviewSeconds}
        {...seconds} {...described} aria-invalid={fault === "seconds" ? true : undefined}
        onInput={(event) => set({ seconds: numberIn(event.currentTarget, 0) })} />
      <button class="small plain" aria-label={words.removeReview(asNumber(index + 1))} onClick={() => setReviews(card, cards[card]!.filter((_, i) => i !== index))}>✕</button>
      {fault && <p id={id} class="field-error" role="alert">{faultWords(fault)}</p>}
    </li>
  );
}

function faultWords(fault: Fault): string {
  const { faults } = t.value.explore;
  return fault === "seconds" ? faults.seconds(asNumber(LONGEST_ANSWER)) : faults[fault];
}
