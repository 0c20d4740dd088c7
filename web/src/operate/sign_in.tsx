// Signing in with short-lived AWS credentials: by a link of `recall sign-in`, or by what the AWS command line prints.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

import { found, type Typed } from "../service/credentials";
import { t } from "../texts";
import { Panel } from "../ui/panel";
import { Notice } from "../ui/states";
import { signIn, signInProblem } from "./session";

const NOTHING: Typed = { accessKeyId: "", secretAccessKey: "", sessionToken: "", expiration: null };
const LINK_COMMAND = "recall sign-in";
const PASTE_COMMAND = "aws configure export-credentials";

export function SignIn({ children }: { children?: ComponentChildren }) {
  const id = useId();
  const words = t.value.operate.signIn;
  const typed = useSignal(NOTHING);
  const secret = (part: "accessKeyId" | "secretAccessKey" | "sessionToken") => (
    <div class="field">
      <label for={`${id}-${part}`}>{words[part]}</label>
      <input id={`${id}-${part}`} type="password" autocomplete="off" spellcheck={false} value={typed.value[part]}
        onInput={(event) => (typed.value = { ...typed.value, [part]: event.currentTarget.value })} />
    </div>
  );
  const isNotUnderstood = useSignal(false);
  // Whatever was pasted may be a secret: it goes on in fields that don't show it, or nowhere.
  const paste = (box: HTMLTextAreaElement, isWhole: boolean) => {
    const pasted = found(box.value);
    if (box.value) isNotUnderstood.value = isWhole && !pasted;
    if (pasted) typed.value = pasted;
    if (pasted || isWhole) box.value = "";
  };
  const submit = (event: Event) => {
    event.preventDefault();
    signIn(typed.value);
  };
  return (
    <Panel title={words.title}>
      <form class="stack narrow" autocomplete="off" noValidate onSubmit={submit}>
        {children}
        {signInProblem.value && <Notice kind="error">{words.problems[signInProblem.value]}</Notice>}
        <p>{words.byLink} <code>{LINK_COMMAND}</code></p>
        <div class="field">
          <label for={`${id}-paste`}>{words.paste}</label>
          <textarea id={`${id}-paste`} rows={3} spellcheck={false} aria-describedby={`${id}-hint`}
            onInput={(event) => paste(event.currentTarget, event.inputType === "insertFromPaste" || event.inputType === "insertFromDrop")}
            onChange={(event) => paste(event.currentTarget, true)} />
          {isNotUnderstood.value && <p class="field-error" role="alert">{words.notUnderstood}</p>}
          <p id={`${id}-hint`} class="hint">{words.pasteHint} <code>{PASTE_COMMAND}</code></p>
        </div>
        {secret("accessKeyId")}
        {secret("secretAccessKey")}
        {secret("sessionToken")}
        <p class="hint">{words.memoryOnly}</p>
        <button type="submit" class="primary">{words.submit}</button>
      </form>
    </Panel>
  );
}
