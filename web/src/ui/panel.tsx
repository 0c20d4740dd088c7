// A part of a page with a heading of its own.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export function Panel({ title, children, aside, class: name = "" }: { title: string; children: ComponentChildren; aside?: ComponentChildren; class?: string }) {
  const id = useId();
  return (
    <section class={`panel ${name}`} aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
