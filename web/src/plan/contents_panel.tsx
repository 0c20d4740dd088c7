// What is in a log, and what was left out of it.

import { RATINGS } from "../core";
import type { ReviewLog, SkipReason } from "../readers";
import { t } from "../texts";
import { asDate, asNumber, asPercent } from "../texts/format";
import { exampleWords, noteWords } from "../texts/read_words";
import { DataTable } from "../ui/data_table";
import { Facts } from "../ui/facts";
import { Panel } from "../ui/panel";
import type { Contents } from "./analysis";

export function ContentsPanel({ contents, log }: { contents: Contents; log: ReviewLog | null }) {
  const words = t.value.plan.contents;
  const { minutesPerStudyDay: minutes } = contents;
  return (
    <Panel title={words.title}>
      <Facts of={[
        [words.reviews, asNumber(contents.reviews)],
        [words.cards, asNumber(contents.cards)],
        [words.period, `${asDate(contents.first)} – ${asDate(contents.last)}`],
        [words.studyDays, `${asNumber(contents.studyDays)} (${words.perWeek(asNumber(contents.studyDaysPerWeek, 1))})`],
        [words.perStudyDay, asNumber(contents.reviewsPerStudyDay)],
        [words.minutes, minutes === null ? null : asNumber(minutes, minutes < 10 ? 1 : 0)],
      ]} />
      <Ratings contents={contents} />
      {log && <LeftOut log={log} />}
    </Panel>
  );
}

function Ratings({ contents: { ratings, reviews } }: { contents: Contents }) {
  const words = t.value.plan.contents;
  const { again, hard, good, easy } = t.value.common;
  const names = { 1: again, 2: hard, 3: good, 4: easy };
  const rows = RATINGS.map((rating) => [names[rating], asNumber(ratings[rating]), asPercent(ratings[rating] / reviews, 1)]);
  return <DataTable caption={words.ratings} columns={[words.rating, words.reviews, words.share]} rows={rows} />;
}

function LeftOut({ log: { counts, examples, notes } }: { log: ReviewLog }) {
  const words = t.value.plan.contents;
  const { skipped } = t.value.readers;
  const reasons = (Object.entries(counts.skipped) as [SkipReason, number][]).filter(([, count]) => count > 0);
  const rows = reasons.map(([reason, count]) => {
    const example = examples[reason];
    return [skipped[reason], asNumber(count), example ? exampleWords(example) : ""];
  });
  return (
    <>
      {rows.length ? <DataTable caption={words.skipped} columns={[words.why, words.rows, words.first]} rows={rows} /> : <p class="hint">{words.skippedNone}</p>}
      {notes.length > 0 && (
        <details>
          <summary>{words.notes}</summary>
          <ul class="notes">{notes.map((note) => <li key={note.code}>{noteWords(note)}</li>)}</ul>
        </details>
      )}
    </>
  );
}
