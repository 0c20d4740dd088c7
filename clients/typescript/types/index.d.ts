export { Client } from "./client.js";
export { Learner } from "./learner.js";
export { ApiError, BodyTooLargeError, ConnectionFailedError, ForbiddenError, ForeignResponseError, InvalidInputError, NotFoundError, RecallError, ThrottledError, TimedOutError, UnavailableError } from "./errors.js";
