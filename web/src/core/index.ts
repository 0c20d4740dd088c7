// The forgetting model as plain data and pure functions, equal to the service's `lambda_src/recall`.

export { type Artifact, decodeArtifact, type Range } from "./artifact";
export { cardCurve, difficultyOf, learnerAfter, type Moment } from "./card";
export { CardHistory, historyOf, type StudyReview } from "./card_history";
export { type Curve, interval, MAXIMUM_INTERVAL, NEVER_LEARNED, recallProbability } from "./curve";
export { ArtifactError, DamagedArtifactError, InvalidInputError, UnsupportedArtifactError } from "./errors";
export {
  AGAIN,
  DAYS_SINCE_LAST_REVIEW,
  DIFFICULTY,
  EASY,
  FEATURES,
  type Feature,
  GOOD,
  HARD,
  type Rating,
  RATINGS,
  REVIEW_COUNT,
} from "./features";
export { firstState, fsrsInterval, type MemoryState, nextState, retrievability } from "./fsrs";
export { HISTORY_FEATURES, historyFeatures, HistoryModel, type Line } from "./history";
export { ID, isLearnerId } from "./ids";
export { certainty, type LearnerState, START } from "./learner";
export { decodeState, encodeState } from "./learner_text";
export { median } from "./median";
export { learn } from "./replay";
export {
  answered,
  type Bounds,
  boundsOf,
  type Buttons,
  buttons,
  DEFAULT_BOUNDS,
  rememberedButtons,
  type Schedule,
  schedule,
} from "./schedule";
export { DAY_STARTS_AT_HOUR, MILLISECONDS_PER_DAY, offsetMinutes, studyDay } from "./study_days";
export { difficultyFromShare, failureShare, shareFromDifficulty, ThreeInputModel, type ThreeInputParameters } from "./three_inputs";
