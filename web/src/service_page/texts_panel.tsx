// Texts of cards, one a line: which are alike, and what they are about. Sent when asked, and not before.

import { type Signal, useSignal } from "@preact/signals";
import type { Client } from "recall-client";
import { useId } from "preact/hooks";

import { wordsOf } from "../service/errors";
import { t } from "../texts";
import { asNumber } from "../texts/format";
import { Panel } from "../ui/panel";
import { Loading, Notice } from "../ui/states";
import { lineOf, type Lines, MOST, readLines } from "./lines";
import { type Compared, Found, LIKE } from "./texts_found";

const PAIRS = 20;

export function TextsPanel({ service }: { service: Client }) {
  const words = t.value.service.texts;
  const [typed, typedAmong] = [useSignal(""), useSignal("")];
  const problem = useSignal<string | null>(null);
  const result = useSignal<Compared | "comparing" | null>(null);
  const compare = async () => {
    const lists = { texts: readLines(typed.value), among: readLines(typedAmong.value) };
    result.value = null;
    problem.value = wrongNumber(lists);
    if (problem.value) return;
    result.value = "comparing";
    try {
      result.value = await compared(service, lists.texts.texts, lists.among.texts);
    } catch (error) {
      result.value = null;
      const wrong = lineOf(error, lists);
      problem.value = wrong ? words.wrongLine[wrong.list](asNumber(wrong.number), wrong.problem) : wordsOf(error);
    }
  };
  return (
    <Panel title={words.title}>
      <div class="stack">
        <TextsField label={words.label} hint={words.hint(asNumber(MOST))} rows={6} typed={typed} />
        <TextsField label={words.among} hint={words.amongHint} rows={3} typed={typedAmong} />
        {problem.value && <Notice kind="error">{problem.value}</Notice>}
        <button type="button" class="fit" disabled={result.value === "comparing"} onClick={() => void compare()}>{words.compare}</button>
        <div aria-live="polite">{result.value === "comparing" ? <Loading /> : result.value && <Found of={result.value} />}</div>
      </div>
    </Panel>
  );
}

function TextsField({ label, hint, rows, typed }: { label: string; hint: string; rows: number; typed: Signal<string> }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea id={id} rows={rows} dir="auto" spellcheck={false} value={typed.value} aria-describedby={`${id}-hint`} onInput={(event) => (typed.value = event.currentTarget.value)} />
      <p id={`${id}-hint`} class="hint">{hint}</p>
    </div>
  );
}

/** What is wrong with how many texts there are, in the reader's words. */
function wrongNumber({ texts, among }: Record<"texts" | "among", Lines>): string | null {
  const words = t.value.service.texts;
  const most = Math.max(texts.texts.length, among.texts.length);
  if (most > MOST) return words.tooMany(asNumber(most), asNumber(MOST));
  if (among.texts.length) return texts.texts.length ? null : words.none;
  return texts.texts.length < 2 ? words.tooFew : null;
}

async function compared(service: Client, texts: string[], among: string[]): Promise<Compared> {
  const options = { minimum: LIKE, limit: PAIRS };
  if (among.length) return { texts, others: among, similar: await service.similar(texts, { ...options, among }), topics: null };
  const [similar, topics] = await Promise.all([service.similar(texts, options), service.topics(texts)]);
  return { texts, others: texts, similar, topics };
}
