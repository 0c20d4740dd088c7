import type { explore as English } from "../en/explore";

export const explore: typeof English = {};
