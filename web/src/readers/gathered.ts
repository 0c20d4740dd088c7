// The usable reviews of a file as they are read, in columns that grow.

const FIRST_SIZE = 1024;

/** A column of numbers that grows. */
class Growing<A extends Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>> {
  length = 0;

  constructor(private values: A) {}

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new (this.values.constructor as new (size: number) => A)(2 * this.values.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  all(): A {
    return this.values.subarray(0, this.length) as A;
  }
}

/** One review; NaN is what isn't known. */
export interface Review {
  readonly card: number;
  /** Microseconds since 1970. */
  readonly micros: number;
  readonly rating: number;
  readonly milliseconds: number;
  /** The study day as the file gives it, and by the time. */
  readonly day: number;
  readonly derivedDay: number;
}

/** Reviews, and the cards and learners that they name. */
export class Gathered {
  readonly cardNames: string[] = [];
  readonly learnerOfCard: number[] = [];
  readonly learners: string[] = [];
  /** Whether the files write every card as a number, and not as text. */
  cardsAreNumbers = true;
  private readonly card = new Growing(new Uint32Array(FIRST_SIZE));
  private readonly micros = new Growing(new Float64Array(FIRST_SIZE));
  private readonly rating = new Growing(new Uint8Array(FIRST_SIZE));
  private readonly milliseconds = new Growing(new Float64Array(FIRST_SIZE));
  private readonly day = new Growing(new Float64Array(FIRST_SIZE));
  private readonly derivedDay = new Growing(new Float64Array(FIRST_SIZE));
  private readonly cardsOf = new Map<string, { learner: number; cards: Map<string, number> }>();

  /** The number of a learner's card, which is new where nobody has named it. */
  cardOf(learner: string, name: string): number {
    let owner = this.cardsOf.get(learner);
    if (owner === undefined) {
      owner = { learner: this.learners.push(learner) - 1, cards: new Map() };
      this.cardsOf.set(learner, owner);
    }
    let card = owner.cards.get(name);
    if (card === undefined) {
      card = this.cardNames.push(name) - 1;
      this.learnerOfCard.push(owner.learner);
      owner.cards.set(name, card);
    }
    return card;
  }

  add(review: Review): void {
    this.card.push(review.card);
    this.micros.push(review.micros);
    this.rating.push(review.rating);
    this.milliseconds.push(review.milliseconds);
    this.day.push(review.day);
    this.derivedDay.push(review.derivedDay);
  }

  get size(): number {
    return this.card.length;
  }

  /** The columns, in the order in which the reviews were added. */
  columns() {
    return {
      card: this.card.all(),
      micros: this.micros.all(),
      rating: this.rating.all(),
      milliseconds: this.milliseconds.all(),
      day: this.day.all(),
      derivedDay: this.derivedDay.all(),
    };
  }
}
