// Numbers and dates as text, and elements of the page.

const LOCALE = "en-GB";
const percent = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const date = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium" });
const day = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeZone: "UTC" });
const shortDay = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", timeZone: "UTC" });
const time = new Intl.DateTimeFormat(LOCALE, { timeStyle: "medium" });

export const asPercent = (share) => percent.format(share);
export const asCount = (number) => whole.format(number);
export const asDate = (timestamp) => date.format(new Date(timestamp));
export const asDay = (utc) => day.format(new Date(utc));
export const asShortDay = (utc) => shortDay.format(new Date(utc));
export const asTime = (timestamp) => time.format(new Date(timestamp));
export const asNumber = (days) => (days < 10 ? tenth : whole).format(days);
export const asDays = (days) => `${asNumber(days)} ${asNumber(days) === "1" ? "day" : "days"}`;

/** Make an element with attributes and children; strings become text, never markup. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** Make an SVG element with attributes and children. */
export function shape(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** The nodes of a table: a caption, a row of headings, and rows whose first cell is their heading. */
export function tableOf(caption, headings, rows) {
  const head = headings.map((text) => element("th", { scope: "col" }, text));
  const body = rows.map(([first, ...rest]) =>
    element("tr", {}, element("th", { scope: "row" }, first), ...rest.map((cell) => element("td", {}, cell))),
  );
  return [
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  ];
}

/** The nodes of a description list. */
export function factsOf(pairs) {
  return pairs.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
}
