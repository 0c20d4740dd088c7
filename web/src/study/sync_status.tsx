// Where the reviews are: at the service, or still on this device, and why.

import { addressOf } from "../router";
import { client } from "../service/connection";
import { wordsOf } from "../service/errors";
import { online } from "../service/online";
import { t } from "../texts";
import { asMoment } from "../texts/format";
import { Notice } from "../ui/states";
import { dismiss, forgetSent, sendAllAgain } from "./actions";
import { cards, rejected, waiting } from "./state";
import { problem, sync, syncing, unknownThere } from "./sync";
import { counting } from "./words";

export function SyncStatus() {
  return (
    <p class="sync" role="status">
      {statusOf()}{" "}
      {!client.value && <a href={addressOf("service")}>{t.value.common.connect}</a>}
    </p>
  );
}

function statusOf(): string {
  const words = t.value.study.sync;
  const count = waiting.value.length;
  const compared = client.value && !problem.value && !unknownThere.value;
  if (!count) return !compared ? words.local : rejected.value.length ? words.othersSent : words.sent;
  if (!client.value) return counting(words.key, count);
  if (!online.value) return counting(words.network, count);
  return syncing.value ? words.sending : counting(words.unsent, count);
}

/** What keeps reviews from the service, and what can be done. */
export function SyncProblems() {
  return (
    <>
      {problem.value !== null && online.value && (
        <Notice kind="warning" action={<button type="button" class="small" onClick={() => void sync("compared")}>{t.value.common.retry}</button>}>
          {wordsOf(problem.value)}
        </Notice>
      )}
      {unknownThere.value > 0 && <UnknownThere />}
      {rejected.value.length > 0 && <Rejected />}
    </>
  );
}

function UnknownThere() {
  const words = t.value.study.sync;
  const choices = (
    <span class="row">
      <button type="button" class="small" onClick={() => void sendAllAgain()}>{words.sendAgain}</button>
      <button type="button" class="small" onClick={() => void forgetSent()}>{words.forget}</button>
    </span>
  );
  return <Notice kind="warning" action={choices}>{counting(words.unknown, unknownThere.value)}</Notice>;
}

function Rejected() {
  const words = t.value.study.sync;
  const texts = new Map(cards.value.map(({ id, front }) => [id, front]));
  return (
    <Notice kind="error">
      <p>{counting(words.rejected, rejected.value.length)}</p>
      <ul class="rejected">
        {rejected.value.map((review) => (
          <li key={review.eventId}>
            <span><bdi>{texts.get(review.card) ?? review.card}</bdi> ({asMoment(review.at)}): {review.problem}</span>
            <button type="button" class="small" onClick={() => void dismiss(review)}>{words.dismiss}</button>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
