// The newest week's figures, and how far the inputs have drifted from what the model was trained on.

import type { Quality } from "recall-client";

import { t } from "../texts";
import { asFigure, asNumber } from "../texts/format";
import { Facts } from "../ui/facts";

// Population stability index: Siddiqi, Credit Risk Scorecards, 2006.
const SMALL_SHIFT = 0.1;
const LARGE_SHIFT = 0.25;

type Drift = NonNullable<Quality["days"][number]["drift"]>;

export function QualityFacts({ report: { week, days } }: { report: Quality }) {
  const words = t.value.service.quality;
  const drift = days.findLast((day) => day.drift)?.drift;
  const ofWeek = week
    ? ([
        [words.outcomes, asNumber(week.reviews)],
        [words.logLoss, asFigure(week.log_loss)],
        [words.calibrationError, asFigure(week.calibration_error)],
        [words.auc, week.auc === null ? words.noAuc : asFigure(week.auc)],
      ] as const)
    : ([[words.outcomes, words.fewOutcomes]] as const);
  return <Facts of={[...ofWeek, [words.drift, drift && inWords(drift)]]} />;
}

function inWords({ inputs }: Drift): string {
  const words = t.value.service.quality;
  const names = Object.keys(inputs) as (keyof typeof inputs)[];
  const most = names.reduce((best, each) => (inputs[each] > inputs[best] ? each : best));
  const index = inputs[most];
  const size = index < SMALL_SHIFT ? words.noShift : index < LARGE_SHIFT ? words.smallShift : words.largeShift;
  return words.driftOf(asFigure(index, 2), t.value.service.inputs[most], size);
}
