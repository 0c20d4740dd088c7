// What becomes of a learner's reviews on the Study page: JSON in, JSON out.

import { writeFileSync } from "node:fs";

import { addReview, calls, events, meanwhile, stored, there } from "./study_stand_ins";
import { online } from "../../web/src/service/online";
import { answer, importDeck, undo } from "../../web/src/study/actions";
import { chooseLearner, learnerId, leftIn, reload, reviews } from "../../web/src/study/state";
import { problem, sync, unknownThere } from "../../web/src/study/sync";

const [, resultsFile] = process.argv.slice(2) as [string, string];
const deck = (...fronts: string[]) => ({ name: "deck", cards: fronts.map((front) => ({ id: front[0]!, front, back: front })) });
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));
const at = (event_id: string, card: string, reviewed_at: string) => ({ event_id, card, rating: 3, reviewed_at });
const here = () => reviews.value.map(({ eventId }) => eventId).sort();

async function learnerIs(id: string): Promise<void> {
  chooseLearner(id);
  await reload();
  await settled();
  calls.length = 0;
}

async function undoneOffline() {
  await learnerIs("undone");
  const review = await answer(cardNamed("a"), 3, 1000);
  await settled();
  online.value = false;
  await undo(review);
  const fresh = leftIn(null).fresh.map(({ id }) => id);
  online.value = true;
  await settled();
  return { fresh, there: there.get("undone") };
}

const cardNamed = (id: string) => leftIn(null).fresh.find((card) => card.id === id)!;

async function changedElsewhere() {
  there.set("elsewhere", [at("e1", "a", "2026-11-01T08:00:00Z"), at("e2", "b", "2026-11-02T08:00:00Z")]);
  await learnerIs("elsewhere");
  there.set("elsewhere", [at("e1", "a", "2026-11-01T08:00:00Z"), at("e3", "b", "2026-11-03T08:00:00Z")]);
  await sync("compared");
  const later = here();
  there.set("elsewhere", [at("e4", "c", "2026-10-01T08:00:00Z"), at("e3", "b", "2026-11-03T08:00:00Z")]);
  await sync("compared");
  const sameLast = here();
  await sync("all");
  return { later, sameLast, asked: here() };
}

async function askedDuringAnother() {
  await learnerIs("during");
  meanwhile.act = () => void sync("compared");
  await sync("compared");
  return calls.filter((call) => call === "describe").length;
}

async function learnerChangedDuringSync() {
  there.set("erased", [at("e1", "a", "2026-11-01T08:00:00Z")]);
  await learnerIs("erased");
  there.delete("erased");
  there.set("other", [at("e2", "b", "2026-11-01T08:00:00Z")]);
  meanwhile.act = () => {
    chooseLearner("other");
    void reload();
  };
  await sync("compared");
  return { unknown: unknownThere.value, here: here() };
}

async function answeredInAnotherTab() {
  await learnerIs("tabs");
  const review = { learner: "tabs", card: "a", eventId: "e1", rating: 3 as const, at: Date.now(), offset: 60, milliseconds: 1000 };
  await addReview({ ...review, state: "waiting", attempted: false });
  new BroadcastChannel("recall-study").postMessage("changed");
  await settled();
  const states = [...stored.values()].filter(({ learner }) => learner === "tabs").map(({ state }) => state);
  return { there: there.get("tabs")?.map(({ event_id }) => event_id), states };
}

async function learnerChosenInAnotherTab() {
  there.set("chosen", [at("e1", "a", "2026-11-01T08:00:00Z")]);
  events.dispatchEvent(Object.assign(new Event("storage"), { key: "recall.learner", newValue: "chosen" }));
  await settled();
  return { learner: learnerId.value, here: here() };
}

const imports = [await importDeck(deck("a", "b", "c")), await importDeck(deck("b", "cc", "d"))];
const results = {
  imports,
  undoneOffline: await undoneOffline(),
  changedElsewhere: await changedElsewhere(),
  askedDuringAnother: await askedDuringAnother(),
  learnerChangedDuringSync: await learnerChangedDuringSync(),
  answeredInAnotherTab: await answeredInAnotherTab(),
  learnerChosenInAnotherTab: await learnerChosenInAnotherTab(),
  problem: problem.value === null ? null : String(problem.value),
};
writeFileSync(resultsFile, JSON.stringify(results));
process.exit(0); // the page's timers would go on
