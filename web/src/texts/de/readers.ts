import type { readers as English } from "../en/readers";

export const readers: typeof English = {};
