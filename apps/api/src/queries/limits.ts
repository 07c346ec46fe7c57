/** Largest value of PostgreSQL's integer. */
export const INT32_MAX = 2 ** 31 - 1;

/** Largest whole number that JSON readers keep exact; all of EVE's ids are below. */
export const INT53_MAX = Number.MAX_SAFE_INTEGER;

/** Beyond it no amount fits numeric(20,2). */
export const ISK_MAX = 1e18;
