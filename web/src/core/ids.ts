// Ids as the service takes them: text without control characters, line breaks and halves of characters.

export const ID = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]{1,128}$/u;

/** Whether a learner can have this id: "." and ".." don't survive in an address. */
export function isLearnerId(id: string): boolean {
  return ID.test(id) && id !== "." && id !== "..";
}
