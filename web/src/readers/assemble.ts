// Gathered reviews in order, each once, with their study days.

import type { Gathered } from "./gathered";
import type { Note, ReviewColumns } from "./log";

/** Sorted reviews, and what became of the others. */
export interface Assembled {
  readonly reviews: ReviewColumns;
  readonly cardNames: readonly string[];
  readonly learners: readonly string[];
  readonly learnerOfCard: Uint32Array<ArrayBuffer>;
  readonly repeated: number;
  readonly notes: readonly Note[];
}

type Columns = ReturnType<Gathered["columns"]>;

/** Sort reviews by learner, card and time, leave out those that repeat another's, and settle their days. */
export function assemble(gathered: Gathered): Assembled {
  const given = gathered.columns();
  const { cardNames, learnerOfCard, learners, newCard } = inOrder(gathered);
  given.card.forEach((card, review) => (given.card[review] = newCard[card] ?? 0));
  const { card, micros } = given;
  const order = Uint32Array.from(card.keys()).sort(
    (a, b) => card[a]! - card[b]! || micros[a]! - micros[b]! || a - b,
  );
  const kept = order.filter((review, place) => {
    const before = order[place - 1];
    return before === undefined || card[review] !== card[before] || micros[review] !== micros[before];
  });
  const columns = picked(given, kept);
  const [day, notes] = settledDays(columns, learnerOfCard);
  const reviews = {
    card: columns.card,
    time: columns.micros.map((each) => each / 1000),
    day,
    rating: columns.rating,
    seconds: columns.milliseconds.map((each) => each / 1000),
  };
  return { reviews, cardNames, learners, learnerOfCard, repeated: order.length - kept.length, notes };
}

/** Number learners and cards anew, by their names; cards that are written as numbers by these. */
function inOrder(gathered: Gathered) {
  const learnerOrder = ranked(gathered.learners, compareText);
  const allNumbers = gathered.cardsAreNumbers && gathered.cardNames.every((name) => /^-?\d+$/.test(name));
  const compare = allNumbers ? compareNumbers : compareText;
  const { learnerOfCard } = gathered;
  const cards = [...gathered.cardNames.keys()].sort(
    (a, b) =>
      learnerOrder.rank[learnerOfCard[a]!]! - learnerOrder.rank[learnerOfCard[b]!]! ||
      compare(gathered.cardNames[a]!, gathered.cardNames[b]!),
  );
  const newCard = new Uint32Array(cards.length);
  cards.forEach((card, place) => (newCard[card] = place));
  return {
    cardNames: cards.map((card) => gathered.cardNames[card]!),
    learnerOfCard: Uint32Array.from(cards, (card) => learnerOrder.rank[learnerOfCard[card]!]!),
    learners: learnerOrder.names,
    newCard,
  };
}

function ranked(names: readonly string[], compare: (a: string, b: string) => number) {
  const order = [...names.keys()].sort((a, b) => compare(names[a]!, names[b]!));
  const rank = new Uint32Array(names.length);
  order.forEach((each, place) => (rank[each] = place));
  return { names: order.map((each) => names[each]!), rank };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function compareNumbers(a: string, b: string): number {
  const [one, other] = [Number(a), Number(b)];
  if (Number.isSafeInteger(one) && Number.isSafeInteger(other)) return one - other;
  return Number(BigInt(a) > BigInt(b)) - Number(BigInt(a) < BigInt(b));
}

function picked(columns: Columns, kept: Uint32Array<ArrayBuffer>): Columns {
  const of = <A extends { [index: number]: number }>(values: A, into: A): A => {
    kept.forEach((review, place) => (into[place] = values[review]!));
    return into;
  };
  const size = kept.length;
  return {
    card: of(columns.card, new Uint32Array(size)),
    micros: of(columns.micros, new Float64Array(size)),
    rating: of(columns.rating, new Uint8Array(size)),
    milliseconds: of(columns.milliseconds, new Float64Array(size)),
    day: of(columns.day, new Float64Array(size)),
    derivedDay: of(columns.derivedDay, new Float64Array(size)),
  };
}

/**
 * Derive the days of learners whose files give none for some rows, or days that fall as time passes.
 *
 * Two numberings never mix within a learner: their differences would be meaningless. A clock that is set back, at
 * the end of summer or on a flight to the west, doesn't bring a day back.
 */
function settledDays(columns: Columns, learnerOfCard: Uint32Array): [Int32Array<ArrayBuffer>, Note[]] {
  const { card, micros, day, derivedDay } = columns;
  const learner = Uint32Array.from(card, (each) => learnerOfCard[each]!);
  const known = (review: number): number => (Number.isNaN(day[review]!) ? Number.MAX_SAFE_INTEGER : day[review]!);
  const timeline = Uint32Array.from(card.keys()).sort(
    (a, b) => learner[a]! - learner[b]! || micros[a]! - micros[b]! || known(a) - known(b),
  );
  const derive = new Set<number>();
  const overruled = new Set<number>();
  timeline.forEach((review, place) => {
    const before = timeline[place - 1];
    const falls = before !== undefined && learner[before] === learner[review] && day[review]! < day[before]!;
    if (falls || Number.isNaN(day[review]!)) derive.add(learner[review]!);
  });
  const settled = new Int32Array(card.length);
  const latest = new Map<number, number>();
  timeline.forEach((review) => {
    const whose = learner[review]!;
    if (!derive.has(whose)) {
      settled[review] = day[review]!;
      return;
    }
    if (!Number.isNaN(day[review]!)) overruled.add(whose);
    const now = Math.max(latest.get(whose) ?? Number.NEGATIVE_INFINITY, derivedDay[review]!);
    latest.set(whose, now);
    settled[review] = now;
  });
  return [settled, overruled.size > 0 ? [{ code: "days_derived", learners: overruled.size }] : []];
}
