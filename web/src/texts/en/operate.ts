export const operate = {};
