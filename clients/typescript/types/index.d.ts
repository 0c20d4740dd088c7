export { Client } from "./client.js";
export { ApiError, BodyTooLargeError, ConnectionFailedError, ForbiddenError, ForeignResponseError, InvalidInputError, RecallError, ThrottledError, TimedOutError, UnavailableError } from "./errors.js";
