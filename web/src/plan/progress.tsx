// How far something is, with a way to stop it.

import { t } from "../texts";

interface Props {
  /** What is going on, with how far it is. */
  text: string;
  /** From 0 to 1. */
  share: number;
  onStop: () => void;
}

export function Progress({ text, share, onStop }: Props) {
  return (
    <div class="progress">
      <p aria-live="polite">{text}</p>
      <progress max={1} value={share} aria-label={t.value.plan.open.progress} />
      <button type="button" class="small" onClick={onStop}>{t.value.common.cancel}</button>
    </div>
  );
}
