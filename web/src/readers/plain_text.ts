// HTML into plain text, without a document: a worker has none, and nothing of the HTML is ever shown as such.

// ISO 8859-1's upper half from U+00A0, and some more.
const LATIN_1 =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para " +
  "middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave " +
  "Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc " +
  "Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc " +
  "iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";
const ENTITIES = new Map([
  ...LATIN_1.split(" ").map((name, place) => [name, String.fromCharCode(0xa0 + place)] as const),
  ...Object.entries({
    amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", hellip: "…", ndash: "–", mdash: "—", lsquo: "‘", rsquo: "’",
    sbquo: "‚", ldquo: "“", rdquo: "”", bdquo: "„", bull: "•", euro: "€", rarr: "→", larr: "←", harr: "↔", oelig: "œ",
    OElig: "Œ", zwj: "\u200d", zwnj: "\u200c", infin: "∞", ne: "≠", le: "≤", ge: "≥", asymp: "≈", minus: "−",
  }),
]);
const NOT_TEXT = /<!--[\s\S]*?(?:-->|$)|<(style|script)\b[\s\S]*?(?:<\/\1\s*>|$)|\[sound:[^\]]*\]/gi;
const LINE_END = /<br\b[^>]*>|<\/(?:div|p|li|tr|h[1-6])\s*>|<hr\b[^>]*>/gi;
const TAG = /<\/?[a-z][^>]*>/gi;
const ENTITY = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z][a-z0-9]*));/gi;
const LARGEST_POINT = 0x10ffff;

/** What a reader of HTML sees of it as text; a sound or an image is none. */
export function plainText(html: string): string {
  const marked = html.replaceAll(NOT_TEXT, "").replaceAll(LINE_END, "\n").replaceAll(TAG, "");
  const text = marked.replaceAll(ENTITY, character);
  const lines = text.replaceAll("\r\n", "\n").split("\n").map((line) => line.replaceAll(/[ \t\u00a0]+/g, " ").trim());
  return lines.join("\n").replaceAll(/\n{3,}/g, "\n\n").trim();
}

function character(entity: string, hex?: string, decimal?: string, name?: string): string {
  if (name !== undefined) return ENTITIES.get(name) ?? ENTITIES.get(name.toLowerCase()) ?? entity;
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  const isSurrogate = point >= 0xd800 && point <= 0xdfff;
  return point > 0 && point <= LARGEST_POINT && !isSurrogate ? String.fromCodePoint(point) : "\ufffd";
}
