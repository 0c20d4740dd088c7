// Texts of cards, one a line: which are alike, and what they are about. Sent when asked, and not before.

import { useSignal } from "@preact/signals";
import type { Client, SimilarTexts, Topics } from "recall-client";
import { useId } from "preact/hooks";

import { wordsOf } from "../service/errors";
import { t } from "../texts";
import { asFigure, asNumber } from "../texts/format";
import { DataTable } from "../ui/data_table";
import { Panel } from "../ui/panel";
import { Loading, Notice } from "../ui/states";

const LIKE = 0.6; // cosine from which cards belong together: docs/text.md
const NEARLY_SAME = 0.9;
const MOST = 1000; // texts of a request
const PAIRS = 20;
const FEWEST = 2; // texts

interface Compared {
  texts: string[];
  similar: SimilarTexts;
  topics: Topics;
}

export function TextsPanel({ service }: { service: Client }) {
  const id = useId();
  const words = t.value.service.texts;
  const typed = useSignal("");
  const problem = useSignal<string | null>(null);
  const result = useSignal<Compared | "comparing" | null>(null);
  const compare = async () => {
    const texts = typed.value.split("\n").map((line) => line.trim()).filter(Boolean);
    result.value = null;
    problem.value = texts.length < FEWEST ? words.tooFew : null;
    if (problem.value) return;
    result.value = "comparing";
    try {
      const [similar, topics] = await Promise.all([service.similar(texts, { minimum: LIKE, limit: PAIRS }), service.topics(texts)]);
      result.value = { texts, similar, topics };
    } catch (error) {
      result.value = null;
      problem.value = wordsOf(error);
    }
  };
  return (
    <Panel title={words.title}>
      <div class="stack">
        <div class="field">
          <label for={id}>{words.label}</label>
          <textarea id={id} rows={6} dir="auto" spellcheck={false} value={typed.value} aria-describedby={`${id}-hint`} onInput={(event) => (typed.value = event.currentTarget.value)} />
          <p id={`${id}-hint`} class="hint">{words.hint(asNumber(MOST))}</p>
        </div>
        {problem.value && <Notice kind="error">{problem.value}</Notice>}
        <button type="button" class="fit" disabled={result.value === "comparing"} onClick={() => void compare()}>{words.compare}</button>
        <div aria-live="polite">{result.value === "comparing" ? <Loading /> : result.value && <Found of={result.value} />}</div>
      </div>
    </Panel>
  );
}

function Found({ of: { texts, similar, topics } }: { of: Compared }) {
  const words = t.value.service.texts;
  const pairs = similar.pairs.map(({ text, other, cosine }) => [texts[text], texts[other], asFigure(cosine, 2)]);
  const groups = topics.topics.map(({ representative, members }) => [
    texts[representative],
    members.filter((member) => member !== representative).map((member) => texts[member]).join(", "),
  ]);
  return (
    <div class="stack">
      {pairs.length ? <DataTable caption={words.alike(asNumber(NEARLY_SAME, 1), asNumber(LIKE, 1))} columns={[words.text, words.other, words.cosine]} rows={pairs} /> : <p>{words.noneAlike}</p>}
      <DataTable caption={words.topics} columns={[words.standsFor, words.others]} rows={groups} />
    </div>
  );
}
