// Ids of reviews that are the same in every run and those of `recall import`, so that nothing is stored twice.

const REVIEWS = "8d7f2f4e-51a5-5c0e-9d43-0e6b8f0c6b52";
const NAMESPACE = Uint8Array.from(REVIEWS.replaceAll("-", "").match(/../g)!, (byte) => Number.parseInt(byte, 16));
const UTF8 = new TextEncoder();

/** A review's id: a UUID of RFC 9562's version 5. */
export async function eventId(learner: string, card: string, micros: number): Promise<string> {
  const name = UTF8.encode(`${learner}\0${card}\0${micros}`);
  const named = new Uint8Array(NAMESPACE.length + name.length);
  named.set(NAMESPACE);
  named.set(name, NAMESPACE.length);
  const uuid = new Uint8Array(await crypto.subtle.digest("SHA-1", named)).subarray(0, 16);
  uuid[6] = (uuid[6]! & 0x0f) | 0x50;
  uuid[8] = (uuid[8]! & 0x3f) | 0x80;
  const hex = Array.from(uuid, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
