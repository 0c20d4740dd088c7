// Where the service is, and the key; used from then on if the service accepts it.

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

import { connect, endpoint } from "../service/connection";
import { wordsOf } from "../service/errors";
import { t } from "../texts";
import { Panel } from "../ui/panel";
import { Notice } from "../ui/states";

export function ConnectForm() {
  const id = useId();
  const words = t.value.service.connection;
  const address = useSignal<string | null>(null); // until something is typed: what the deployment says
  const key = useSignal("");
  const problem = useSignal<string | null>(null);
  const busy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const [where, typed] = [(address.value ?? endpoint.value).trim(), key.value.trim()];
    problem.value = problemOf(where, typed);
    if (problem.value) return;
    busy.value = true;
    try {
      await connect(where, typed);
    } catch (error) {
      problem.value = wordsOf(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <Panel title={words.title}>
      <form class="stack narrow" autocomplete="off" noValidate onSubmit={(event) => void submit(event)}>
        <div class="field">
          <label for={`${id}-address`}>{words.address}</label>
          <input id={`${id}-address`} type="url" spellcheck={false} value={address.value ?? endpoint.value} onInput={(event) => (address.value = event.currentTarget.value)} />
        </div>
        <div class="field">
          <label for={`${id}-key`}>{words.key}</label>
          <input id={`${id}-key`} type="password" autocomplete="off" spellcheck={false} value={key.value} aria-describedby={`${id}-hint`}
            onInput={(event) => (key.value = event.currentTarget.value)} />
          <p id={`${id}-hint`} class="hint">{words.keyHint}</p>
        </div>
        {problem.value && <Notice kind="error">{problem.value}</Notice>}
        <button type="submit" class="primary" disabled={busy.value}>{busy.value ? words.connecting : words.connect}</button>
      </form>
    </Panel>
  );
}

/** What is wrong with what was typed, as far as that can be seen without asking the service. */
function problemOf(address: string, key: string): string | null {
  const words = t.value.service.connection;
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return words.noAddress;
  if (!key) return words.noKey;
  return /^[!-~]+$/.test(key) ? null : words.oddKey;
}
