// What a part of the page shows while it has nothing else to show.

import type { ComponentChildren } from "preact";

import { t } from "../texts";

export function Loading({ children }: { children?: ComponentChildren }) {
  return <p class="loading" role="status"><span class="spinner" aria-hidden="true" />{children ?? t.value.common.loading}</p>;
}

/** A message: an error is said at once, others when the reader is free. */
export function Notice({ kind, children, action }: { kind: "info" | "success" | "warning" | "error"; children: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class={`notice ${kind}`} role={kind === "error" ? "alert" : "status"}>
      <div>{children}</div>
      {action}
    </div>
  );
}

/** A place that has nothing yet: what it is for, and how to begin. */
export function Empty({ title, children, action }: { title: string; children?: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <div>{children}</div>}
      {action}
    </div>
  );
}
