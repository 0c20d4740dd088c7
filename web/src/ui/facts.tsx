// Names and what is known of each; what isn't known is left out.

import type { ComponentChildren } from "preact";

export function Facts({ of }: { of: readonly (readonly [name: string, fact: ComponentChildren])[] }) {
  const known = of.filter(([, fact]) => fact !== null && fact !== undefined && fact !== "");
  return <dl class="facts">{known.map(([name, fact]) => <div key={name}><dt>{name}</dt><dd>{fact}</dd></div>)}</dl>;
}
