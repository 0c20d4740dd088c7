// Calls of the service. The API key is kept in this object and nowhere else.

/** A call that failed; `status` is the HTTP status, if there was a response in the service's own shape. */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** An input that the service, or this page, refused; `field` is its name in the API. */
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
  /** @param onCall is called with {path, status, milliseconds, failed} after every call; status 0: no response. */
  constructor(onCall) {
    this.endpoint = "";
    this.key = "";
    this.onCall = onCall;
  }

  get(path, signal) {
    return this.#call("GET", path, undefined, signal);
  }

  /** Get what a deployment may not have: then null, and the call doesn't count as failed. */
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
      throw new ApiError("The endpoint doesn't respond. Check the address, and that this page is allowed to call it.");
    }
    const { ok, status } = response;
    this.onCall({ path, status, milliseconds: performance.now() - began, failed: !ok && !expected.includes(status) });
    return parsed(response, text);
  }
}

function parsed(response, text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ApiError(PLAIN_WORDS[404]);
  }
  if (response.ok) return body;
  const { message = `The service responded with status ${response.status}.`, field } = body.error ?? {};
  if (response.status === 400) throw new InputError(message, field);
  throw new ApiError(PLAIN_WORDS[response.status] ?? `${message}.`, response.status);
}
