/** Nothing yet. */
export const missing = true;
