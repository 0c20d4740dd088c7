// The decks on this device: what is due in each, and ways to get more of them.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import type { DeckSkip } from "../readers";
import { t } from "../texts";
import { asMoment, asNumber } from "../texts/format";
import { Panel } from "../ui/panel";
import { Empty, Loading, Notice } from "../ui/states";
import { removeDeck } from "./actions";
import { imported, importFile, importing, importProblem, importSample } from "./importing";
import type { StoredDeck } from "./records";
import { start } from "./session";
import { cards, decks, dueElsewhere, leftIn, now } from "./state";
import { SyncProblems } from "./sync_status";
import { counting } from "./words";

const FILES = ".csv,.tsv,.txt,.apkg,.colpkg,.anki2,.zip,text/csv,text/plain";

export function Decks() {
  const words = t.value.study;
  const { due, fresh } = leftIn(null);
  useEffect(() => () => void (imported.value = null), []); // the news is old when the reader comes back
  return (
    <Panel title={words.decks.title} aside={decks.value.length > 0 && <ImportButton />}>
      <SyncProblems />
      <ImportResult />
      {decks.value.length === 0 && <Empty title={words.begin.title} action={<FirstDeck />}>{words.begin.text}</Empty>}
      <ul class="decks">{decks.value.map((deck) => <DeckRow key={deck.id} deck={deck} />)}</ul>
      {dueElsewhere.value > 0 && <p class="hint">{counting(words.decks.elsewhere, dueElsewhere.value)}</p>}
      {decks.value.length > 1 && due.length + fresh.length > 0 && (
        <button type="button" class="primary" onClick={() => start(null)}>{words.decks.studyAll}</button>
      )}
    </Panel>
  );
}

function FirstDeck() {
  return (
    <div class="row">
      <ImportButton />
      <button type="button" disabled={importing.value} onClick={() => void importSample()}>{t.value.study.begin.sample}</button>
    </div>
  );
}

function ImportButton() {
  const choose = (event: Event & { currentTarget: HTMLInputElement }) => {
    const [file] = event.currentTarget.files ?? [];
    if (file) void importFile(file);
    event.currentTarget.value = ""; // the same file may be chosen again
  };
  return (
    <label class="button file">
      {t.value.study.decks.import}
      <input class="visually-hidden" type="file" accept={FILES} disabled={importing.value} onChange={choose} />
    </label>
  );
}

function ImportResult() {
  const words = t.value.study.decks;
  if (importing.value) return <Loading>{words.reading}</Loading>;
  if (importProblem.value) return <Notice kind="error">{importProblem.value}</Notice>;
  if (!imported.value) return null;
  const { inDeck, changes, taken } = imported.value;
  const skipped = Object.entries(imported.value.skipped) as [DeckSkip, number][];
  return (
    <Notice kind="success">
      <p>{counting(words.imported, inDeck)}</p>
      {changes && <p>{words.changes(asNumber(changes.fresh), asNumber(changes.changed))}</p>}
      {skipped.map(([why, count]) => <p key={why}>{counting(words.leftOut, count)}: {t.value.readers.deckSkipped[why]}.</p>)}
      {taken > 0 && <p>{counting(words.taken, taken)}</p>}
    </Notice>
  );
}

function DeckRow({ deck }: { deck: StoredDeck }) {
  const words = t.value.study.decks;
  const removing = useSignal(false);
  const { due, fresh, nextAt } = leftIn(deck.id);
  const nothing = nextAt === null ? words.nothing : words.next(asMoment(nextAt, now.value));
  const counts = [due.length && counting(words.due, due.length), fresh.length && counting(words.fresh, fresh.length)].filter(Boolean);
  const count = cards.value.filter((card) => card.deck === deck.id).length;
  if (removing.value) return <Removing deck={deck} onKeep={() => (removing.value = false)} />;
  return (
    <li>
      <div>
        <h3 dir="auto">{deck.name}</h3>
        <p class="hint">{counting(words.cards, count)} · {counts.length ? counts.join(" · ") : nothing}</p>
      </div>
      <span class="row">
        <button type="button" class="plain small" aria-label={words.removeDeck(deck.name)} onClick={() => (removing.value = true)}>{words.remove}</button>
        <button type="button" class="primary" aria-label={words.studyDeck(deck.name)} disabled={!counts.length} onClick={() => start(deck.id)}>{words.study}</button>
      </span>
    </li>
  );
}

function Removing({ deck, onKeep }: { deck: StoredDeck; onKeep: () => void }) {
  const words = t.value.study.decks;
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  return (
    <li>
      <p>{words.removeSure(deck.name)}</p>
      <span class="row">
        <button ref={keep} type="button" onClick={onKeep}>{words.keep}</button>
        <button type="button" onClick={() => void removeDeck(deck.id)}>{words.remove}</button>
      </span>
    </li>
  );
}
