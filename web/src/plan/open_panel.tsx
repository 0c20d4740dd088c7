// The beginning: a file is dropped or chosen, or a sample is made.

import { useSignal } from "@preact/signals";
import type { TargetedDragEvent } from "preact";
import { useRef } from "preact/hooks";

import { ReadError } from "../readers";
import { t } from "../texts";
import { asPercent } from "../texts/format";
import { readErrorWords } from "../texts/read_words";
import { Panel } from "../ui/panel";
import { Notice } from "../ui/states";
import { Progress } from "./progress";
import { file, forget, openFile, openSample, reading } from "./state";

const FILES = ".colpkg,.apkg,.anki2,.anki21,.csv,.tsv,.txt,.json,.jsonl,.parquet,.zip,.gz,.zst";

export function OpenPanel() {
  const state = reading.state.value;
  const words = t.value.plan.open;
  if (state.is === "running") {
    const text = file.value === null ? words.making : words.reading(file.value.name, asPercent(state.share));
    return <Panel title={words.title}><Progress text={text} share={state.share} onStop={forget} /></Panel>;
  }
  return (
    <Panel title={words.title}>
      {state.is === "failed" && <Notice kind="error">{wordsOfFailure(state.error)}</Notice>}
      <DropZone onFile={(chosen) => void openFile(chosen)} />
      <div class="row">
        <button type="button" onClick={() => void openSample()}>{words.sample}</button>
        <p class="hint">{words.sampleHint}</p>
      </div>
    </Panel>
  );
}

function DropZone({ onFile }: { onFile: (file: File) => void }) {
  const words = t.value.plan.open;
  const over = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const drag = (event: DragEvent) => {
    event.preventDefault(); // or the browser opens the file itself
    over.value = event.type === "dragover";
  };
  const drop = (event: TargetedDragEvent<HTMLDivElement>) => {
    drag(event);
    const file = event.dataTransfer?.files[0];
    if (file) onFile(file);
  };
  return (
    <div class={`drop-zone${over.value ? " over" : ""}`} onDragOver={drag} onDragLeave={drag} onDrop={drop}>
      <p class="empty-title">{words.drop}</p>
      <p class="hint">{words.formats}</p>
      <FileButton text={words.choose} primary input={input} onFile={onFile} />
      <p class="local">{words.local}</p>
    </div>
  );
}

interface FileButtonProps {
  text: string;
  primary?: boolean;
  input: { current: HTMLInputElement | null };
  onFile: (file: File) => void;
}

/** A button that opens the file dialogue: unlike the input itself, it is in the page's language. */
function FileButton({ text, primary = false, input, onFile }: FileButtonProps) {
  const choose = ({ currentTarget }: Event & { currentTarget: HTMLInputElement }) => {
    const file = currentTarget.files?.[0];
    currentTarget.value = ""; // so that the same file can be chosen once more
    if (file) onFile(file);
  };
  return (
    <>
      <input ref={input} type="file" class="visually-hidden" accept={FILES} tabIndex={-1} aria-hidden="true" onChange={choose} />
      <button type="button" class={primary ? "primary" : ""} onClick={() => input.current?.click()}>{text}</button>
    </>
  );
}

function wordsOfFailure(error: unknown): string {
  return error instanceof ReadError ? readErrorWords(error) : t.value.plan.open.failed;
}
