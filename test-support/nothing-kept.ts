/** The answers of a pod that has none from before a restart, and keeps none. */
export const NOTHING_KEPT = { of: () => undefined, keep: () => undefined, write: () => undefined };
