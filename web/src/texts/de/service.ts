import type { service as English } from "../en/service";

export const service: typeof English = {};
