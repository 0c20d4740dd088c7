// Asks modules of the page Explore: JSON in, JSON out. `test_explore.py` says what is asked.

import "./browserless";

import { readFileSync, writeFileSync } from "node:fs";

import defaultModel from "../../lambda_src/inference/default_model/model.json";
import { decodeArtifact } from "../../web/src/core";
import { evaluate } from "../../web/src/explore/answer";
import { change, moveTo, setReviews, startOver, undo } from "../../web/src/explore/changes";
import * as exploration from "../../web/src/explore/exploration";
import { decode, encode } from "../../web/src/explore/permalink";
import { recallBefore, timeTicks } from "../../web/src/explore/plot";
import { dueWords, fsrsWords } from "../../web/src/explore/words";
import { asInterval, asMoment, asTick } from "../../web/src/texts/format";

const { beginning, DAY } = exploration;

type Given = Record<string, any>;

const [givenFile, resultsFile] = process.argv.slice(2) as [string, string];
const given: Given = JSON.parse(readFileSync(givenFile, "utf8"));
const ANSWERS: Record<string, (given: Given) => unknown> = { beyond, ticks, links, words, clock, undone, unknown };
writeFileSync(resultsFile, JSON.stringify(ANSWERS[given["what"]]!(given)));

/** Inputs beyond what the default model was trained on. */
function beyond({ inputs }: Given): unknown {
  const model = decodeArtifact(defaultModel);
  return inputs.map((each: exploration.Inputs) => evaluate(model, { ...beginning(), mode: "inputs", inputs: each }, 0).beyond);
}

/** The words beside the axis of time, with the pixels at which they are. */
function ticks({ from, spans }: Given): unknown {
  return spans.map(([days, width]: [number, number]) =>
    timeTicks({ from, to: from + days * DAY }, width).map((tick) => [asTick(tick, days), ((tick - from) / DAY / days) * width]));
}

/** What each link brings back of what was explored, and its query. */
function links({ explored }: Given): unknown {
  return explored.map((each: Given) => {
    const query = encode({ ...beginning(), cards: [[]], ...each });
    const { now, inputs } = decode(query);
    return { query: query.toString(), now, inputs };
  });
}

/** Due dates, and lengths of time, in words. */
function words({ schedules, intervals, moments }: Given): unknown {
  return {
    dues: schedules.map(([target, schedule]: any) => dueWords(schedule, target, 0, 0)),
    intervals: intervals.map((days: number) => [asInterval(days, "short"), fsrsWords(days)]),
    moments: moments.map((moment: number) => asMoment(moment, 0, "within")),
  };
}

/** The page's time after the clock went on: before anything was changed, after that, and after two long waits. */
function clock({ later, wait }: Given): unknown {
  const times: number[] = [];
  const note = () => times.push(exploration.exploration.peek().now);
  Date.now = () => later;
  exploration.followClock();
  note();
  change({ fsrs: true });
  Date.now = () => 2 * later;
  exploration.followClock();
  note();
  for (let i = 0; i < 2; i++) moveTo(exploration.exploration.peek().now + wait);
  note();
  return times;
}

/** The times of a review that is typed key by key, before each of three undos. */
function undone({ typed }: Given): unknown {
  startOver();
  const seen = () => exploration.exploration.peek().cards[0]!.map(({ at }) => at);
  for (const at of typed) setReviews(0, [{ at, rating: 3, seconds: 0 }], "at");
  return [0, 1].map(() => {
    const before = seen();
    undo();
    return before;
  });
}

/** Recall before reviews, of which the first are older than the curve that the service was asked for. */
function unknown({ reviews, from }: Given): unknown {
  return recallBefore([{ from, to: Infinity, recall: () => 0.9 }], reviews.map((at: number) => ({ at, rating: 3, seconds: 0 })));
}
