// Paths of a learner's calls, which hold the caller's own ids.

// URLs take these two as steps in a path, encoded or not; an empty one would name another call.
const NO_PLACE_IN_A_PATH = ["", ".", ".."];

/**
 * Return the path of a call, such as `/v1/learners/ada/due?limit=20`.
 * @param {string[]} segments Its parts after `/v1/learners`, each encoded by `segmentOf` where it is the caller's.
 * @param {object} [query] Parameters; one that isn't given is left out.
 */
export function pathOf(segments, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return ["/v1/learners", ...segments].join("/") + (text && `?${text}`);
}

/**
 * Return an id as it stands in a path.
 * @param {"learner" | "card" | "event_id"} name What it is the id of.
 * @param {string} value
 */
export function segmentOf(name, value) {
  if (typeof value !== "string") throw new TypeError(`${name} must be text, not ${typeof value}`);
  if (NO_PLACE_IN_A_PATH.includes(value)) {
    throw new RangeError(`${name} must not be "${value}", which can't stand in a URL; choose another id`);
  }
  try {
    return encodeURIComponent(value);
  } catch (error) {
    throw new RangeError(`${name} must be text that UTF-8 can encode`, { cause: error });
  }
}
