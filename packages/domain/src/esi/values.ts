import { z } from 'zod';

/** An id that fits PostgreSQL's integer: types, groups, regions, systems. */
export const intId = z.int32().positive();

/** An id beyond 32 bits: contracts, items, characters, locations. All stay below 2^53. */
export const bigId = z.int().positive();

/** An amount of ISK; the column is numeric(20,2). */
export const isk = z.number().min(0).lt(1e18);

/** EVE opened in 2003. A date far outside is nonsense, and some of those PostgreSQL cannot store. */
const [EARLIEST, LATEST] = [Date.UTC(2003, 0, 1), Date.UTC(2200, 0, 1)];

/** ISO 8601 in UTC, such as `2026-08-18T11:05:00Z`. */
export const esiDate = z.iso.datetime().refine((text) => {
  const time = Date.parse(text);
  return time >= EARLIEST && time < LATEST;
}, 'is not between 2003 and 2200');
