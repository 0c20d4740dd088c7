// The console: reads the controls, calls the service, shows the results.

import { Api, ApiError, InputError } from "./api.js";
import { Card } from "./card.js";
import { showModel } from "./model.js";
import { drawCurves, fillTable, fittingSpan } from "./plot.js";
import { Quality } from "./quality.js";
import { Status } from "./status.js";
import { asDate, asDays, asPercent, element } from "./text.js";
import { Texts } from "./texts.js";

const PAUSE = 250; // milliseconds after the last change
const HEALTH_EVERY = 60_000;
const LONGEST = 36_500;

const $ = (id) => document.getElementById(id);
const status = new Status({ pill: $("pill"), health: $("health"), degraded: $("degraded"), calls: $("calls") });
const api = new Api((call) => status.record(call));
const quality = new Quality($("quality"));
const texts = new Texts($("texts"), api);
const cards = ["A", "B"].map((name) => new Card(name, $("card-template"), later));
let connected = false;
let timer = 0;
let running = new AbortController();
let shown = null;

function later() {
  clearTimeout(timer);
  timer = setTimeout(update, PAUSE);
}

function chosenCards() {
  return cards.filter((card) => card.root.isConnected);
}

/** Read the target; the service checks its range. */
function readTarget() {
  const percent = $("target").valueAsNumber;
  if (Number.isNaN(percent)) throw new InputError("target_recall must be a number of percent", "target_recall");
  return Number((percent / 100).toPrecision(12));
}

async function update() {
  if (!connected) return;
  running.abort();
  running = new AbortController();
  const { signal } = running;
  const chosen = chosenCards();
  try {
    const target = readTarget();
    await Promise.all(chosen.map((card) => card.measure(api, target, signal)));
    if (signal.aborted) return;
    const span = Number($("span").value) || fittingSpan(chosen);
    await Promise.all(chosen.map((card) => card.trace(api, span, signal)));
    if (signal.aborted) return;
    showError(null);
    show({ cards: chosen.filter((card) => card.complete), target, span });
  } catch (error) {
    if (signal.aborted) return;
    running.abort(); // the responses that are still to come are of no use
    if (!(error instanceof ApiError)) throw error;
    showError(error);
  }
}

function showError(error) {
  const ofTarget = error instanceof InputError;
  $("target-error").textContent = ofTarget ? `${error.message.replace(/^target_recall/, "Target recall")}.` : "";
  if (ofTarget) $("target").setAttribute("aria-invalid", "true");
  else $("target").removeAttribute("aria-invalid");
  $("connection-error").textContent = error && !ofTarget ? error.message : "";
}

function show(state) {
  shown = state;
  $("result").replaceChildren(...state.cards.map((card) => resultOf(card, state.target)));
  $("brief").replaceChildren(...state.cards.map(briefOf));
  $("curve-details").hidden = !state.cards.length;
  if (!state.cards.length) {
    $("plot").replaceChildren();
    $("plot-note").textContent = "Nothing to draw: correct what is marked.";
    return;
  }
  drawCurves($("plot"), state);
  fillTable($("curve-table"), state.cards);
  $("plot-note").textContent = "Dot: now. Diamond: next review.";
}

function resultOf(card, target) {
  const { prediction, schedule } = card;
  const lines = [
    element("strong", { class: "figure" }, asPercent(prediction.recall_probability)),
    element("span", {}, `recall now, ${asDays(card.elapsed)} after the last review`),
    element("strong", { class: "next" }, nextReview(schedule)),
    element("span", {}, whenDue(schedule, target)),
  ];
  if (prediction.out_of_range) {
    const names = prediction.out_of_range.map((name) => name.replaceAll("_", " ")).join(", ");
    lines.push(element("span", { class: "warning" }, `Beyond what the model was trained on: ${names}.`));
  }
  const model = prediction.model === "history" ? "history model" : "three-input model";
  const heading = element("h3", {}, `Card ${card.name}`, element("small", {}, model));
  return element("div", { class: `result ${card.name}` }, heading, ...lines);
}

/** A short result for phones, where the curve is out of sight while a control moves. */
function briefOf({ name, prediction, schedule }) {
  const recall = element("strong", {}, asPercent(prediction.recall_probability));
  return element("span", { class: name }, `${name} `, recall, ` · ${nextReview(schedule).replace("Next review: ", "next: ")}`);
}

function nextReview({ interval_days: days, due_at: due }) {
  if (days >= LONGEST) return "Next review: not within 100 years";
  return `Next review: ${asDate(due)}`;
}

function whenDue({ interval_days: days, due_at: due, reachable, highest_recall: highest }, target) {
  if (!reachable) return `${asDays(days)} after the last one, the shortest interval: recall is ${asPercent(highest)} by then, below ${asPercent(target)}`;
  if (days >= LONGEST) return `recall stays above ${asPercent(target)}`;
  const overdue = due && Date.parse(due) < Date.now() ? ": overdue" : "";
  return `${asDays(days)} after the last one, when recall falls to ${asPercent(target)}${overdue}`;
}

async function connect(event) {
  event.preventDefault();
  api.endpoint = new URL($("endpoint").value, document.baseURI).href.replace(/\/+$/, "");
  api.key = $("key").value.trim();
  cards.forEach((card) => card.requests.clear());
  connected = true;
  texts.root.hidden = false;
  showError(null);
  await Promise.all([status.check(api), loadModel(), loadQuality(), update()]);
}

async function loadModel() {
  try {
    showModel($("model"), await api.get("/v1/model"));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showError(error);
  }
}

async function loadQuality() {
  try {
    quality.show(await api.find("/v1/quality"));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    quality.show(null); // the table of calls shows that it failed; everything else works without it
  }
}

function compare() {
  const [, second] = cards;
  if ($("compare").checked) $("cards").append(second.root);
  else second.root.remove();
  document.body.classList.toggle("two", $("compare").checked);
  update();
}

function pair(number, slider) {
  slider.addEventListener("input", () => { number.value = slider.value; later(); });
  number.addEventListener("input", () => { slider.value = number.value; later(); });
}

/** Read the endpoint that the deployment wrote; without it, the user types it. */
async function readConfig() {
  try {
    const response = await fetch("config.json", { cache: "no-store" });
    if (response.ok) $("endpoint").value = (await response.json()).endpoint;
  } catch {
    // Opened without a deployment: the user fills in the field.
  }
}

cards[1].set({ days: 3, count: 4, difficulty: 6 });
$("cards").append(cards[0].root);
$("connection").addEventListener("submit", connect);
$("compare").addEventListener("change", compare);
$("span").addEventListener("change", update);
$("check").addEventListener("click", () => status.check(api));
pair($("target"), $("target-slider"));
new ResizeObserver(() => { if (shown?.cards.length) drawCurves($("plot"), shown); }).observe($("plot"));
setInterval(() => { if (connected && !document.hidden) status.check(api); }, HEALTH_EVERY);
readConfig();
