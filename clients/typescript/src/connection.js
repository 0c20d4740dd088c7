// Requests to a service: attempts and the pauses between them, within a deadline.

/** @import { CallSettings, ClientSettings } from "../types/api.js" */
/** @import { Element } from "./batches.js" */
/** @import { Reader } from "./exchange.js" */
/** @import { Page } from "./pages.js" */

import { bodyOf } from "./batches.js";
import { ApiError, ConnectionFailedError, RecallError, TimedOutError } from "./errors.js";
import { aborted, resultOf, sleep, textOf } from "./exchange.js";
import { pageOf } from "./pages.js";

const TIMEOUT_MS = 60_000;
const ATTEMPT_MS = 30_000; // API Gateway itself gives up after 29 seconds

/** @typedef {{ method: string, path: string, body: string | null }} Sent A request. */

/** The time and the signal that the requests of a call share. */
class Call {
  /**
   * @param {number} timeoutMs
   * @param {AbortSignal | undefined} signal
   */
  constructor(timeoutMs, signal) {
    this.timeoutMs = timeoutMs;
    this.signal = signal;
    this.end = performance.now() + timeoutMs;
  }

  /** Milliseconds that are left; negative when the time has passed. */
  get left() {
    return this.end - performance.now();
  }

  late() {
    return new TimedOutError(`the call wasn't complete within its ${this.timeoutMs / 1000} s`);
  }
}

/** How a service is called. */
export class Connection {
  #base;
  #apiKey;
  #retries;
  #timeoutMs;
  #fetch;

  /**
   * @param {string} endpoint Base URL of the API, ending with the stage.
   * @param {string} apiKey The key of the usage plan.
   * @param {ClientSettings} settings
   */
  constructor(endpoint, apiKey, { timeoutMs = TIMEOUT_MS, retries = {}, fetch = globalThis.fetch }) {
    if (!/^[!-~]+$/.test(apiKey)) {
      throw new TypeError("apiKey must be ASCII without spaces and line breaks"); // fetch would quote the key
    }
    this.#base = new URL(endpoint).href.replace(/\/+$/, "");
    this.#apiKey = apiKey;
    this.#retries = { attempts: 4, firstPauseMs: 250, longestPauseMs: 10_000, ...retries };
    this.#timeoutMs = timeoutMs;
    this.#fetch = fetch;
  }

  /**
   * Begin a call.
   * @param {CallSettings} settings
   */
  begin({ timeoutMs = this.#timeoutMs, signal }) {
    return new Call(timeoutMs, signal);
  }

  /**
   * Send a request, again where that helps, and return what the response holds.
   * @template T
   * @param {Call} call
   * @param {string} path Path below the endpoint, such as `/v1/predict`.
   * @param {string | null} body JSON to POST; null to GET.
   * @param {Reader<T>} read
   * @param {string} [method]
   * @returns {Promise<T>}
   */
  send(call, path, body, read, method = body === null ? "GET" : "POST") {
    return this.#tried(call, { method, path, body }, (response, text) => resultOf(response, text, read));
  }

  /**
   * Get a page of JSON lines.
   * @template T
   * @param {Call} call
   * @param {string} path
   * @param {Reader<T>} read Reads a line.
   * @returns {Promise<Page<T>>}
   */
  page(call, path, read) {
    const sent = { method: "GET", path, body: null };
    return this.#tried(call, sent, (response, text) => pageOf(response, text, read));
  }

  /**
   * @template T
   * @param {Call} call
   * @param {Sent} sent
   * @param {(response: Response, text: string) => T} read
   * @returns {Promise<T>}
   */
  async #tried(call, sent, read) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(call, sent, read);
      } catch (error) {
        if (!(error instanceof RecallError)) throw error;
        error.attempts = attempt;
        if (!error.passing || attempt >= this.#retries.attempts) throw error;
        const pause = this.#pauseAfter(attempt, error);
        if (pause >= call.left) throw error;
        await sleep(pause, call.signal);
      }
    }
  }

  /**
   * Send a part of a list; an error names what is wrong by its position in the caller's list.
   * @template T
   * @param {Call} call
   * @param {string} path
   * @param {"cards" | "reviews" | "texts"} name The field that holds the list.
   * @param {Element[]} part
   * @param {object} options The other fields of the body.
   * @param {Reader<T>} read
   * @returns {Promise<T>}
   */
  async sendPart(call, path, name, part, options, read) {
    try {
      return await this.send(call, path, bodyOf(name, part, options), read);
    } catch (error) {
      if (error instanceof ApiError) error.renumber(part.map(({ position }) => position));
      throw error;
    }
  }

  /**
   * @param {number} attempt
   * @param {RecallError} error
   */
  #pauseAfter(attempt, error) {
    const { firstPauseMs, longestPauseMs } = this.#retries;
    const retryAfter = error instanceof ApiError ? (error.retryAfter ?? 0) : 0;
    // Random, so that clients that failed at the same time don't return at the same time.
    return retryAfter * 1000 + Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));
  }

  /**
   * @template T
   * @param {Call} call
   * @param {Sent} sent
   * @param {(response: Response, text: string) => T} read
   * @returns {Promise<T>}
   */
  async #attempt(call, sent, read) {
    call.signal?.throwIfAborted();
    const { left } = call;
    if (left <= 0) throw call.late();
    const aborter = new AbortController();
    const late = left <= ATTEMPT_MS ? call.late() : new Error(`no whole response within ${ATTEMPT_MS} ms`);
    const timer = setTimeout(() => aborter.abort(late), Math.min(ATTEMPT_MS, left));
    const stop = () => aborter.abort();
    call.signal?.addEventListener("abort", stop);
    try {
      const received = this.#request(sent, aborter.signal).then(async (response) => ({
        response,
        text: await textOf(response, (reason) => aborter.abort(reason)),
      }));
      const { response, text } = await Promise.race([received, aborted(aborter.signal)]);
      return read(response, text);
    } catch (error) {
      if (error instanceof RecallError) throw error;
      call.signal?.throwIfAborted();
      throw new ConnectionFailedError(`no whole response from the service: ${error}`, { cause: error });
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener("abort", stop);
    }
  }

  /**
   * @param {Sent} sent
   * @param {AbortSignal} signal
   */
  #request({ method, path, body }, signal) {
    const [url, fetch] = [this.#base + path, this.#fetch]; // which must not have a `this`
    /** @type {Record<string, string>} */
    const headers = { "X-Api-Key": this.#apiKey };
    if (body !== null) headers["Content-Type"] = "application/json";
    return fetch(url, { method, headers, body, signal, redirect: "manual" });
  }
}
