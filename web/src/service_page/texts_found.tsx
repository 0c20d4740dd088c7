// What the service found in texts: pairs that are alike, and topics.

import type { SimilarTexts, Topics } from "recall-client";

import { t } from "../texts";
import { asFigure, asNumber } from "../texts/format";
import { DataTable } from "../ui/data_table";

export const LIKE = 0.6; // cosine from which cards belong together: docs/text.md
const NEARLY_SAME = 0.9;

export interface Compared {
  texts: string[];
  others: string[]; // what they were compared with
  similar: SimilarTexts;
  topics: Topics | null; // null if they were compared with other texts
}

export function Found({ of: { texts, others, similar, topics } }: { of: Compared }) {
  const words = t.value.service.texts;
  const { pairs, truncated } = similar;
  const rows = pairs.map(({ text, other, cosine }) => [texts[text], others[other], asFigure(cosine, 2)]);
  return (
    <div class="stack">
      {truncated > 0 && <p class="hint">{words.truncated(asNumber(truncated), truncated > 1)}</p>}
      {rows.length ? <DataTable caption={words.alike(asNumber(NEARLY_SAME, 1), asNumber(LIKE, 1))} columns={[words.text, words.other, words.cosine]} rows={rows} /> : <p>{words.noneAlike}</p>}
      {topics && <TopicsTable texts={texts} topics={topics} />}
    </div>
  );
}

function TopicsTable({ texts, topics: { topics } }: { texts: string[]; topics: Topics }) {
  const words = t.value.service.texts;
  const rows = topics.map(({ representative, members, uncertain }) => {
    const marked = (member: number) => (uncertain.includes(member) ? words.uncertain(texts[member]!) : texts[member]!);
    return [marked(representative), members.filter((member) => member !== representative).map(marked).join(", ")];
  });
  return <DataTable caption={words.topics} columns={[words.standsFor, words.others]} rows={rows} />;
}
