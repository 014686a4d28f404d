const hourMs = 3_600_000;

/**
 * How far around its begin people may enter a performance. The begin is the one time that stays as it
 * was sold: gates and end move only within, so that codes on paper and in phones stay valid.
 */
export const entryBeforeMs = 24 * hourMs;
export const entryAfterMs = 48 * hourMs;
