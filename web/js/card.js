// One card: its controls, and the service's predictions for it.

import { InputError } from "./api.js";
import { daysSinceLast, readHistory } from "./history.js";

const DAY = 86_400_000;
const POINTS = 200;
const LABELS = {
  days_since_last_review: ["days", "Days since last review"],
  review_count: ["count", "Review days so far"],
  difficulty: ["difficulty", "Difficulty"],
};
const EXAMPLE = "40 good\n38 good\n31 again\n30 good\n12 good";

export class Card {
  constructor(name, template, onChange) {
    this.name = name;
    this.root = template.content.firstElementChild.cloneNode(true);
    this.root.querySelector("legend").textContent = `Card ${name}`;
    this.#giveIds();
    this.#part("reviews").value = EXAMPLE;
    this.#part("reviews").setAttribute("aria-describedby", `${name}-reviews-hint ${name}-error`);
    this.root.addEventListener("input", (event) => this.#follow(event.target, onChange));
    this.requests = new Map();
    this.clear();
  }

  clear() {
    this.prediction = this.schedule = this.curve = null;
  }

  get complete() {
    return this.prediction && this.schedule && this.curve;
  }

  /** Set the three inputs. */
  set(values) {
    for (const [id, value] of Object.entries(values)) {
      this.#part(id).value = value;
      this.root.querySelector(`[data-slider="${id}"]`).value = value;
    }
  }

  /** Request the recall now and the next review. Wrong inputs of the card are shown here; other errors are thrown. */
  async measure(api, target, signal) {
    await this.#showingErrors(signal, async () => {
      this.clear();
      const now = Math.floor(Date.now() / 60_000) * 60_000; // by the minute, so that equal requests are sent once
      const { card, elapsed } = this.#read(now);
      this.elapsed = elapsed;
      const known = card.reviews ? {} : { last_review_at: timestamp(now - elapsed * DAY) };
      const responses = await Promise.all([
        this.#post(api, "/v1/predict", card, signal),
        this.#post(api, "/v1/schedule", { ...card, ...known, target_recall: target }, signal),
      ]);
      [this.prediction, this.schedule] = responses;
      this.card = card;
    });
  }

  /** Request the curve over a span of days. */
  async trace(api, days, signal) {
    if (!this.schedule) return;
    await this.#showingErrors(signal, async () => {
      this.curve = await this.#post(api, "/v1/curve", { ...this.card, days, points: POINTS }, signal);
    });
  }

  #read(now) {
    if (this.#part("by-history").checked) {
      const { reviews, lines } = readHistory(this.#part("reviews").value);
      this.lines = lines;
      return { card: { reviews }, elapsed: daysSinceLast(reviews, now) };
    }
    const entries = Object.entries(LABELS).map(([field, [id, label]]) => {
      const value = this.#part(id).valueAsNumber;
      if (Number.isNaN(value)) throw new InputError(`${label} must be a number.`, field);
      return [field, value];
    });
    const card = Object.fromEntries(entries);
    // A day less than the API allows: its clock is ahead of our whole minute. It refuses what is beyond anyway.
    return { card, elapsed: Math.min(Math.max(card.days_since_last_review, 0), 36_499) };
  }

  /** Send a request, or return the response to the last one if that was equal and didn't fail. */
  #post(api, path, body, signal) {
    const text = JSON.stringify(body);
    const last = this.requests.get(path);
    if (last?.text === text) return last.response;
    const response = api.post(path, body, signal);
    this.requests.set(path, { text, response });
    response.catch(() => {
      if (this.requests.get(path)?.response === response) this.requests.delete(path);
    });
    return response;
  }

  async #showingErrors(signal, action) {
    try {
      await action();
      if (!signal.aborted) this.#show(null);
    } catch (error) {
      if (signal.aborted) return;
      this.clear();
      if (!(error instanceof InputError) || error.field === "target_recall") throw error;
      this.#show(error);
    }
  }

  #show(error) {
    const field = error?.field ?? "";
    const history = field.startsWith("reviews");
    for (const [name, [id]] of Object.entries(LABELS)) this.#mark(id, name === field);
    this.#mark("reviews", history);
    const message = error ? this.#worded(error) : "";
    if (this.#part("error").textContent !== message) this.#part("error").textContent = message;
  }

  #worded({ message, field }) {
    const review = /^reviews\[(\d+)\]\.?/.exec(field ?? "");
    if (review) return `Reviews, line ${this.lines[review[1]]}: ${message.slice(review[0].length)}.`;
    const label = LABELS[field]?.[1];
    return label && message.startsWith(field) ? `${label}${message.slice(field.length)}.` : message;
  }

  #mark(id, wrong) {
    const control = this.#part(id);
    if (wrong) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }

  #part(id) {
    return this.root.querySelector(`[data-id="${id}"]`);
  }

  #giveIds() {
    for (const node of this.root.querySelectorAll("[data-id]")) node.id = `${this.name}-${node.dataset.id}`;
    for (const label of this.root.querySelectorAll("[data-for]")) {
      label.htmlFor = `${this.name}-${label.dataset.for}`;
      const slider = this.root.querySelector(`[data-slider="${label.dataset.for}"]`);
      slider?.setAttribute("aria-label", `${label.textContent}, slider`);
    }
    for (const radio of this.root.querySelectorAll("[type=radio]")) radio.name = `${this.name}-by`;
    for (const number of this.root.querySelectorAll("[type=number]")) {
      number.setAttribute("aria-describedby", `${this.name}-error`);
    }
  }

  #follow(control, onChange) {
    const { slider, id } = control.dataset;
    if (slider) this.#part(slider).value = control.value;
    const other = id && this.root.querySelector(`[data-slider="${id}"]`);
    if (other) other.value = control.value;
    this.#part("inputs").hidden = this.#part("by-history").checked;
    this.#part("history").hidden = !this.#part("by-history").checked;
    onChange();
  }
}

function timestamp(milliseconds) {
  return new Date(milliseconds).toISOString().replace(".000Z", "Z");
}
