// Copying: the link to what is explored, and calls of the API that give the same numbers.

import { useSignal } from "@preact/signals";

import { endpoint } from "../service/connection";
import { artifact } from "../service/model";
import { t } from "../texts";
import { asNumber } from "../texts/format";
import { Panel } from "../ui/panel";
import { Segments } from "../ui/segments";
import { exploration } from "./exploration";
import { permalink } from "./link";
import { type Code, CODES, snippet } from "./snippets";

export function SharePanel() {
  const words = t.value.explore;
  const code = useSignal<Code>("curl");
  const card = useSignal<"0" | "1">("0");
  const explored = exploration.value;
  const chosen = Math.min(Number(card.value), explored.cards.length - 1);
  const text = snippet(code.value, endpoint.value, explored, chosen, artifact.value.fingerprint);
  return (
    <Panel title={words.share} >
      <div class="stack">
        <CopyButton label={words.copyLink} text={permalink()} />
        <div class="row">
          <Segments label={words.asCode} value={code.value} options={CODES.map((each) => [each, words.languages[each]])} onChoose={(each) => (code.value = each)} />
          {explored.cards.length > 1 && explored.mode === "history" && (
            <Segments label={words.card} value={card.value} options={[["0", words.cardOf(asNumber(1))], ["1", words.cardOf(asNumber(2))]]} onChoose={(each) => (card.value = each)} />
          )}
        </div>
        <pre class="code" tabIndex={0} role="region" aria-label={words.languages[code.value]} dir="ltr">{text}</pre>
        <CopyButton label={words.copyCode} text={text} inSight />
      </div>
    </Panel>
  );
}

/** What was copied is said until there is something else to copy; what can't be copied has to be in sight. */
function CopyButton({ label, text, inSight = false }: { label: string; text: string; inSight?: boolean }) {
  const tried = useSignal<{ text: string; copied: boolean } | null>(null);
  const words = t.value.explore;
  const copy = () => {
    navigator.clipboard.writeText(text).then(() => (tried.value = { text, copied: true }), () => (tried.value = { text, copied: false }));
  };
  const copied = tried.value?.text === text ? tried.value.copied : null;
  return (
    <>
      <div class="row">
        <button class="small" onClick={copy}>{label}</button>
        <span class="hint" role="status">{copied === null ? "" : copied ? words.copied : words.copyFailed}</span>
      </div>
      {copied === false && !inSight && <pre class="code" tabIndex={0} role="region" aria-label={words.link} dir="ltr">{text}</pre>}
    </>
  );
}
