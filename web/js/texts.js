// Texts of cards, one a line: which are alike, and what they are about. Sent when asked, and not before.

import { ApiError } from "./api.js";
import { element, tableOf } from "./text.js";

const LIKE = 0.6; // cosine from which cards belong together: docs/text.md
const PAIRS = 20;
const FEWEST = 2; // texts

export class Texts {
  /** @param root is the panel, whose parts have a data-id. */
  constructor(root, api) {
    this.root = root;
    this.api = api;
    this.parts = Object.fromEntries([...root.querySelectorAll("[data-id]")].map((part) => [part.dataset.id, part]));
    this.parts.compare.addEventListener("click", () => this.compare());
  }

  async compare() {
    const { lines, result, error, compare } = this.parts;
    const texts = lines.value.split("\n").map((line) => line.trim()).filter(Boolean);
    error.textContent = "";
    if (texts.length < FEWEST) {
      error.textContent = "Write at least two texts, each on a line of its own.";
      return;
    }
    compare.disabled = true;
    try {
      const [similar, topics] = await Promise.all([
        this.api.post("/v1/similar", { texts, minimum: LIKE, limit: PAIRS }),
        this.api.post("/v1/topics", { texts }),
      ]);
      result.replaceChildren(...pairsOf(similar.pairs, texts), ...topicsOf(topics.topics, texts));
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      result.replaceChildren();
      error.textContent =
        failure.status === 404 ? "This service doesn't read texts: its owner can turn that on (text in cdk.json)." : failure.message;
    } finally {
      compare.disabled = false;
    }
  }
}

function pairsOf(pairs, texts) {
  if (!pairs.length) return [element("p", {}, "No two of them are alike.")];
  const rows = pairs.map(({ text, other, cosine }) => [texts[text], texts[other], cosine.toFixed(2)]);
  const table = element("table", {}, ...tableOf("Alike: from .9 nearly the same, from .6 easily confused", ["Text", "Other text", "Cosine"], rows));
  return [element("div", { class: "scroll", role: "region", "aria-label": "Texts that are alike", tabindex: "0" }, table)];
}

function topicsOf(topics, texts) {
  const rows = topics.map(({ representative, members }) => [
    texts[representative],
    members.filter((member) => member !== representative).map((member) => texts[member]).join(", "),
  ]);
  const table = element("table", {}, ...tableOf("Topics, the largest first", ["Stands for it", "The others"], rows));
  return [element("div", { class: "scroll", role: "region", "aria-label": "Topics of the texts", tabindex: "0" }, table)];
}
