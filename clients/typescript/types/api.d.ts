// What the methods take and return, made from the types of the OpenAPI document.
import type {
  CurveResponse,
  CurveHistory,
  CurveThreeInputs,
  DeleteCardResponse,
  DeleteLearnerResponse,
  DeleteReviewResponse,
  DueResponse,
  HealthResponse,
  ImportRequest,
  Interval,
  ModelParametersResponse,
  ModelResponse,
  PredictCards,
  PredictHistory,
  PredictOneResponse,
  PredictThreeInputs,
  QualityResponse,
  RankResponse,
  RankRequest,
  RememberedCardResponse,
  RememberedLearnerResponse,
  ReviewOutcome as ApiReviewOutcome,
  ScheduleCards,
  ScheduleForEachRating,
  ScheduleHistory,
  ScheduleManyTargets,
  ScheduleThreeInputs,
  SimilarRequest,
  SimilarResponse,
  StudyAccepted,
  StudyRequest,
  StudyReview as ApiStudyReview,
  TopicsResponse,
  operations,
} from "./recall-api.js";

export type {
  CardState,
  DueCard,
  DueDay,
  ExportedReview,
  ImportedCard,
  ImportedReview,
  Interval,
  Pair,
  RatedInterval,
  RatedIntervals,
  Rating,
  RememberedReview,
  RetentionRange,
  ReviewAt,
  ReviewDaysAgo,
  Topic,
} from "./recall-api.js";

type Nullable<T, Names extends keyof T> = Omit<T, Names> & { [Name in Names]: T[Name] | null };

/** A card as three inputs or as its reviews, for `predict` and `rank`. */
export type Card = PredictThreeInputs | PredictHistory;
/** A card for `schedule`: it may have `last_review_at`. */
export type ScheduledCard = ScheduleThreeInputs | ScheduleHistory;
/** A card for `scheduleEachRating`: one with reviews, or a new one. */
export type ReviewedCard = Omit<ScheduleHistory, "rating">;
/** A card for `curve`. */
export type CurveCard = Omit<CurveThreeInputs, keyof CurveOptions> | Omit<CurveHistory, keyof CurveOptions>;
/** A review and its outcome, for `sendReviews`. */
export type ReviewOutcome = ApiReviewOutcome;

/**
 * A review for `study`. Without an `event_id`, the client makes one for this call: give your own to a review that your
 * app may send in another call again.
 */
export type StudyReview = Omit<ApiStudyReview, "event_id"> & { event_id?: string };

export type StudyOptions = Omit<StudyRequest, "reviews">;
export type DueOptions = NonNullable<operations["getDue"]["parameters"]["query"]>;
export type CardOptions = NonNullable<operations["getCard"]["parameters"]["query"]>;
export type ImportOptions = Omit<ImportRequest, "cards">;
export type PredictOptions = Omit<PredictCards, "cards">;
export type ScheduleOptions = Omit<ScheduleCards, "cards" | "for_each_rating">;
export type CurveOptions = Omit<CurveHistory, "reviews">;
export type RankOptions = Omit<RankRequest, "cards">;
export type SimilarOptions = Omit<SimilarRequest, "texts">;

/** How likely a card is still remembered. */
export type Prediction = PredictOneResponse;
/** When a card is due: one interval for each target. */
export type Schedule = ScheduleManyTargets;
/** When a card would be due after each rating given now: for each, one interval for each target. */
export type RatedSchedule = Omit<ScheduleForEachRating, "again" | "hard" | "good" | "easy"> &
  Record<"again" | "hard" | "good" | "easy", Interval[]>;
/** A review that is stored, and when its card is due after all reviews of the list. */
export type StudiedReview = StudyAccepted;
export type DueCards = DueResponse;
export type RememberedCard = RememberedCardResponse;
export type RememberedLearner = RememberedLearnerResponse;
/** A card that was deleted; `reviews` is null if an attempt without a response had deleted it before. */
export type ForgottenCard = Nullable<DeleteCardResponse, "reviews">;
/** A review that was deleted; the others are null if an attempt without a response had deleted it before. */
export type UndoneReview = Nullable<DeleteReviewResponse, "card" | "reviews">;
export type ForgottenLearner = DeleteLearnerResponse;
export type Curve = CurveResponse;
export type Model = ModelResponse;
export type ModelParameters = ModelParametersResponse;
export type Health = HealthResponse;
export type Quality = QualityResponse;
/** Pairs of texts that are alike, by their positions in your lists. */
export type SimilarTexts = SimilarResponse;
/** Groups of texts that are alike, by their positions in your list. */
export type Topics = TopicsResponse;

/** The results of several cards, in the order of the cards. */
export interface Results<Result> {
  results: Result[];
  /** To be sent with the learner's next call; only after a call with a state or an outcome. */
  learner_state?: string | null;
}

/** The vectors of texts, in the order of the texts. */
export interface Embeddings {
  /** 384 numbers each, of length 1: the cosine of two texts is the sum of the products of their numbers. */
  vectors: Float32Array[];
  /** What made them; vectors of different models can't be compared. Absent for no texts, which aren't sent. */
  model?: string;
  /** How many texts were longer than the model reads. */
  truncated: number;
}

/** The order in which to review cards: each by its `index` in your list. */
export interface Ranking {
  ranking: RankResponse["ranking"];
  /** Absent for an empty deck, of which the service isn't asked. */
  model_version?: string;
  /** To be sent with the learner's next call; only after a call with a state or an outcome. */
  learner_state?: string | null;
}

/** A review that is wrong, and so isn't stored. */
export interface RejectedReview {
  /** Position in your list, from 0; of an import, that of its card. */
  index: number;
  /** What is wrong and what is allowed. */
  message: string;
  /** Name of the wrong field, such as `reviews[3].rating`. */
  field: string;
  /** Of an import: position of the review among the card's, from 0. */
  review?: number;
}

/** How many reviews were stored; the three add up to those that were sent. */
export interface StoredReviews {
  /** How many this call stored. */
  accepted: number;
  /** How many were stored already, or stood twice in the list. */
  repeated: number;
  /** The wrong ones, in the order of the list. */
  rejected: RejectedReview[];
}

/** What became of a list of reviews. */
export interface StudyResults extends StoredReviews {
  /** One for each review, in the order of the list; null where it was rejected. */
  results: (StudiedReview | null)[];
  /** Absent for an empty list, which isn't sent. */
  model_version?: string;
}

/** How often and how fast a request is sent again: after 429, 500, 502, 503, 504, or without a whole response. */
export interface Retries {
  /** Number of attempts, the first one included: 4 by default. */
  attempts?: number;
  /** The pause after the first attempt is random, up to this: 250 by default; the limit doubles each time. */
  firstPauseMs?: number;
  /** Beyond this the limit doesn't grow: 10,000 by default. `Retry-After` is waited for in addition. */
  longestPauseMs?: number;
}

/** Settings of a client. */
export interface ClientSettings {
  /** Milliseconds that a call may take in all, with its parts, attempts and pauses: 60,000 by default. */
  timeoutMs?: number;
  retries?: Retries;
  /** In place of the global `fetch`. */
  fetch?: typeof fetch;
}

/** Settings of one call. */
export interface CallSettings {
  /** Ends the call, which then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** In place of the client's. */
  timeoutMs?: number;
}
