import type { operate as English } from "../en/operate";

export const operate: typeof English = {};
