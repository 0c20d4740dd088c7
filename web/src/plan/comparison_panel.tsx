// How well each way predicts the learner's reviews.

import { t } from "../texts";
import { asFigure, asNumber } from "../texts/format";
import { DataTable } from "../ui/data_table";
import { Panel } from "../ui/panel";
import type { Comparison, Difference } from "./analysis";

const DIGITS = 4;

export function ComparisonPanel({ comparison }: { comparison: Comparison }) {
  const words = t.value.plan.comparison;
  const { outcomes, own, common, fsrs, commonMinusOwn, fsrsMinusOwn } = comparison;
  const rows = [
    [words.own, asFigure(own, DIGITS), ""],
    [words.common, asFigure(common, DIGITS), rangeOf(commonMinusOwn)],
    [words.fsrs, asFigure(fsrs, DIGITS), rangeOf(fsrsMinusOwn)],
  ];
  return (
    <Panel title={words.title}>
      <p class="hint">{words.lead(asNumber(outcomes))}</p>
      <p>
        {{ better: words.helps, worse: words.harms, alike: words.unclear }[verdictOf(commonMinusOwn)]}{" "}
        {{ better: words.betterThanFsrs, worse: words.worseThanFsrs, alike: words.likeFsrs }[verdictOf(fsrsMinusOwn)]}
      </p>
      <DataTable caption={words.table} columns={[words.way, words.loss, words.difference]} rows={rows} />
    </Panel>
  );
}

function rangeOf(difference: Difference | null): string {
  if (difference === null) return "";
  const { mean, low, high } = difference;
  return t.value.plan.comparison.range(asFigure(mean, DIGITS), asFigure(low, DIGITS), asFigure(high, DIGITS));
}

/** Whether Recall with the state is better than the other; alike if the interval holds 0. */
function verdictOf(difference: Difference | null): "better" | "worse" | "alike" {
  if (difference === null || (difference.low <= 0 && difference.high >= 0)) return "alike";
  return difference.mean > 0 ? "better" : "worse";
}
