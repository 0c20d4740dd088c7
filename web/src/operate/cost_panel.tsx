// This month's bill against the budget.

import type { Cost } from "../service/operations";
import { t } from "../texts";
import { asDollars, asPercent } from "../texts/format";
import { Facts } from "../ui/facts";
import { Panel } from "../ui/panel";
import { Loaded } from "../ui/remote";
import { Notice } from "../ui/states";
import { wordsOf } from "./errors";
import { useOwners } from "./owners";

export function CostPanel() {
  const cost = useOwners((api) => api.cost());
  return (
    <Panel title={t.value.operate.cost.title}>
      <Loaded of={cost} words={wordsOf}>{(found) => <Bill cost={found} />}</Loaded>
    </Panel>
  );
}

function Bill({ cost: { budget_usd: budget, actual_usd: actual, forecast_usd: forecast, why } }: { cost: Cost }) {
  const words = t.value.operate.cost;
  const share = budget && actual !== null ? actual / budget : null;
  return (
    <div class="stack">
      {share !== null && budget !== null && (
        <>
          <meter min={0} max={1} value={Math.min(share, 1)} aria-label={words.share} aria-valuetext={asPercent(share)} />
          <p>{words.used(asPercent(share), asDollars(budget))}</p>
          {share > 1 && <Notice kind="error">{words.over}</Notice>}
          {share <= 1 && forecast !== null && forecast > budget && <Notice kind="warning">{words.willBeOver}</Notice>}
        </>
      )}
      <Facts
        of={[
          [words.actual, actual === null ? null : asDollars(actual)],
          [words.forecast, forecast === null ? null : asDollars(forecast)],
          [words.budget, budget === null ? null : asDollars(budget)],
        ]}
      />
      {why && <p class="hint">{words.unknown} <span lang="en">{why}</span></p>}
      {actual !== null && <p class="hint">{words.delayed}</p>}
    </div>
  );
}
