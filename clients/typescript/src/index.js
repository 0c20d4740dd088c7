// Client of a Recall service: how likely a learner still remembers a card, and when to show it next.

export { Client } from "./client.js";
export {
  ApiError,
  BodyTooLargeError,
  ConnectionFailedError,
  ForbiddenError,
  ForeignResponseError,
  InvalidInputError,
  NotFoundError,
  RecallError,
  ThrottledError,
  TimedOutError,
  UnavailableError,
} from "./errors.js";
export { Learner } from "./learner.js";
