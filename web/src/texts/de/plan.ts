import type { plan as English } from "../en/plan";

export const plan: typeof English = {};
