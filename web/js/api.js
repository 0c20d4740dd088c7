// The service, as this page calls it. The key lives in this object and nowhere else.

/** A call that failed; `status` is HTTP's, where there was an answer in the service's own shape. */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** An input that the service, or this page, refused: `field` is the API's name for it. */
export class InputError extends ApiError {
  constructor(message, field) {
    super(message, 400);
    this.field = field;
  }
}

const PLAIN_WORDS = {
  403: "The API key isn't accepted. Check it, then connect again.",
  404: "There is no Recall service at this endpoint. It ends with the stage, such as …/prod.",
  429: "Too many requests for this key. Wait a moment, then change something.",
};

export class Api {
  /** @param onCall is told {path, status, milliseconds, failed} of every call; status 0: no answer. */
  constructor(onCall) {
    this.endpoint = "";
    this.key = "";
    this.onCall = onCall;
  }

  get(path, signal) {
    return this.#call("GET", path, undefined, signal);
  }

  /** Get what a deployment may not have: null then, which is no failure. */
  async find(path) {
    try {
      return await this.#call("GET", path, undefined, undefined, [404]);
    } catch (error) {
      if (error.status === 404) return null;
      throw error;
    }
  }

  post(path, body, signal) {
    return this.#call("POST", path, JSON.stringify(body), signal);
  }

  async #call(method, path, body, signal, expected = []) {
    const headers = body ? { "Content-Type": "application/json" } : {};
    // Health is open; without the header the browser needs no preflight for it.
    if (path !== "/v1/health") headers["X-Api-Key"] = this.key;
    const began = performance.now();
    let response;
    let text;
    try {
      response = await fetch(this.endpoint + path, { method, headers, body, signal, credentials: "omit", cache: "no-store" });
      text = await response.text();
    } catch (error) {
      if (signal?.aborted) throw error;
      this.onCall({ path, status: 0, milliseconds: performance.now() - began, failed: true });
      throw new ApiError("The endpoint doesn't answer. Check the address, and that this page is allowed to call it.");
    }
    const { ok, status } = response;
    this.onCall({ path, status, milliseconds: performance.now() - began, failed: !ok && !expected.includes(status) });
    return unpacked(response, text);
  }
}

function unpacked(response, text) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new ApiError(PLAIN_WORDS[404]);
  }
  if (response.ok) return answer;
  const { message = `The service answered ${response.status}.`, field } = answer.error ?? {};
  if (response.status === 400) throw new InputError(message, field);
  throw new ApiError(PLAIN_WORDS[response.status] ?? `${message}.`, response.status);
}
