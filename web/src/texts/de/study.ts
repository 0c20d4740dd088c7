import type { study as English } from "../en/study";

export const study: typeof English = {};
